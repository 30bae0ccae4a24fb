"""The load of the last minutes, from the files of all web processes."""

import os
from pathlib import Path

import pytest

from lms.core import pulse
from lms.core.pulse import SPAN, Load, Pulse

MOMENT = 1_800_000_000


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [float(MOMENT)]
    monkeypatch.setattr(pulse.time, "time", lambda: now[0])
    return now


def test_a_span_is_shown_when_it_is_over(tmp_path: Path, clock: list[float]) -> None:
    one = Pulse(tmp_path)
    one.beat("save", 0.004, 200)
    assert pulse.spans([tmp_path], clock[0])[-1]["save"].requests == 0
    assert pulse.spans([tmp_path], clock[0] + SPAN)[-1]["save"].requests == 1


def test_what_is_older_than_a_quarter_of_an_hour_is_gone(tmp_path: Path, clock: list[float]) -> None:
    Pulse(tmp_path).beat("page", 0.01, 200)
    later = pulse.spans([tmp_path], clock[0] + 1000)
    assert sum(one["page"].requests for one in later) == 0


def test_a_span_whose_place_comes_again_begins_at_nothing(tmp_path: Path, clock: list[float]) -> None:
    one = Pulse(tmp_path)
    one.beat("page", 0.01, 500)
    clock[0] += SPAN * pulse.SPANS
    one.beat("page", 0.01, 200)
    newest = pulse.spans([tmp_path], clock[0] + SPAN)[-1]["page"]
    assert (newest.requests, newest.failed) == (1, 0)


def test_processes_are_added(tmp_path: Path, clock: list[float]) -> None:
    one = Pulse(tmp_path)
    one.beat("save", 0.004, 200)
    child = os.fork()
    if child == 0:
        one.beat("save", 0.004, 503)
        os._exit(0)
    os.waitpid(child, 0)
    newest = pulse.spans([tmp_path], clock[0] + SPAN)[-1]["save"]
    assert (newest.requests, newest.failed) == (2, 1)


def test_a_file_that_is_not_whole_is_passed_over(tmp_path: Path, clock: list[float]) -> None:
    (tmp_path / "pulse_1.bin").write_bytes(b"x" * 100)
    assert pulse.spans([tmp_path], clock[0])[-1]["save"].requests == 0


def test_a_folder_that_cannot_be_written_spoils_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    Pulse(tmp_path / "file").beat("save", 0.1, 200)


@pytest.mark.parametrize(("share", "low", "high"), [(0.5, 0.003, 0.005), (0.95, 0.25, 0.5), (1.0, 0.25, 0.5)])
def test_a_share_of_answers_lies_within_its_class(share: float, low: float, high: float) -> None:
    load = Load(times=[0] * (len(pulse.CLASSES) + 1))
    load.times[pulse.CLASSES.index(0.005)] = 90
    load.times[pulse.CLASSES.index(0.5)] = 10
    assert low <= (load.within(share) or 0) <= high


def test_nothing_has_no_time() -> None:
    assert Load().within(0.95) is None
