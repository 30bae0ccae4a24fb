"""A job is done once, tried again after a failure, and visible when it is dead."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core import jobs
from lms.core.db import Database
from lms.core.jobs import Job

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def _enqueue(db: Database, count: int = 1, after: datetime | None = None) -> None:
    with db.writing() as session:
        for number in range(count):
            jobs.enqueue(session, "note", {"number": number}, NOON, after=after)


def _all(db: Database) -> list[Job]:
    with db.reading() as session:
        return list(session.scalars(select(Job).order_by(Job.id)))


def test_work_is_done_with_its_payload(db: Database) -> None:
    _enqueue(db)
    seen: list[Any] = []
    jobs.run_one(db, {"note": lambda _s, payload, _n: seen.append(payload)}, lambda: NOON)
    assert seen == [{"number": 0}]


def test_done_work_is_not_done_again(db: Database) -> None:
    _enqueue(db)
    table = {"note": lambda *_: None}
    assert [jobs.run_one(db, table, lambda: NOON) for _ in range(2)] == [True, False]


def test_work_for_later_waits(db: Database) -> None:
    _enqueue(db, after=NOON + timedelta(minutes=1))
    assert not jobs.run_one(db, {"note": lambda *_: None}, lambda: NOON)


def _fail(*_: object) -> None:
    raise OSError("mail server away")


def test_a_failure_is_kept_and_tried_later(db: Database) -> None:
    _enqueue(db)
    jobs.run_one(db, {"note": _fail}, lambda: NOON)
    (job,) = _all(db)
    assert (job.error, job.done_at, job.run_after > NOON) == ("OSError: mail server away", None, True)


def test_what_a_failed_handler_wrote_is_undone(db: Database) -> None:
    _enqueue(db)

    def half(session: Session, _payload: object, now: datetime) -> None:
        jobs.enqueue(session, "child", {}, now)
        _fail()

    jobs.run_one(db, {"note": half}, lambda: NOON)
    assert len(_all(db)) == 1


def test_a_job_that_always_fails_dies_visibly(db: Database) -> None:
    _enqueue(db)
    for attempt in range(jobs.MOST_ATTEMPTS):
        jobs.run_one(db, {"note": _fail}, lambda attempt=attempt: NOON + timedelta(days=attempt))
    (job,) = _all(db)
    assert job.dead_at is not None


def test_a_worker_that_died_leaves_its_job_to_another(db: Database) -> None:
    _enqueue(db)
    with db.writing() as session:
        jobs.claim(session, NOON)
    table = {"note": lambda *_: None}
    later = NOON + jobs.LEASE + timedelta(seconds=1)
    assert [jobs.run_one(db, table, lambda: NOON), jobs.run_one(db, table, lambda: later)] == [False, True]


def test_parallel_workers_share_the_work_without_doing_it_twice(db: Database) -> None:
    _enqueue(db, count=20)
    seen: list[int] = []

    def work() -> None:
        while jobs.run_one(db, {"note": lambda _s, payload, _n: seen.append(payload["number"])}, lambda: NOON):
            pass

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.reading() as session:
        undone = session.scalar(select(func.count()).select_from(Job).where(Job.done_at.is_(None)))
    assert (sorted(seen), undone) == (list(range(20)), 0)


def _until(condition: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.005)


def test_a_lease_is_renewed_while_its_handler_runs(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "RENEW", 0.01)
    _enqueue(db)
    moment = [NOON]

    def long(*_: object) -> None:
        moment[0] = NOON + jobs.LEASE + timedelta(minutes=1)
        _until(lambda: _all(db)[0].lease_until == moment[0] + jobs.LEASE)
        with db.writing() as session:
            assert jobs.claim(session, moment[0]) is None

    jobs.run_one(db, {"note": long}, lambda: moment[0])
    (job,) = _all(db)
    assert (job.error, job.attempts, job.done_at) == (None, 1, moment[0])


def test_who_has_lost_a_lease_writes_nothing(db: Database) -> None:
    _enqueue(db)

    def slow(session: Session, _payload: object, now: datetime) -> None:
        with db.writing() as other:
            assert jobs.claim(other, NOON + jobs.LEASE + timedelta(seconds=1))
        jobs.enqueue(session, "child", {}, now)

    jobs.run_one(db, {"note": slow}, lambda: NOON)
    (job,) = _all(db)
    assert (job.done_at, job.error, job.attempts) == (None, None, 2)


def test_who_has_lost_a_lease_does_not_count_as_a_failure(db: Database) -> None:
    _enqueue(db)

    def slow(*_: object) -> None:
        with db.writing() as other:
            jobs.claim(other, NOON + jobs.LEASE + timedelta(seconds=1))
        _fail()

    jobs.run_one(db, {"note": slow}, lambda: NOON)
    (job,) = _all(db)
    assert (job.error, job.lease_until is None) == (None, False)


def test_some_work_can_be_left_to_others(db: Database) -> None:
    with db.writing() as session:
        jobs.enqueue(session, "package", {}, NOON)
        jobs.enqueue(session, "mail", {}, NOON)
    done: list[str] = []
    table = {name: lambda *_, name=name: done.append(name) for name in ("package", "mail")}
    assert [jobs.run_one(db, table, lambda: NOON, ("package",)) for _ in range(2)] == [True, False]
    assert done == ["mail"]


def test_work_is_done_in_the_order_in_which_it_fell_due(db: Database) -> None:
    with db.writing() as session:
        for minutes in (2, 0, 1):
            jobs.enqueue(session, "note", {"number": minutes}, NOON, after=NOON + timedelta(minutes=minutes))
    seen: list[int] = []
    later = NOON + timedelta(days=1)
    while jobs.run_one(db, {"note": lambda _s, payload, _n: seen.append(payload["number"])}, lambda: later):
        pass
    assert seen == [0, 1, 2]


def test_work_done_long_ago_is_forgotten_and_nothing_else(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    _enqueue(db, count=8)
    with db.writing() as session:
        for job in session.scalars(select(Job).order_by(Job.id)):
            job.done_at = NOON if job.id <= 5 else NOON + timedelta(days=1) if job.id == 6 else None
            job.dead_at = NOON if job.id == 7 else None
    gone = jobs.forget(db, NOON + jobs.KEPT + timedelta(seconds=1))
    assert (gone, [job.id for job in _all(db)]) == (5, [6, 7, 8])
