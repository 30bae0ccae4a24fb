"""A folder that follows a database holds, at every moment, a whole state of it that is some seconds old at most."""

import random
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from datetime import datetime
from itertools import groupby
from pathlib import Path

import pytest

from lms.backup import folder, restore
from lms.backup.follow import Followed, Follower
from lms.core import node
from lms.core.clock import now
from tests.backup.conftest import Place
from tests.backup.processes import kill, noted, running, wait_for
from tests.backup.writing import write, written

FIRST = 1_000_000


@pytest.fixture
def follower(on_sqlite: Place, tmp_path: Path) -> Iterator[Follower]:
    what = _followed(on_sqlite, tmp_path / "followed")
    what.folder.mkdir()
    made = Follower(what, now, print)
    yield made
    made.let_go()


def _followed(place: Place, target: Path) -> Followed:
    settings = place.settings
    return Followed(
        Path(place.settings.database_url.removeprefix("sqlite:///")),
        place.storage,
        target,
        settings.data_dir,
        settings.secret_key,
    )


def _begun(follower: Follower, target: Path) -> None:
    """Steps until the first whole copy is there."""
    give_up = time.monotonic() + 60
    while not list((target / "chains").glob("0*")):
        assert follower.try_step() and time.monotonic() < give_up


def _numbers(place: Place, target: Path) -> list[int]:
    restore.restore(place.settings, place.storage, folder.opened(target), now())
    db = place.open()
    try:
        return written(db)
    finally:
        db.close()


def test_what_is_written_after_the_copy_is_restored_with_the_files(
    on_sqlite: Place, follower: Follower, elsewhere: Callable[[], Place], tmp_path: Path
) -> None:
    _begun(follower, tmp_path / "followed")
    db = on_sqlite.open()
    for number in range(1, 6):
        write(db, number)
        follower.step()
    db.close()
    assert _numbers(elsewhere(), tmp_path / "followed") == [1, 2, 3, 4, 5]


def test_a_follower_that_is_started_again_goes_on_where_it_was(
    on_sqlite: Place, follower: Follower, elsewhere: Callable[[], Place], tmp_path: Path
) -> None:
    target, db = tmp_path / "followed", on_sqlite.open()
    _begun(follower, target)
    write(db, 1)
    follower.step()
    follower.let_go()
    write(db, 2)
    follower.step()
    db.close()
    assert _numbers(elsewhere(), target) == [1, 2]
    assert len(list((target / "chains").glob("*"))) == 1


def test_what_was_missed_is_never_passed_over(
    on_sqlite: Place, follower: Follower, elsewhere: Callable[[], Place], tmp_path: Path
) -> None:
    """The log was emptied while nobody followed: only a new copy of the whole is right."""
    target, db = tmp_path / "followed", on_sqlite.open()
    _begun(follower, target)
    write(db, 1)
    follower.step()
    follower.let_go()
    write(db, 2)
    with closing(sqlite3.connect(_followed(on_sqlite, target).path, isolation_level=None)) as other:
        assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    write(db, 3)
    follower.step()
    wait_for(lambda: follower.try_step() and len(list((target / "chains").glob("0*"))) == 2)
    db.close()
    assert _numbers(elsewhere(), target) == [1, 2, 3]


def test_no_way_of_emptying_the_log_leaves_a_gap(
    on_sqlite: Place, follower: Follower, elsewhere: Callable[[], Place], tmp_path: Path
) -> None:
    """Two processes write, a third empties the log in every way that SQLite knows."""
    target, notes = tmp_path / "followed", [tmp_path / "a", tmp_path / "b"]
    database = str(_followed(on_sqlite, target).path)
    _begun(follower, target)
    with ExitStack() as stack:
        for number, path in enumerate(notes, 1):
            stack.enter_context(_writer(database, path, number * FIRST))
        stack.enter_context(running("-m", "tests.backup.busy", database, "checkpoints", "7", log=tmp_path / "log"))
        for _ in range(3):
            for _ in range(6):
                _wait_for_more(notes)
                began = time.time()
                follower.step()
            before = {number for path in notes for number, at in noted(path) if at < began}
            found = _numbers(elsewhere(), target)
            assert before <= set(found)
            assert _runs(found) == [1, 1]
    assert len(list((target / "chains").glob("0*"))) == 1, "a new copy was needed"


def _writer(database: str, notes: Path, first: int):  # type: ignore[no-untyped-def]
    return running("-m", "tests.backup.busy", database, str(notes), str(first), log=notes.with_suffix(".log"))


def _wait_for_more(notes: list[Path]) -> None:
    have = [len(noted(path)) for path in notes]
    wait_for(lambda: all(len(noted(path)) > count + 3 for path, count in zip(notes, have, strict=True)))


def _runs(numbers: list[int]) -> list[int]:
    """Of each writer's numbers, into how many runs without a gap they fall; its first one counts as preceded."""
    each = groupby(sorted(numbers), lambda number: number // FIRST)
    return [1 + sum(number - 1 not in {0, *have} for number in have) for _key, have in _within(each)]


def _within(each: Iterable[tuple[int, Iterable[int]]]) -> Iterator[tuple[int, set[int]]]:
    """From 1 on."""
    for key, group in each:
        yield key, {number % FIRST for number in group}


@pytest.mark.parametrize(("rounds", "every"), [(1, 0.2), pytest.param(8, 0.2, marks=pytest.mark.verify)])
def test_server_and_follower_may_be_killed_at_any_moment(
    on_sqlite: Place, elsewhere: Callable[[], Place], tmp_path: Path, rounds: int, every: float
) -> None:
    _kill_again_and_again(on_sqlite, elsewhere, tmp_path, rounds, every, longest=1.5)


@pytest.mark.verify
def test_at_most_a_minute_is_lost(on_sqlite: Place, elsewhere: Callable[[], Place], tmp_path: Path) -> None:
    """As it runs without any option."""
    assert _kill_again_and_again(on_sqlite, elsewhere, tmp_path, 4, 10, longest=25) < 60


def _kill_again_and_again(
    place: Place, elsewhere: Callable[[], Place], tmp_path: Path, rounds: int, every: float, longest: float
) -> float:
    """Returns the longest time before a kill of which the folder knew nothing."""
    target, moments, oldest = tmp_path / "followed", random.Random(20261121), 0.0
    what = _followed(place, target)
    command = ("-c", "from lms.cli import main; main()", "backup", "--follow", str(target), "--every", str(every))
    for turn in range(1, rounds + 1):
        notes = tmp_path / f"notes-{turn}"
        began = time.time()
        with (
            _writer(str(what.path), notes, turn * FIRST) as server,
            running(*command, settings=place.settings, log=tmp_path / "follow.log") as following,
        ):
            wait_for(lambda since=began: _through(what) > since, server, following)
            time.sleep(moments.uniform(0, longest))
            for one in moments.sample((server, following), 2):
                kill(one)
        killed, through = time.time(), _through(what)
        oldest = max(oldest, killed - through)
        before = {number for path in tmp_path.glob("notes-*") for number, at in noted(path) if at < through}
        found = _numbers(elsewhere(), target)
        assert before <= set(found)
        assert set(_runs(found)) <= {1}
    return oldest


def _through(what: Followed) -> float:
    told = node.following(what.data_dir)
    return datetime.fromisoformat(told["through"]).timestamp() if told and told["through"] else 0.0
