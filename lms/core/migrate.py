"""Bringing a database to the newest schema, safely, from the installed project."""

from pathlib import Path

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
    """Run all outstanding migrations in one transaction; a failure leaves the database as it was.

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
    with db.engine.connect() as connection:
        have = MigrationContext.configure(connection).get_current_revision()
    return have == ScriptDirectory.from_config(_config()).get_current_head()
