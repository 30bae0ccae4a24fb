"""Which numbers are stored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.engines.journal.numbers import Acknowledgement, Stored, acknowledge

CASES = [
    # contiguous, above it, added, acknowledgement
    (0, [], [], (0, 0, ())),
    (0, [], [1, 2, 3], (3, 3, ())),
    (0, [1, 2], [3], (3, 3, ())),
    (2, [], [3], (3, 3, ())),
    (2, [], [], (2, 2, ())),
    (2, [], [5], (5, 2, (3, 4))),
    (2, [5], [3, 4], (5, 5, ())),
    (0, [2, 4], [7], (7, 0, (1, 3, 5, 6))),
    (3, [1, 2], [], (3, 3, ())),
]


@pytest.mark.parametrize(("contiguous", "above", "added", "expected"), CASES)
def test_acknowledge(contiguous, above, added, expected):
    stored = Stored(dict.fromkeys(above, "hash"), contiguous)
    assert acknowledge(stored, added) == Acknowledgement(*expected)


@pytest.mark.parametrize("added", [[2**53 - 1], [50, 2**53 - 1]])
def test_a_huge_gap_names_its_first_hundred(added):
    missing = acknowledge(Stored({}), added).missing
    assert missing == tuple(number for number in range(1, 103) if number not in added)[:100]


@given(st.sets(st.integers(1, 60)))
def test_missing_and_stored_make_the_whole(numbers):
    acknowledged = acknowledge(Stored({}), numbers)
    assert sorted({*numbers, *acknowledged.missing}) == list(range(1, acknowledged.last + 1))
    assert set(range(1, acknowledged.contiguous + 1)) <= numbers
