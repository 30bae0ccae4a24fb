"""Bringing a database to the newest schema, safely, from the installed project."""

import importlib
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from lms.core.db import Database

ROOT = Path(__file__).resolve().parents[2]


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("prepend_sys_path", str(ROOT))
    config.attributes["connection"] = connection
    return config


def upgrade(db: Database) -> None:
    """Run all outstanding migrations in one transaction; a failure leaves the database as it was. Of several that start
    at once, one does the work and the others wait for it. A schema that is newer than this release is left alone.

    SQLite: foreign keys are off during batch changes (a table that is rebuilt would cascade) and checked before commit.
    """
    with db.engine.connect() as connection:
        if db.dialect == "sqlite":
            switch_foreign_keys(connection, on=False)
            connection = connection.execution_options(sqlite_begin="EXCLUSIVE")
        connection.exec_driver_sql("SELECT 1")
        if db.dialect == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(7243001)"))
        try:
            if _is_behind(connection):
                command.upgrade(_config(connection), "head")
                if db.dialect == "sqlite":
                    _check_references(connection)
                connection.commit()
        finally:
            connection.rollback()
            if db.dialect == "sqlite":
                switch_foreign_keys(connection, on=True)


def switch_foreign_keys(connection: Connection, *, on: bool) -> None:
    """Past SQLAlchemy, which would begin a transaction: inside one, SQLite ignores this pragma."""
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(f"PRAGMA foreign_keys={'on' if on else 'off'}")


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise RuntimeError(f"the migration broke references: {broken[:5]}")


def is_current(db: Database) -> bool:
    """Whether the database has the newest schema that this release knows."""
    with db.engine.connect() as connection:
        return _revision(connection) == known()[0]


def is_behind(db: Database) -> bool:
    """Whether the database lacks what this release needs. A schema that it does not know is a newer one: while nodes
    are upgraded one after the other, and after a step back, the older release goes on with it."""
    with db.engine.connect() as connection:
        return _is_behind(connection)


@cache
def known() -> tuple[str, ...]:
    """The revisions of this release, the newest first."""
    return tuple(one.revision for one in ScriptDirectory.from_config(_config()).walk_revisions())


def _is_behind(connection: Connection) -> bool:
    have = _revision(connection)
    return have is None or have in known()[1:]


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _triggers() -> Any:
    known()  # which makes the folder of the migrations one of those that modules come from
    return importlib.import_module("migrations.triggers")


def guarded() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The tables whose rows are never changed, and those whose rows are never deleted."""
    return _triggers().APPEND_ONLY, _triggers().NEVER_DELETED


def make_guards(db: Database) -> None:
    """Make the triggers anew that refuse what records do not allow, also those that somebody has taken away."""
    with db.engine.execution_options(sqlite_begin="IMMEDIATE").begin() as connection:
        _triggers().create_all(connection)
