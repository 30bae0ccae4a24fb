"""`lms database`: the schema."""

import click

from lms.core import config, migrate
from lms.core.db import Database


@click.group()
def database() -> None:
    """Bring the database up to date."""


@database.command()
def upgrade() -> None:
    """Run all outstanding migrations in one transaction. A failure leaves the database as it was."""
    settings = config.load()
    config.make_data_dir(settings.data_dir)
    db = Database(settings.database_url, pool_size=1)
    try:
        if migrate.is_current(db):
            click.echo("The database is up to date.")
            return
        migrate.upgrade(db)
        click.echo("The database is now up to date.")
    finally:
        db.close()
