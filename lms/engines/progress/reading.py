"""When a lesson counts as read, and how what its page reports is added up.

The read rule: {"reach_end": true, "share_of_minutes": 0.4, "checks": "all" | "none" | number}. Conditions, all of
which must be met; without any, a lesson is read once it has been opened at all:

| code      | current              | needed                                                      |
|-----------|----------------------|-------------------------------------------------------------|
| reach-end | furthest block       | number of blocks                                            |
| time      | visible seconds      | share_of_minutes · minutes of the lesson · 60               |
| checks    | self-checks answered | all of them, or the number asked for if the lesson has more |

Somebody without JavaScript declares "I have read this"; that stands for the end and the time (`params["by"]` =
declared), not for the self-checks. Nothing ever decreases, and what is read stays read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from lms.engines.progress.state import Condition

LONGEST_SLICE = 60
SLACK = timedelta(seconds=5)


@dataclass(frozen=True)
class Lesson:
    """What the rule needs to know of a lesson: its blocks p1…pN, its minutes, its self-checks."""

    blocks: int
    minutes: int = 0
    checks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """How far a person has come: `place` is where they are, `furthest` where they have been, 0 before the first block.

    `opened_at` is when the first page that reported anything was made, by the server's clock.
    """

    place: int = 0
    furthest: int = 0
    seconds: Fraction = Fraction(0)
    checks: frozenset[str] = frozenset()
    declared: bool = False
    read: bool = False
    opened_at: datetime | None = None


@dataclass(frozen=True)
class Verdict:
    read: bool
    fraction: Fraction
    conditions: tuple[Condition, ...]


def merge(
    reading: Reading,
    operations: Iterable[Mapping[str, Any]],
    lesson: Lesson,
    received_at: datetime,
    since: datetime,
) -> Reading:
    """Add what a page reports; anything it could not have meant is passed over.

        {"kind": "time", "seconds": 0…60}     {"kind": "place", "block": 1…N}
        {"kind": "check", "id": check}        {"kind": "declare"}

    Time is limited twice by the server's clock: a page load cannot report more than has passed since `since` (its
    last receipt, or when the page was made), give or take five seconds of delivery; and all of them together not more
    than has passed since the lesson was first opened, so two tabs do not count twice.
    """
    opened_at = min(reading.opened_at or since, since)
    claimed = Fraction(0)
    for operation in operations:
        claimed += seconds_of(operation)
        reading = placed(reading, operation, lesson)
    credit = min(claimed, seconds_between(since, received_at + SLACK))
    total = min(reading.seconds + credit, seconds_between(opened_at, received_at))
    return replace(reading, seconds=max(reading.seconds, total), opened_at=opened_at)


def seconds_of(operation: Mapping[str, Any]) -> Fraction:
    """The length of a time slice; 0 for all else. A slice above a minute counts as a minute: the page was asleep."""
    value = operation.get("seconds")
    if operation.get("kind") != "time" or isinstance(value, bool) or not isinstance(value, int | float):
        return Fraction(0)
    return Fraction(str(min(value, LONGEST_SLICE))) if value > 0 else Fraction(0)


def placed(reading: Reading, operation: Mapping[str, Any], lesson: Lesson) -> Reading:
    match operation:
        case {"kind": "place", "block": int(block)} if 1 <= block <= lesson.blocks and not isinstance(block, bool):
            return replace(reading, place=block, furthest=max(reading.furthest, block))
        case {"kind": "check", "id": str(check)} if check in lesson.checks:
            return replace(reading, checks=reading.checks | {check})
        case {"kind": "declare"}:
            return replace(reading, declared=True)
        case _:
            return reading


def seconds_between(start: datetime, end: datetime) -> Fraction:
    return max(Fraction(0), Fraction(str((end - start).total_seconds())))


def judge(rule: Mapping[str, Any], lesson: Lesson, reading: Reading) -> Verdict:
    """`fraction` is the mean of the conditions, each as far as it is met; 1 exactly if the lesson is read."""
    conditions = [condition for condition in (end(rule, lesson, reading), time(rule, lesson, reading)) if condition]
    conditions += checks(rule, lesson, reading)
    met = all(condition.met for condition in conditions) if conditions else reading.opened_at is not None
    if met or reading.read or not conditions:
        read = met or reading.read
        return Verdict(read, Fraction(read), tuple(conditions))
    return Verdict(False, sum(map(part, conditions), Fraction(0)) / len(conditions), tuple(conditions))


def part(condition: Condition) -> Fraction:
    if condition.met or not condition.needed or condition.current is None:
        return Fraction(condition.met)
    return min(Fraction(1), condition.current / condition.needed)


def end(rule: Mapping[str, Any], lesson: Lesson, reading: Reading) -> Condition | None:
    if not rule.get("reach_end"):
        return None
    return measured("reach-end", Fraction(reading.furthest), Fraction(lesson.blocks), reading.declared)


def time(rule: Mapping[str, Any], lesson: Lesson, reading: Reading) -> Condition | None:
    needed = Fraction(str(rule.get("share_of_minutes") or 0)) * lesson.minutes * 60
    return measured("time", reading.seconds, needed, reading.declared) if needed else None


def measured(code: str, current: Fraction, needed: Fraction, declared: bool) -> Condition:
    reached = current >= needed
    params = {"by": "declared"} if declared and not reached else {}
    return Condition(code, reached or declared, current, needed, params=params)


def checks(rule: Mapping[str, Any], lesson: Lesson, reading: Reading) -> list[Condition]:
    needed = checks_needed(rule.get("checks") or "none", len(lesson.checks))
    if not needed:
        return []
    left = tuple(check for check in lesson.checks if check not in reading.checks)
    answered = len(lesson.checks) - len(left)
    met = answered >= needed
    return [Condition("checks", met, Fraction(answered), Fraction(needed), lesson.checks, () if met else left)]


def checks_needed(wanted: Any, available: int) -> int:
    if wanted == "none":
        return 0
    return available if wanted == "all" else min(int(wanted), available)
