"""The same values come back from both databases, and writers do not fail half way."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.orm import Session

from lms.core import jobs
from lms.core.db import Database
from lms.core.jobs import Job

NOON = datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=UTC)


def _job(**values: object) -> Job:
    return Job(**{"name": "x", "payload": {}, "created_at": NOON, "run_after": NOON, "attempts": 0} | values)


@pytest.mark.parametrize("offset", [0, 9, -5])
def test_times_come_back_in_utc(session: Session, offset: int) -> None:
    session.add(_job(run_after=NOON.astimezone(timezone(timedelta(hours=offset)))))
    session.flush()
    session.expire_all()
    stored = session.scalars(select(Job.run_after)).one()
    assert (stored, stored.tzinfo) == (NOON, UTC)


def test_a_time_without_zone_is_refused(session: Session) -> None:
    session.add(_job(run_after=NOON.replace(tzinfo=None)))
    with pytest.raises(StatementError, match="without a zone"):
        session.flush()


def test_json_keeps_every_script(session: Session) -> None:
    payload = {"name": "김민지 ታደሰ ‫محمد‬", "list": [1, None, True], "quote": "\"'"}
    session.add(_job(payload=payload))
    session.flush()
    session.expire_all()
    assert session.scalars(select(Job.payload)).one() == payload


def test_parallel_writers_all_succeed(db: Database) -> None:
    def write() -> None:
        for _ in range(10):  # not so many that a slow disk lets one wait longer for its turn than the database does
            with db.writing() as session:
                count = session.scalar(select(func.count()).select_from(Job))
                session.add(_job(name=f"after-{count}"))

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 40


def test_an_error_leaves_nothing_behind(db: Database) -> None:
    with pytest.raises(ZeroDivisionError), db.writing() as session:
        session.add(_job())
        session.flush()
        raise ZeroDivisionError
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 0


def test_a_snapshot_does_not_see_later_writes(db: Database) -> None:
    with db.snapshot() as before:
        before.execute(select(func.count()).select_from(Job)).all()
        with db.writing() as session:
            session.add(_job())
        assert before.scalar(select(func.count()).select_from(Job)) == 0


def test_sqlite_is_as_durable_as_promised(sqlite_db: Database) -> None:
    names = ("journal_mode", "synchronous", "foreign_keys")
    with sqlite_db.engine.connect() as connection:
        pragmas = [connection.execute(text(f"PRAGMA {name}")).scalar() for name in names]
    assert pragmas == ["wal", 2, 1]


def test_a_job_enqueued_with_the_same_key_exists_once(session: Session) -> None:
    for _ in range(2):
        jobs.enqueue(session, "certificate.issue", {"registration_id": 1}, NOON, dedupe="certificate:1")
    assert session.scalar(select(func.count()).select_from(Job)) == 1


def test_an_error_does_not_tell_what_was_to_be_stored(session: Session) -> None:
    with pytest.raises(DBAPIError) as error:
        session.execute(text("SELECT * FROM no_such_table WHERE secret = :secret"), {"secret": "argon2-hash"})
    assert "argon2-hash" not in str(error.value)
