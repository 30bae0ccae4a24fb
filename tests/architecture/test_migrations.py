"""One linear history that runs on both databases and leaves exactly the schema of the models."""

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from lms import schema
from lms.core import migrate
from lms.core.db import Database
from migrations import triggers
from tests.architecture.sources import ROOT


def test_history_is_linear() -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)
    assert len(script.get_heads()) == 1 and len(script.get_bases()) == 1


def test_migrated_schema_is_that_of_the_models(db: Database) -> None:
    with db.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []


def test_a_second_run_changes_nothing(db: Database) -> None:
    migrate.upgrade(db)
    assert migrate.is_current(db)


def test_append_only_tables_exist(db: Database) -> None:
    """A table that is renamed must not lose its triggers unnoticed."""
    tables = set(inspect(db.engine).get_table_names())
    assert set(triggers.APPEND_ONLY + triggers.NEVER_DELETED) <= tables


def test_every_trigger_stands(db: Database) -> None:
    query = {
        "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal",
    }[db.dialect]
    append_only, kept = len(triggers.APPEND_ONLY), len(triggers.NEVER_DELETED)
    wanted = {"sqlite": 2 * append_only + kept, "postgresql": 2 * (append_only + kept)}[db.dialect]
    with db.engine.connect() as connection:
        assert connection.execute(text(query)).scalar_one() == wanted
