"""Databases that exist for as long as they are looked at."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from lms.core import migrate
from lms.core.db import Database
from tests import postgres


@contextmanager
def empty(kind: str, folder: Path) -> Iterator[str]:
    """The address of a migrated database."""
    if kind == "sqlite":
        folder.mkdir(parents=True, exist_ok=True)
        url = f"sqlite:///{folder / 'lms.db'}"
        _migrate(url)
        yield url
        return
    admin, name = postgres.admin_url(), f"lms_growth_{secrets.token_hex(6)}"
    with psycopg.connect(postgres.plain(admin), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
        try:
            url = f"{admin.rsplit('/', 1)[0]}/{name}"
            _migrate(url)
            yield url
        finally:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _migrate(url: str) -> None:
    db = Database(url)
    migrate.upgrade(db)
    db.close()
