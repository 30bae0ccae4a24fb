"""`lms db`: the schema, and the way to another database."""

from collections import Counter
from contextlib import closing
from pathlib import Path

import click
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from lms import schema
from lms.audit import verify
from lms.cli.context import opened
from lms.core import config, migrate
from lms.core.db import Database
from lms.core.errors import SettingError
from lms.core.move import move as whole


@click.group()
def db() -> None:
    """Bring the database up to date; move it to PostgreSQL."""


@db.command()
def guard() -> None:
    """Make the triggers anew that refuse to change or delete records. Nothing else is touched."""
    with opened() as (_settings, database):
        migrate.make_guards(database)
    click.echo("The triggers that guard the records stand.")


@db.command()
def upgrade() -> None:
    """Run all outstanding migrations in one transaction. A failure leaves the database as it was."""
    settings = config.load()
    config.make_data_dir(settings.data_dir)
    database = Database(settings.database_url, pool_size=1)
    try:
        if not migrate.is_behind(database):
            click.echo("The database is up to date.")
            return
        migrate.upgrade(database)
        click.echo("The database is now up to date.")
    finally:
        database.close()


@db.command()
@click.option(
    "--to", "url", required=True, metavar="URL", help="An empty PostgreSQL database: postgresql+psycopg://..."
)
def move(url: str) -> None:
    """Copy the SQLite database of the settings into PostgreSQL, whole, and compare both. Stop the product first.

    The source is not changed. A move that was killed goes on when the command is run again.
    """
    settings = config.load()
    origin = make_url(settings.database_url)
    if origin.get_backend_name() != "sqlite":
        raise SettingError("The database of the settings is not SQLite. Only SQLite can be moved from.")
    try:
        target = Database(config.SETTINGS["database_url"].read(url), pool_size=3)
    except ValueError as error:
        raise SettingError(f"--to is not right: {error}.") from None
    try:
        with closing(Database(settings.database_url, pool_size=1)) as source:
            before = {} if migrate.is_behind(source) else _states(source)
        moved = whole(Path(origin.database or ""), target, schema.metadata, click.echo)
        after = _states(target)
    except OperationalError as error:
        raise SettingError(f"The database does not answer: {str(error.orig).strip().splitlines()[0]}") from None
    finally:
        target.close()
    click.echo(f"{moved.total} rows of {len(moved.rows)} tables are in the target, the same by count and hash.")
    if before != after:
        raise SettingError(f"lms audit verify finds {_said(before)} in the source, {_said(after)} in the target.")
    click.echo(f"lms audit verify finds the same in both: {_said(after)}.")
    click.echo("Set LMS_DATABASE_URL to the target and start the product. Keep the old file until you have a backup.")


def _states(database: Database) -> dict[str, int]:
    """How many audit events are intact, and how many are not, by state."""
    with database.snapshot() as session:
        return Counter(one.state for one in verify.check(session))


def _said(states: dict[str, int]) -> str:
    return ", ".join(f"{count} {state}" for state, count in sorted(states.items())) or "no events"
