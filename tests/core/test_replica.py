"""Exports read from a copy that follows; one that does not is left alone."""

import logging
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import text

from lms.audit import service as audit
from lms.core import replica
from lms.core.actor import system
from lms.core.db import Database
from lms.core.heartbeat import Heart
from tests import postgres

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
AWAY = "postgresql+psycopg://nobody@127.0.0.1:1/none"


@pytest.fixture
def kind() -> str:
    return "postgresql"


@pytest.fixture
def followed(db: Database) -> Iterator[Database]:
    """A database with a copy of what it was at noon; then one more row is written."""
    with db.writing() as session:
        audit.record(session, system("test"), "test.act", ("thing", 1), NOON)
    Heart(db, lambda: NOON).beat()
    url = db.engine.url.render_as_string(hide_password=False)
    name = f"lms_copy_{secrets.token_hex(6)}"
    db.engine.dispose()
    with psycopg.connect(postgres.plain(postgres.admin_url()), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{db.engine.url.database}"')
        with db.writing() as session:
            audit.record(session, system("test"), "test.act", ("thing", 2), NOON)
        both = Database(url, pool_size=2, copy=url.rpartition("/")[0] + "/" + name)
        yield both
        both.close()
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _read(db: Database, now: datetime) -> tuple[int, datetime]:
    with replica.reading(db, now) as (session, as_of):
        return session.execute(text("SELECT count(*) FROM audit_event")).scalar_one(), as_of


def test_a_copy_that_follows_is_read_and_says_as_of_when(followed: Database) -> None:
    assert _read(followed, NOON + timedelta(seconds=30)) == (1, NOON)


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """What is logged, whatever level an application was made with before."""
    with caplog.at_level(logging.WARNING, "lms.core.replica"):
        yield caplog


def test_a_copy_that_lies_behind_is_not_read(followed: Database, told: pytest.LogCaptureFixture) -> None:
    later = NOON + timedelta(seconds=61)
    assert _read(followed, later) == (2, later)
    assert "lies behind by 61 s" in told.text


def test_a_copy_of_another_site_is_not_read(followed: Database, told: pytest.LogCaptureFixture) -> None:
    assert followed.copy
    with followed.copy.writing() as session:
        session.execute(text("ALTER TABLE audit_event DISABLE TRIGGER ALL"))
        session.execute(text("UPDATE audit_event SET digest = 'x'"))
    assert _read(followed, NOON) == (2, NOON)
    assert "of another site" in told.text


def test_a_copy_that_is_away_is_not_waited_for(db: Database, told: pytest.LogCaptureFixture) -> None:
    both = Database(db.engine.url.render_as_string(hide_password=False), copy=AWAY)
    assert _read(both, NOON) == (0, NOON)
    both.close()
    assert "is not asked" in told.text


def test_without_a_copy_the_database_itself_is_read(db: Database) -> None:
    assert _read(db, NOON) == (0, NOON)


def test_nothing_can_be_written_through_it(followed: Database) -> None:
    with pytest.raises(Exception, match="read-only"), replica.reading(followed, NOON) as (session, _as_of):
        session.execute(text("DELETE FROM worker_heartbeat"))


def test_what_goes_wrong_while_reading_is_not_swallowed(followed: Database) -> None:
    with pytest.raises(ZeroDivisionError), replica.reading(followed, NOON):
        raise ZeroDivisionError
