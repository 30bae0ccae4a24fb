"""What a quiz allows: attempts, pauses between them, time, late answers, which result counts.

Times are aware datetimes of the server's clock, passed in. A limit of 0 means none.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from lms.engines.quiz.responses import exact


@dataclass(frozen=True)
class Rules:
    """The quiz's part of a course, read once; `pass_percent` is exact."""

    pass_percent: Fraction = Fraction(0)
    attempts: int = 0
    cool_down: timedelta = timedelta(0)
    time_limit: timedelta = timedelta(0)
    score: str = "best"
    review: str = "after-send"
    accept_late: timedelta = timedelta(0)


def rules_of(quiz: Mapping[str, Any]) -> Rules:
    """Read the fields of a canonical quiz: pass, attempts, cool_down_minutes, time_limit_minutes, score, review…"""
    return Rules(
        pass_percent=exact(quiz.get("pass") or 0),
        attempts=quiz.get("attempts") or 0,
        cool_down=timedelta(minutes=quiz.get("cool_down_minutes") or 0),
        time_limit=timedelta(minutes=quiz.get("time_limit_minutes") or 0),
        score=quiz.get("score") or "best",
        review=quiz.get("review") or "after-send",
        accept_late=timedelta(seconds=quiz.get("accept_late_seconds") or 0),
    )


@dataclass(frozen=True)
class Attempt:
    """An earlier attempt, open while `closed_at` is None. `voided` by a person: it is kept and doesn't count."""

    number: int
    closed_at: datetime | None = None
    percent: Fraction | None = None
    voided: bool = False


@dataclass(frozen=True)
class Permission:
    """May an attempt start? `reason`: "" (yes), attempt-open, no-attempts-left, cool-down (until `not_before`), closed.

    `left` counts the attempts that may still be started, the coming one among them; None means without limit.
    """

    allowed: bool
    left: int | None
    reason: str = ""
    not_before: datetime | None = None
    open_attempt: int | None = None


def may_start(rules: Rules, earlier: Iterable[Attempt], now: datetime, closes_at: datetime | None = None) -> Permission:
    """Decide whether another attempt may start; `closes_at` is when the quiz shuts for this person."""
    counted = [attempt for attempt in earlier if not attempt.voided]
    left = attempts_left(rules, len(counted))
    running = [attempt.number for attempt in counted if attempt.closed_at is None]
    if running:
        return Permission(False, left, "attempt-open", open_attempt=max(running))
    if left == 0:
        return Permission(False, left, "no-attempts-left")
    if closes_at is not None and now >= closes_at:
        return Permission(False, left, "closed")
    until = cool_down_until(rules, counted)
    if until is not None and now < until:
        return Permission(False, left, "cool-down", not_before=until)
    return Permission(True, left)


def attempts_left(rules: Rules, used: int) -> int | None:
    return max(rules.attempts - used, 0) if rules.attempts else None


def cool_down_until(rules: Rules, earlier: Sequence[Attempt]) -> datetime | None:
    closed = [attempt.closed_at for attempt in earlier if attempt.closed_at is not None]
    return max(closed) + rules.cool_down if closed and rules.cool_down else None


def deadline(rules: Rules, started_at: datetime, closes_at: datetime | None = None) -> datetime | None:
    """The earlier of start + time limit and the moment the quiz shuts; None without either."""
    ends = [started_at + rules.time_limit] if rules.time_limit else []
    return min(ends + ([closes_at] if closes_at is not None else []), default=None)


@dataclass(frozen=True)
class Counted:
    """The result that counts, and the numbers of the attempts it comes from."""

    percent: Fraction
    passed: bool
    attempts: tuple[int, ...]


def counted(rules: Rules, attempts: Iterable[Attempt]) -> Counted | None:
    """best: the highest, the first of equals; last: the last closed; average: the mean of all. None: no result yet."""
    graded = [(attempt, attempt.percent) for attempt in attempts if is_result(attempt) and attempt.percent is not None]
    if not graded:
        return None
    graded.sort(key=lambda pair: pair[0].number)
    if rules.score == "average":
        used, percent = graded, sum((value for _, value in graded), Fraction(0)) / len(graded)
    else:
        chosen = graded[-1] if rules.score == "last" else max(graded, key=lambda pair: pair[1])
        used, percent = [chosen], chosen[1]
    return Counted(percent, percent >= rules.pass_percent, tuple(attempt.number for attempt, _ in used))


def is_result(attempt: Attempt) -> bool:
    return attempt.closed_at is not None and not attempt.voided
