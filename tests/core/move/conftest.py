"""A filled SQLite database and an empty PostgreSQL one."""

import secrets
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from lms.audit import service as audit
from lms.core import jobs
from lms.core.actor import system
from lms.core.db import Database
from tests import postgres
from tests.certificates.finished import complete_tiny
from tests.people import make_people

NOON = datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=UTC)
#: What JSON holds that two databases may write differently.
HARD = {"a": [1.0, 100.0, 1e-7, 1e22, 0.1, -0.0, 2**60], "ü": {"한": "\"'\\u0000\\n\n"}, "t": True, "n": None, "": ""}


@pytest.fixture
def origin(tmp_path: Path, sqlite_template: Path) -> Path:
    """A course completed, audited acts, jobs with JSON and text that are hard to keep."""
    path = tmp_path / "lms.db"
    shutil.copy(sqlite_template, path)
    db = Database(f"sqlite:///{path}")
    with db.writing() as session:
        people = make_people(session)
        complete_tiny(session, people.alice, tmp_path / "blobs")
        new = HARD | {"a": [1.0, 1e-7]}  # a number such as 1e22 has another digest when it comes back from PostgreSQL
        audit.record(session, system("test"), "test.act", ("thing", 1), NOON, old={}, new=new, reason="ünï\t\\N")
        for number in range(40):
            jobs.enqueue(session, "note", HARD | {"number": number}, NOON)
    db.close()
    return path


@pytest.fixture
def target() -> Iterator[Database]:
    """An empty database of its own."""
    admin = postgres.admin_url()
    name = f"lms_move_{secrets.token_hex(6)}"
    with psycopg.connect(postgres.plain(admin), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
        db = Database(admin.rsplit("/", 1)[0] + "/" + name, pool_size=3)
        yield db
        db.close()
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def count(db: Database, table: str) -> int:
    with db.reading() as session:
        return session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
