"""Writers of one SQLite file stand in line: in the order in which they came, processes in turn, and not for ever."""

import multiprocessing
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from lms.core import outgrown, turns
from lms.core.db import Database
from lms.core.turns import Busy, Turns


@pytest.fixture
def db(tmp_path: Path) -> Database:
    db = Database(f"sqlite:///{tmp_path / 'x.db'}")
    with db.writing() as session:
        session.execute(text("CREATE TABLE note (id INTEGER PRIMARY KEY, of INTEGER)"))
    yield db
    db.close()


def _wait(condition: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.001)


def _write(db: Database, number: int) -> None:
    with db.writing() as session:
        session.execute(text("INSERT INTO note (of) VALUES (:of)"), {"of": number})


def _notes(db: Database) -> list[int]:
    with db.reading() as session:
        return list(session.scalars(text("SELECT of FROM note ORDER BY id")))


def test_writers_go_in_the_order_in_which_they_came(db: Database) -> None:
    line = db.turns._line
    threads = [threading.Thread(target=_write, args=(db, number)) for number in range(8)]
    with db.writing() as first:
        first.execute(text("INSERT INTO note (of) VALUES (-1)"))
        for number, thread in enumerate(threads):
            thread.start()
            _wait(lambda number=number: len(line) == number + 1)
    for thread in threads:
        thread.join()
    assert _notes(db) == [-1, *range(8)]


def test_a_writer_waits_for_so_long_and_is_told(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.01)
    with db.writing() as first:
        first.execute(text("SELECT 1"))
        told: list[type] = []

        def second() -> None:
            try:
                _write(db, 2)
            except sqlite3.OperationalError as error:
                told.append(type(error))

        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert (told, _notes(db)) == ([Busy], [])


def test_who_gave_up_does_not_hold_up_the_next(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    test_a_writer_waits_for_so_long_and_is_told(db, monkeypatch)
    _write(db, 3)
    assert _notes(db) == [3]


@pytest.mark.parametrize("end", ["commit", "rollback", "close"])
def test_a_turn_ends_with_its_transaction(db: Database, end: str) -> None:
    session = db.write_session()
    session.execute(text("SELECT 1"))
    getattr(session, end)()
    _write(db, 1)
    session.close()
    assert _notes(db) == [1]


def test_a_statement_that_fails_gives_the_turn_back(db: Database) -> None:
    with pytest.raises(Exception, match="no such table"), db.writing() as session:
        session.execute(text("INSERT INTO other (of) VALUES (1)"))
    _write(db, 1)
    assert _notes(db) == [1]


def test_readers_do_not_stand_in_line(db: Database) -> None:
    with db.writing() as first:
        first.execute(text("SELECT 1"))
        assert _notes(db) == []


def _hold(path: Path, holds: object, go: object) -> None:
    line = Turns(path)
    line.take()
    holds.set()
    go.wait(60)
    line.give()


def test_a_turn_holds_for_other_processes_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start = multiprocessing.get_context("spawn")
    holds, go = start.Event(), start.Event()
    other = start.Process(target=_hold, args=(tmp_path / "x.db", holds, go))
    other.start()
    assert holds.wait(60)
    line = Turns(tmp_path / "x.db")
    monkeypatch.setattr(turns, "PATIENCE", 0.01)
    with pytest.raises(Busy):
        line.take()
    go.set()
    monkeypatch.setattr(turns, "PATIENCE", 60.0)
    line.take()
    line.give()
    other.join(60)
    assert other.exitcode == 0


def test_a_process_that_is_killed_lets_go(tmp_path: Path) -> None:
    start = multiprocessing.get_context("spawn")
    holds, go = start.Event(), start.Event()
    other = start.Process(target=_hold, args=(tmp_path / "x.db", holds, go))
    other.start()
    assert holds.wait(60)
    other.kill()
    other.join(60)
    line = Turns(tmp_path / "x.db")
    line.take()
    line.give()


def test_what_writers_did_is_counted_for_all_processes(tmp_path: Path) -> None:
    first, second = Turns(tmp_path / "x.db"), Turns(tmp_path / "x.db")
    for line in (first, second, first):
        line.take()
        line.give()
    assert sum(one.turns for one in second.uses()) == 3


def test_a_database_at_ease_is_not_outgrown(db: Database) -> None:
    _write(db, 1)
    assert outgrown.judge(db).reasons == ()


def test_a_database_whose_writers_give_up_is_outgrown(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    test_a_writer_waits_for_so_long_and_is_told(db, monkeypatch)
    _write(db, 3)
    (reason,) = outgrown.judge(db).reasons
    assert reason.startswith("In the last day 1 writers gave up")


def test_a_database_that_always_writes_is_outgrown(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgrown, "BUSY", 0.0)
    _write(db, 1)
    assert any("somebody wrote" in one for one in outgrown.judge(db).reasons)
