"""How far a course has come."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.engines.progress.rollup import progress
from lms.engines.progress.state import Activity


def lesson(name, read=False, fraction=0, minutes=0):
    return Activity(name, "lesson", read=read, fraction=Fraction(fraction), minutes=minutes)


CASES = [
    ("nothing", [], (0, 0, Fraction(0))),
    ("one of two", [lesson("a", True), lesson("b")], (1, 2, Fraction(1, 2))),
    ("by minutes", [lesson("a", True, minutes=9), lesson("b", minutes=3)], (1, 2, Fraction(3, 4))),
    ("half way", [lesson("a", fraction="1/2"), lesson("b")], (0, 2, Fraction(1, 4))),
    ("without minutes the mean", [lesson("a", True, minutes=8), Activity("q", "quiz")], (1, 2, Fraction(1, 2))),
    ("done is whole", [lesson("a", True, fraction="1/2")], (1, 1, Fraction(1))),
    ("never beyond whole", [lesson("a", fraction=3)], (0, 1, Fraction(1))),
]


@pytest.mark.parametrize(("activities", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_progress(activities, expected):
    result = progress(activities, complete=False)
    assert (result.done, result.total, result.fraction) == expected


def test_optional_activities_do_not_count():
    assert progress([lesson("a", True), lesson("b")], False, optional={"b"}).fraction == 1


PERCENTS = [
    ([lesson("a", True)], False, 99),
    ([lesson("a", True)], True, 100),
    ([lesson("a")], True, 100),
    ([lesson("a", fraction="999/1000")], False, 99),
    ([lesson("a", fraction="6667/10000")], False, 66),
]


@pytest.mark.parametrize(("activities", "complete", "percent"), PERCENTS, ids=repr)
def test_percent(activities, complete, percent):
    assert progress(activities, complete).percent == percent


@given(st.lists(st.tuples(st.booleans(), st.fractions(0, 1), st.integers(0, 60))), st.booleans())
def test_a_hundred_means_complete(rows, complete):
    activities = [lesson(str(place), *row) for place, row in enumerate(rows)]
    assert (progress(activities, complete).percent == 100) == complete
