"""SQLite's write-ahead log stays small whoever reads meanwhile."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from lms.core import sqlite
from lms.core.db import Database

LIMIT = 2_000_000


@pytest.fixture
def db(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setattr(sqlite, "LARGE_LOG", LIMIT)
    monkeypatch.setattr(sqlite, "LOOK_EVERY", 1)
    monkeypatch.setattr(sqlite, "TRY_AGAIN", 0.0)
    monkeypatch.setattr(sqlite, "EMPTYING", 60_000)
    db = Database(f"sqlite:///{tmp_path / 'x.db'}")
    with db.writing() as session:
        session.execute(text("CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT)"))
    yield db
    db.close()


def _log(db: Database) -> int:
    return Path(f"{db.engine.url.database}-wal").stat().st_size


def _fill(db: Database, times: int) -> int:
    """The largest that the log was, after writing so many times 100 kB."""
    largest = 0
    for _ in range(times):
        with db.writing() as session:
            session.execute(text("INSERT INTO note (body) VALUES (:body)"), {"body": "x" * 100_000})
        largest = max(largest, _log(db))
    return largest


@contextmanager
def _always_a_reader(db: Database) -> Iterator[None]:
    """Two readers of whom neither ends before the other has begun anew."""
    stop, begun = threading.Event(), [threading.Semaphore(0), threading.Semaphore(0)]

    def read(own: int) -> None:
        while not stop.is_set():
            with db.reading() as session:
                session.execute(text("SELECT count(*) FROM note")).all()
                begun[own].release()
                begun[1 - own].acquire(timeout=60)

    threads = [threading.Thread(target=read, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for one in begun:
            one.release()
        for thread in threads:
            thread.join()


def test_the_log_stays_small_while_there_is_always_a_reader(db: Database) -> None:
    with _always_a_reader(db):
        assert _fill(db, 200) < 4 * LIMIT


def test_writers_go_on_while_a_reader_does_not_end(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "EMPTYING", 1)
    with db.snapshot() as reader:
        reader.execute(text("SELECT count(*) FROM note")).all()
        assert _fill(db, 60) > LIMIT
    assert _fill(db, 1) == 0


def test_whoever_is_idle_empties_the_log(db: Database) -> None:
    _fill(db, 2)
    db.tidy()
    assert _log(db) == 0
