"""The triggers that keep what is append-only so, on both databases; re-created after every migration run."""

from sqlalchemy import Connection, inspect, text

#: No row of these is ever changed or deleted.
APPEND_ONLY = ("audit_event", "learning_event", "completion", "key_correction", "privacy_acceptance")

#: No row of these is ever deleted (their columns may change as the services allow).
NEVER_DELETED = (
    "course_version",
    "registration",
    "quiz_attempt",
    "quiz_response",
    "certificate",
    "activity_state",
    "lesson_text",
    "question",
    "package_tree",
    "package_run",
    "package_launch",
    "sco_attempt",
)

REFUSAL = "is append-only: write a new row that corrects it"


def create_all(connection: Connection) -> None:
    """Create the triggers of all tables that exist by now."""
    present = set(inspect(connection).get_table_names())
    create = _create_postgresql if connection.dialect.name == "postgresql" else _create_sqlite
    if connection.dialect.name == "postgresql":
        connection.execute(text(_POSTGRESQL_FUNCTION))
    for table in APPEND_ONLY:
        if table in present:
            create(connection, table, ("UPDATE", "DELETE"))
    for table in NEVER_DELETED:
        if table in present:
            create(connection, table, ("DELETE",))


def _create_sqlite(connection: Connection, table: str, acts: tuple[str, ...]) -> None:
    for act in acts:
        name = f"{table}_no_{act.lower()}"
        connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        connection.execute(
            text(f"CREATE TRIGGER {name} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, '{table} {REFUSAL}'); END")
        )


_POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% {REFUSAL}', TG_TABLE_NAME; END $$
"""


def _create_postgresql(connection: Connection, table: str, acts: tuple[str, ...]) -> None:
    connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}"))
    connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}"))
    connection.execute(
        text(
            f"CREATE TRIGGER {table}_no_change BEFORE {' OR '.join(acts)} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    )
    connection.execute(
        text(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    )
