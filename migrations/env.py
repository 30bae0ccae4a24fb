"""Alembic's entry: one linear history for SQLite and PostgreSQL."""

import os

from alembic import context
from sqlalchemy import JSON, Connection

from lms.core.db import Database, UtcDateTime
from lms.schema import metadata
from migrations import triggers


def render_item(kind: str, thing: object, autogen_context: object) -> str | bool:
    """Write own types as plain ones: a released migration must not change when a class does."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, JSON):
        autogen_context.imports.add("from sqlalchemy.dialects import postgresql")  # type: ignore[attr-defined]
        return "sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql')"
    return False


def configure(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=False,
        render_item=render_item,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()
        # Batch changes on SQLite drop triggers: they are put back after every run, from one list.
        triggers.create_all(connection)


def run() -> None:
    connection = context.config.attributes.get("connection")
    if connection is not None:
        configure(connection)
        return
    database = Database(
        context.config.attributes.get("url") or os.environ.get("LMS_DATABASE_URL", "sqlite:///data/lms.db")
    )
    with database.engine.connect() as own:
        configure(own)
        own.commit()
    database.close()


run()
