"""packages, and what content calls a person"""

import secrets

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "package_upload",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("received", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("course_key", sa.String(length=60), nullable=False),
        sa.Column(
            "options",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "problems",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "result",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("published_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package_upload")),
    )
    with op.batch_alter_table("package_upload", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_package_upload_made_by"), ["made_by"], unique=False)

    op.create_table(
        "learner_globals",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column(
            "objectives",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "stores",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_learner_globals_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_learner_globals")),
    )
    op.create_table(
        "package_host",
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("host", sa.String(length=253), nullable=False),
        sa.Column("allowed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("allowed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["course_version.id"], name=op.f("fk_package_host_version_id")),
        sa.PrimaryKeyConstraint("version_id", "host", name=op.f("pk_package_host")),
    )
    op.create_table(
        "package_tree",
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("standard", sa.String(length=20), nullable=False),
        sa.Column(
            "organization",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "facts",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["version_id"], ["course_version.id"], name=op.f("fk_package_tree_version_id")),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_package_tree")),
    )
    op.create_table(
        "package_launch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("registration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("code_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("exchanged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.Column("lease", sa.Integer(), nullable=False),
        sa.Column("page_load", sa.String(length=32), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_package_launch_registration_id")
        ),
        sa.ForeignKeyConstraint(["session_id"], ["user_session.id"], name=op.f("fk_package_launch_session_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_package_launch_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package_launch")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_package_launch_code_hash")),
    )
    with op.batch_alter_table("package_launch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_package_launch_registration_id"), ["registration_id"], unique=False)

    op.create_table(
        "package_run",
        sa.Column("registration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("label", sa.String(length=63), nullable=False),
        sa.Column("lease", sa.Integer(), nullable=False),
        sa.Column("written_lease", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("current", sa.String(length=60), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column(
            "sequencing",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "own",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "decision",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "waiting",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["registration_id"], ["registration.id"], name=op.f("fk_package_run_registration_id")),
        sa.PrimaryKeyConstraint("registration_id", name=op.f("pk_package_run")),
        sa.UniqueConstraint("label", name=op.f("uq_package_run_label")),
    )
    op.create_table(
        "sco_attempt",
        sa.Column("registration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("activity_key", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(length=12), nullable=False),
        sa.Column(
            "data",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "told",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["registration_id"], ["registration.id"], name=op.f("fk_sco_attempt_registration_id")),
        sa.PrimaryKeyConstraint("registration_id", "activity_key", "number", name=op.f("pk_sco_attempt")),
    )
    op.create_table(
        "launch_trace",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("launch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "calls",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["launch_id"], ["package_launch.id"], name=op.f("fk_launch_trace_launch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_launch_trace")),
    )
    with op.batch_alter_table("launch_trace", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_launch_trace_launch_id"), ["launch_id"], unique=False)

    with op.batch_alter_table("version_asset", schema=None) as batch_op:
        batch_op.alter_column("path", existing_type=sa.String(length=300), type_=sa.String(length=1024))

    op.add_column("user_account", sa.Column("public_id", sa.String(length=80), nullable=True))
    users = sa.table("user_account", sa.column("id", sa.BigInteger()), sa.column("public_id", sa.String(80)))
    found = [{"user": row.id, "public": secrets.token_hex(8)} for row in op.get_bind().execute(sa.select(users.c.id))]
    given = sa.update(users).where(users.c.id == sa.bindparam("user")).values(public_id=sa.bindparam("public"))
    if found:
        op.get_bind().execute(given, found)
    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.alter_column("public_id", existing_type=sa.String(length=80), nullable=False)
        batch_op.create_unique_constraint(batch_op.f("uq_user_account_public_id"), ["public_id"])
