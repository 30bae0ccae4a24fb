"""Whatever hangs, the answer comes in time."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lms.core import bounded, ready
from lms.core.bounded import Answers, Bounded
from lms.core.db import Database
from lms.core.storage import DiskStorage

#: Far less than a question that hangs would take, far more than a busy machine needs.
PATIENCE = 0.2


@pytest.fixture
def hanging() -> Iterator[threading.Event]:
    over = threading.Event()
    yield over
    over.set()


@pytest.fixture
def asker(sqlite_db: Database) -> Iterator[Bounded]:
    one = Bounded(sqlite_db.engine.url.render_as_string(hide_password=False))
    yield one
    one.close()


def test_what_was_found_before_it_hung_is_told(asker: Bounded, hanging: threading.Event) -> None:
    def question(_db: Database, found: Answers) -> None:
        found["first"] = 1
        hanging.wait()
        found["second"] = 2

    assert asker.ask(question, PATIENCE) == {"first": 1}


def test_while_one_hangs_the_next_is_answered_at_once(asker: Bounded, hanging: threading.Event) -> None:
    asker.ask(lambda _db, _found: hanging.wait() and None, PATIENCE)
    threads = threading.active_count()
    assert (asker.ask(lambda _db, found: found.update(a=1), 60), threading.active_count()) == ({}, threads)


def test_one_that_hangs_for_long_is_left_alone(
    asker: Bounded, hanging: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    asker.ask(lambda _db, _found: hanging.wait() and None, PATIENCE)
    monkeypatch.setattr(bounded, "LEFT_ALONE", 0.0)
    assert asker.ask(lambda _db, found: found.update(a=1), 60) == {"a": 1}


def test_a_question_that_fails_says_how(asker: Bounded) -> None:
    assert asker.ask(lambda _db, _found: [][0], 60) == {"error": "IndexError"}


def test_all_is_well(asker: Bounded, tmp_path: Path) -> None:
    assert ready.look(asker, tmp_path, DiskStorage(tmp_path / "blobs")).ready


def test_a_store_that_cannot_be_written(asker: Bounded, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    parts = ready.look(asker, tmp_path, DiskStorage(tmp_path / "file" / "blobs")).parts
    assert parts == {"database": "ok", "schema": "ok", "disk": "ok", "storage": "refused"}


def test_a_full_disk(asker: Bounded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ready, "LEAST_ROOM", 10**18)
    assert ready.look(asker, tmp_path, DiskStorage(tmp_path / "blobs")).parts["disk"] == "full"


def test_a_database_that_is_away(tmp_path: Path) -> None:
    asker = Bounded("postgresql+psycopg://nobody@127.0.0.1:1/none")
    parts = ready.look(asker, tmp_path, DiskStorage(tmp_path / "blobs")).parts
    assert (parts["database"], parts["schema"]) == ("away", "unknown")


def test_a_disk_that_hangs_is_slow_and_nothing_else_is_asked(
    asker: Bounded, tmp_path: Path, hanging: threading.Event
) -> None:
    class Stuck(DiskStorage):
        def __init__(self) -> None:
            pass

        @property
        def root(self) -> Path:
            hanging.wait()
            return tmp_path

    began = time.monotonic()
    parts = ready.look(asker, tmp_path, Stuck(), PATIENCE).parts
    assert parts == {"database": "slow", "schema": "slow", "disk": "ok", "storage": "slow"}
    assert time.monotonic() - began < 60
