"""The shipped journal against the real engine, in stories of loss, delay, repetition, restart, full storage and copies.

No act that a device was given to keep is lost, none applies twice, and in the end each thing stands as if the acts of
each page load had been done once, in order; what came too late is kept as late.
"""

import pytest
from playwright.sync_api import Page

from tests.simulator.run import play

pytestmark = pytest.mark.xdist_group("simulator")
IN_EVERY_RUN = 2000
BLOCK = 10_000
FIRST_SEEDS = [1 + BLOCK * block for block in range(10)]


def check(page: Page, seeds: range) -> None:
    ends = list(play(page, seeds))
    problems = [f"{end.seed}: {'; '.join(end.problems)}" for end in ends if end.problems]
    assert problems == [], "tell the story of a seed with: python -m tests.simulator SEED"
    assert len(ends) == len(seeds)
    assert sum(end.acts for end in ends) > 5 * len(seeds)


def test_nothing_is_lost_and_nothing_counts_twice(empty: Page) -> None:
    check(empty, range(1, IN_EVERY_RUN + 1))


@pytest.mark.verify
@pytest.mark.parametrize("first", FIRST_SEEDS)
def test_nothing_is_lost_in_a_hundred_thousand_stories(empty: Page, first: int) -> None:
    check(empty, range(first, first + BLOCK))
