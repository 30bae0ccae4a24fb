"""`lms db`: the schema, and the way to another database."""

import click

from lms.cli.context import opened
from lms.core import config, migrate
from lms.core.db import Database


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
