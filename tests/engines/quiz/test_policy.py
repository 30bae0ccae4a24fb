"""Attempts, pauses, deadlines, and which result counts."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from lms.engines.quiz.policy import (
    Attempt,
    Permission,
    Rules,
    counted,
    deadline,
    may_start,
    rules_of,
)

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def attempt(number, minutes_ago=60, percent=50, **more):
    return Attempt(number, NOW - minutes_ago * MINUTE, Fraction(percent), **more)


def test_rules_of_a_quiz():
    quiz = {"pass": 70, "attempts": 3, "cool_down_minutes": 10, "time_limit_minutes": 20, "score": "last",
            "review": "after-pass", "accept_late_seconds": 30}  # fmt: skip
    assert rules_of(quiz) == Rules(Fraction(70), 3, 10 * MINUTE, 20 * MINUTE, "last", "after-pass", MINUTE / 2)


def test_rules_of_a_bare_quiz_limit_nothing():
    assert rules_of({}) == Rules()


THREE = Rules(attempts=3, cool_down=10 * MINUTE)
STARTS = [
    ("first", THREE, [], None, Permission(True, 3)),
    ("third", THREE, [attempt(1), attempt(2)], None, Permission(True, 1)),
    ("used up", THREE, [attempt(1), attempt(2), attempt(3)], None, Permission(False, 0, "no-attempts-left")),
    ("voided is given back", THREE, [attempt(1), attempt(2), attempt(3, voided=True)], None, Permission(True, 1)),
    ("unlimited", Rules(), [attempt(1), attempt(2)], None, Permission(True, None)),
    ("cooling", THREE, [attempt(1, 9)], None, Permission(False, 2, "cool-down", NOW + MINUTE)),
    ("cooled", THREE, [attempt(1, 10)], None, Permission(True, 2)),
    ("newest cools", THREE, [attempt(2, 1), attempt(1)], None, Permission(False, 1, "cool-down", NOW + 9 * MINUTE)),
    ("voided needs no pause", THREE, [attempt(1, 1, voided=True)], None, Permission(True, 3)),
    ("open", THREE, [attempt(1), Attempt(2)], None, Permission(False, 1, "attempt-open", open_attempt=2)),
    ("last open", THREE, [attempt(1), attempt(2), Attempt(3)], None, Permission(False, 0, "attempt-open", None, 3)),
    ("shut", THREE, [], NOW, Permission(False, 3, "closed")),
    ("before it shuts", THREE, [], NOW + MINUTE, Permission(True, 3)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "earlier", "closes_at", "permission"), [row[1:] for row in STARTS], ids=[row[0] for row in STARTS]
)
def test_may_start(rules, earlier, closes_at, permission):
    assert may_start(rules, earlier, NOW, closes_at) == permission


TIMED = Rules(time_limit=20 * MINUTE)
DEADLINES = [
    (Rules(), None, None),
    (TIMED, None, NOW + 20 * MINUTE),
    (TIMED, NOW + 5 * MINUTE, NOW + 5 * MINUTE),
    (TIMED, NOW + 60 * MINUTE, NOW + 20 * MINUTE),
    (Rules(), NOW + 5 * MINUTE, NOW + 5 * MINUTE),
]


@pytest.mark.parametrize(("rules", "closes_at", "due"), DEADLINES)
def test_deadline(rules, closes_at, due):
    assert deadline(rules, NOW, closes_at) == due


TRIES = [attempt(1, percent=40), attempt(2, percent=90), attempt(3, percent=60)]
COUNTED = [
    ("best", Fraction(90), (2,)),
    ("last", Fraction(60), (3,)),
    ("average", Fraction(190, 3), (1, 2, 3)),
]


@pytest.mark.parametrize(("score", "percent", "numbers"), COUNTED)
@pytest.mark.parametrize("attempts", [TRIES, TRIES[::-1]], ids=["in order", "backwards"])
def test_which_result_counts(score, percent, numbers, attempts):
    result = counted(Rules(score=score), attempts)
    assert (result.percent, result.attempts) == (percent, numbers)


def test_of_equal_results_the_first_counts():
    assert counted(Rules(), [attempt(2), attempt(1)]).attempts == (1,)


@pytest.mark.parametrize("attempts", [[], [Attempt(1)], [attempt(1, voided=True)], [Attempt(1, NOW)]])
def test_nothing_counts_before_a_result(attempts):
    assert counted(Rules(), attempts) is None


@pytest.mark.parametrize(("pass_percent", "passed"), [("63.33", True), ("63.34", False)])
def test_passing_compares_the_exact_average(pass_percent, passed):
    assert counted(Rules(Fraction(pass_percent), score="average"), TRIES).passed is passed


@pytest.mark.parametrize(("pass_percent", "passed"), [(90, True), (91, False)])
def test_the_pass_mark_itself_passes(pass_percent, passed):
    assert counted(Rules(Fraction(pass_percent)), TRIES).passed is passed
