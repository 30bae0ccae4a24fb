"""How well questions do their work."""

from fractions import Fraction

import pytest

from lms.engines.quiz.statistics import Observation, item_statistics


def seen(fractions, rests):
    return [
        Observation(Fraction(x), Fraction(x), Fraction(rest) + Fraction(x))
        for x, rest in zip(fractions, rests, strict=True)
    ]


STRONG = seen([0, 0, 0, 0, 0, 1, 1, 1, 1, 1], range(10))
REVERSED = seen([1, 1, 1, 1, 1, 0, 0, 0, 0, 0], range(0, 20, 2))


def test_facility_is_the_mean_fraction():
    assert item_statistics(seen([0, 1, "1/2"], [0, 0, 0])).facility == Fraction(1, 2)


def test_nothing_seen():
    assert item_statistics([]).facility is None


@pytest.mark.parametrize(("observations", "expected"), [(STRONG, 1), (REVERSED, -1)])
def test_upper_minus_lower(observations, expected):
    assert item_statistics(observations).upper_lower == expected


def test_ties_belong_to_the_group():
    """A group of ten is three, but four have no points, one of them right, and four have six, three of them right."""
    totals = [0, 0, 0, 0, 1, 2, 6, 6, 6, 6]
    observations = [
        Observation(Fraction(x), Fraction(0), Fraction(total))
        for x, total in zip([1, 0, 0, 0, 0, 0, 0, 1, 1, 1], totals, strict=True)
    ]
    assert item_statistics(observations).upper_lower == Fraction(3, 4) - Fraction(1, 4)


@pytest.mark.parametrize(("observations", "expected"), [(STRONG, 0.8704), (REVERSED, -0.8704)])
def test_item_rest(observations, expected):
    assert item_statistics(observations).item_rest == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    "observations",
    [STRONG[:9], seen([1] * 10, range(10)), seen([0, 1] * 5, [3] * 10)],
    ids=["few", "all right", "all alike"],
)
def test_no_correlation_without_enough_that_differ(observations):
    assert item_statistics(observations).item_rest is None


@pytest.mark.parametrize("observations", [STRONG[:9], seen([1] * 10, [3] * 10)], ids=["few", "all alike"])
def test_no_groups_without_enough_that_differ(observations):
    assert item_statistics(observations).upper_lower is None
