"""What does not count yet, or never will, is kept within bounds and moves nothing else."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from lms.scorm.models import PackageRun
from lms.scorm.service import waiting
from tests.client import Client
from tests.player.desk import Desk, Moving, alice_takes
from tests.player.test_saving import values

Opened = Callable[[], Desk]


@pytest.fixture
def desk(client: Client, tmp_path: Path, clock: Moving) -> Desk:
    alice_takes(client, tmp_path)
    return Desk(client).open()


def _saved(desk: Desk) -> tuple[datetime | None, int, int]:
    with desk.client.db.reading() as session:
        row = session.execute(select(PackageRun.saved_at, PackageRun.revision, PackageRun.written_lease)).one()
        return row.saved_at, row.revision, row.written_lease


def _waits(desk: Desk) -> int:
    with desk.client.db.reading() as session:
        return len(session.scalars(select(PackageRun.waiting)).one().get("ops", ()))


def test_what_an_older_window_sends_is_no_save(desk: Desk, clock: Moving) -> None:
    desk.send(desk.op("init"))
    newer = Desk(desk.client).open()
    newer.send(newer.op("init"), *newer.sets(cmi__core__lesson_location="new"))
    before = _saved(desk)
    clock.on(seconds=5)
    assert desk.send(*desk.sets(cmi__core__lesson_location="old"))["late"]
    assert _saved(desk) == before


def test_what_the_newest_window_sends_is_one(desk: Desk, clock: Moving) -> None:
    desk.send(desk.op("init"))
    before = _saved(desk)
    clock.on(seconds=5)
    desk.send(*desk.sets(cmi__core__lesson_location="7"))
    assert _saved(desk)[:2] == (clock.now, before[1] + 1)


def test_a_page_that_leaves_holes_does_not_fill_the_row(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "MOST_WAITING", 4)
    desk.send(desk.op("init"))
    most = 0
    for turn in range(12):
        desk.number += 1  # never comes
        desk.send(*desk.sets(cmi__core__lesson_location=str(turn)))
        most = max(most, _waits(desk))
    assert most == 4
    assert int(values(desk)["cmi.core.lesson_location"]) >= 8


def test_values_that_wait_are_bounded_by_their_length_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "MOST_CHARACTERS", 1_000)
    desk.send(desk.op("init"))
    desk.number += 1
    desk.send(*desk.sets(cmi__suspend_data="x" * 1_001))
    assert (_waits(desk), len(values(desk)["cmi.suspend_data"])) == (0, 1_001)


def test_many_in_order_do_not_wait_and_are_not_taken_for_holes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "MOST_WAITING", 4)
    desk.send(desk.op("init"), *(desk.sets(cmi__core__lesson_location=str(n))[0] for n in range(50)))
    late = desk.op("commit")
    reply = desk.send(*desk.sets(cmi__core__lesson_location="last"))
    assert (reply["missing"], _waits(desk)) == ([late["n"]], 1)
