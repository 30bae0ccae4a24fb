"""A fresh database of either kind, migrated, and the processes that serve it."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from lms.core import migrate
from lms.core.db import Database
from tests import postgres
from tests.faults import clusters

#: Its own for each run, so that two on one server leave each other alone.
NAME = f"lms_load_{os.getpid()}"


@dataclass(frozen=True, slots=True)
class Fresh:
    """`backends` are the ids of the processes that work for this database; SQLite has none of its own."""

    url: str
    durable: str
    backends: Callable[[], list[int]]


@contextmanager
def sqlite(folder: Path) -> Iterator[Fresh]:
    url = f"sqlite:///{folder / 'lms.db'}"
    _migrated(url)
    yield Fresh(url, "WAL, synchronous=FULL", list)


@contextmanager
def postgresql() -> Iterator[Fresh]:
    with _server() as admin, psycopg.connect(postgres.plain(admin), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {NAME} TEMPLATE template0 ENCODING 'UTF8'")
        try:
            url = f"{admin.rpartition('/')[0]}/{NAME}"
            _migrated(url)
            yield Fresh(url, _durable(connection), lambda: _backends(connection))
        finally:
            connection.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


@contextmanager
def _server() -> Iterator[str]:
    """The tests' server, unless it was started for them only: what such a one commits is not on the disk."""
    admin = postgres.admin_url()
    with psycopg.connect(postgres.plain(admin), autocommit=True) as connection:
        durable = connection.execute("SHOW fsync").fetchone() == ("on",)
    if durable:
        yield admin
        return
    with clusters.cluster() as made:
        made.restart(fsync="on")
        yield made.admin


@contextmanager
def known(url: str) -> Iterator[Fresh]:
    """One that somebody else has made, and migrated."""
    if url.startswith("sqlite"):
        yield Fresh(url, "WAL, synchronous=FULL", list)
        return
    with psycopg.connect(postgres.plain(url), autocommit=True) as connection:
        yield Fresh(url, _durable(connection), lambda: _backends(connection, connection.info.dbname))


def _migrated(url: str) -> None:
    db = Database(url)
    migrate.upgrade(db)
    db.close()


def _durable(connection: psycopg.Connection) -> str:
    facts = (connection.execute(f"SHOW {name}").fetchone() for name in ("fsync", "synchronous_commit"))
    return "fsync {}, synchronous_commit {}".format(*(fact[0] for fact in facts if fact))


def _backends(connection: psycopg.Connection, name: str = NAME) -> list[int]:
    """Without the one that asks."""
    chosen = "SELECT pid FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
    return [row[0] for row in connection.execute(chosen, [name])]
