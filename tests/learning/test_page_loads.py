from datetime import timedelta

import pytest

from lms.learning import page_loads
from tests.learning.conftest import NOW

SECRET = "a secret"


def test_a_page_load_is_known_again() -> None:
    token = page_loads.issue(SECRET, 7, "lesson:doors:en", NOW)
    assert page_loads.check(SECRET, token, 7, "lesson:doors:en") == token.partition(".")[0]


def test_two_page_loads_are_two() -> None:
    assert page_loads.issue(SECRET, 7, "x", NOW) != page_loads.issue(SECRET, 7, "x", NOW)


@pytest.mark.parametrize(
    ("secret", "registration", "scope"),
    [("another", 7, "lesson:doors:en"), (SECRET, 8, "lesson:doors:en"), (SECRET, 7, "lesson:hands:en")],
)
def test_it_is_good_for_nothing_else(secret: str, registration: int, scope: str) -> None:
    token = page_loads.issue(SECRET, 7, "lesson:doors:en", NOW)
    assert page_loads.check(secret, token, registration, scope) is None


def test_parts_cannot_be_moved_between_registration_and_scope() -> None:
    token = page_loads.issue(SECRET, 1, "2\nx", NOW)
    assert page_loads.check(SECRET, token, 1, "x") is None


def test_its_time_cannot_be_changed() -> None:
    """Reading time is counted from when the page was made."""
    token = page_loads.issue(SECRET, 7, "x", NOW)
    older = f"{int((NOW - timedelta(days=1)).timestamp()):x}-{token.partition('-')[2]}"
    assert page_loads.check(SECRET, older, 7, "x") is None


def test_it_says_when_the_page_was_made() -> None:
    name = page_loads.issue(SECRET, 7, "x", NOW).partition(".")[0]
    assert page_loads.issued_at(name) == NOW


def test_its_name_fits_the_column() -> None:
    assert len(page_loads.issue(SECRET, 7, "x", NOW).partition(".")[0]) <= 32


@pytest.mark.parametrize("token", [None, 1, "", ".", "a", "a.", ".b", "ä.ö", "x" * 1000, b"a.b", ["a.b"]])
def test_what_is_none_is_none(token: object) -> None:
    assert page_loads.check(SECRET, token, 7, "x") is None
