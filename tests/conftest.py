"""Databases cloned from one migrated template of each kind; a session that is rolled back; a client."""

import atexit
import itertools
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import psycopg
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.app import create_app
from lms.catalogue import queries as catalogue
from lms.core import config, migrate
from lms.core.config import Settings
from lms.core.db import Database
from tests import postgres
from tests.client import Client

if "CLEANROOM_SHARED_MEMORY" not in os.environ:
    # What sites of the tests share goes with them, and does not stay in the machine's memory.
    os.environ["CLEANROOM_SHARED_MEMORY"] = tempfile.mkdtemp(prefix="lms-shared-")
    atexit.register(shutil.rmtree, os.environ["CLEANROOM_SHARED_MEMORY"], ignore_errors=True)
# Every run tries the same values, takes the time it needs on a busy machine, and leaves nothing in the checkout.
hypothesis.settings.register_profile(
    "steady",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("steady")
KINDS = ("sqlite", "postgresql")
_numbers = itertools.count()


@pytest.fixture(autouse=True)
def nothing_kept_of_other_databases() -> Iterator[None]:
    """A process serves one database, in which versions never change; tests use many, and roll back.

    Also afterwards: what is made for a whole module comes before this, and after whichever test ran last.
    """
    catalogue.forget()
    yield
    catalogue.forget()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "lms.db"
    db = Database(f"sqlite:///{path}")
    migrate.upgrade(db)
    db.close()
    return path


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    """Name of a migrated database; clones are made from it by the server."""
    admin = postgres.admin_url()
    name = f"lms_template_{secrets.token_hex(6)}"  # the server may be shared with other machines
    with psycopg.connect(postgres.plain(admin), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
        connection.execute(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
        db = Database(_sibling(admin, name))
        migrate.upgrade(db)
        db.close()
        yield name
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _sibling(url: str, name: str) -> str:
    return url.rsplit("/", 1)[0] + "/" + name


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def db(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A real database of its own, of each kind, for tests that commit or use several connections."""
    yield from _clone(kind, request, tmp_path)


@pytest.fixture
def sqlite_db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    yield from _clone("sqlite", request, tmp_path)


def _clone(kind: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[Database]:
    if kind == "sqlite":
        path = folder / "lms.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        db = Database(f"sqlite:///{path}")
        yield db
        db.close()
        return
    template, admin = request.getfixturevalue("postgres_template"), postgres.admin_url()
    name = f"{template}_{next(_numbers)}"
    with psycopg.connect(postgres.plain(admin), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        db = Database(_sibling(admin, name))
        yield db
        db.close()
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def shared_sqlite(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    yield from _clone("sqlite", request, tmp_path_factory.mktemp("shared"))


@pytest.fixture(scope="session")
def shared_postgresql(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    yield from _clone("postgresql", request, tmp_path_factory.mktemp("shared"))


@pytest.fixture
def session(kind: str, request: pytest.FixtureRequest) -> Iterator[Session]:
    """A session on each database inside a transaction that is rolled back after the test."""
    shared: Database = request.getfixturevalue(f"shared_{kind}")
    with shared.engine.connect() as connection:
        transaction = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        transaction.rollback()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return config.load(
        {},
        mode="test",
        data_dir=str(tmp_path / "data"),
        secret_key="tests only: 0123456789 abcdefghijklmnop",
        log_level="ERROR",
    )


@pytest.fixture
def app(settings: Settings, sqlite_db: Database) -> Flask:
    return create_app(settings, sqlite_db)


@pytest.fixture
def client(app: Flask) -> Client:
    return Client(app)
