"""Doors that close after too many tries, and open by themselves; times are handed in."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from lms.accounts import throttle
from lms.accounts.throttle import Limit
from lms.core.db import Database
from tests.accounts.conftest import NOW

MINUTE = timedelta(minutes=1)
THREE = Limit("three", 3, 10 * MINUTE, 5 * MINUTE)


def _count(session: Session, *minutes: float, subject: str = "alice") -> list[int]:
    return [throttle.count(session, NOW + minute * MINUTE, (THREE, subject)) for minute in minutes]


@pytest.mark.parametrize(
    ("minutes", "waits"),
    [
        ((0, 0, 0), [0, 0, 0]),
        ((0, 0, 0, 0), [0, 0, 0, 300]),
        ((0, 0, 0, 0, 1, 4), [0, 0, 0, 300, 240, 60]),  # tries at a closed door do not keep it closed longer
        ((0, 0, 0, 0, 5, 5, 5, 5), [0, 0, 0, 300, 0, 0, 0, 300]),
        ((0, 0, 9, 11, 12), [0, 0, 0, 0, 0]),  # the window ran out in between
        ((0, 0, 9, 9.5), [0, 0, 0, 300]),
    ],
)
def test_a_door_closes_and_opens(session: Session, minutes: tuple[float, ...], waits: list[int]) -> None:
    assert _count(session, *minutes) == waits


def test_doors_of_others_stay_open(session: Session) -> None:
    _count(session, 0, 0, 0, 0)
    assert _count(session, 0, subject="bob") == [0]


def test_a_right_try_forgives_the_wrong_ones(session: Session) -> None:
    _count(session, 0, 0, 0)
    throttle.forgive(session, THREE, "alice")
    assert _count(session, 1, 1, 1, 1) == [0, 0, 0, 300]


def test_a_right_try_of_one_does_not_forgive_the_place(session: Session) -> None:
    _count(session, 0, 0, 0)
    throttle.take_back(session, THREE, "alice")
    assert _count(session, 1, 1) == [0, 300]


def test_of_several_doors_the_last_to_open_counts(session: Session) -> None:
    hour = Limit("hour", 0, 60 * MINUTE, 60 * MINUTE)
    throttle.count(session, NOW, (hour, "place"))
    assert throttle.count(session, NOW, (THREE, "alice"), (hour, "place")) == 3600


def test_many_tries_at_once_do_not_slip_through(db: Database) -> None:
    """Each try is counted before it is decided."""

    def one(_number: int) -> int:
        with db.writing() as session:
            return throttle.count(session, NOW, (THREE, "alice"))

    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(one, range(16)))
    assert sorted(waits) == [0] * 3 + [300] * 13


def test_old_counts_are_swept(session: Session) -> None:
    _count(session, 0, 0, 0, 0)
    throttle.sweep(session, NOW + timedelta(hours=2, minutes=1))
    assert _count(session, 1) == [0]


def test_a_door_that_is_still_closed_is_not_swept(session: Session) -> None:
    """The longest: counted through its window, then closed."""
    for _ in range(throttle.RESET_NAME.tries):
        throttle.count(session, NOW, (throttle.RESET_NAME, "alice"))
    throttle.count(session, NOW + 59 * MINUTE, (throttle.RESET_NAME, "alice"))
    throttle.sweep(session, NOW + 110 * MINUTE)
    assert throttle.count(session, NOW + 110 * MINUTE, (throttle.RESET_NAME, "alice")) == 9 * 60
