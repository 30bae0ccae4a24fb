"""Between what is stored of a lesson's state and what the engine reads of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from lms.engines.journal.batch import Plan
from lms.engines.progress import reading as engine
from lms.engines.progress.reading import Lesson, Reading, Verdict
from lms.learning.queries import State
from lms.learning.standing import DONE

#: What a lesson page may report.
KINDS = ("time", "place", "end", "check", "declare")
MOST_ANSWERS = 50


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a person is in a lesson; `answers` is the last answer to each self-check, by its place in the page."""

    reading: Reading = field(default_factory=Reading)
    answers: Mapping[str, int | None] = field(default_factory=dict)


def lesson_of(spec: Mapping[str, Any]) -> Lesson:
    return Lesson(spec["blocks"], spec["minutes"], tuple(spec["checks"]))


def progress_of(state: State | None) -> Progress:
    if state is None:
        return Progress()
    data = state.data
    answers = data.get("checks") or {}
    reading = Reading(
        place=data.get("place") or 0,
        furthest=data.get("furthest") or 0,
        seconds=Fraction(str(data.get("seconds") or 0)),
        checks=frozenset(answers),
        declared=bool(data.get("declared")),
        read=state.status in DONE,
        opened_at=datetime.fromisoformat(data["opened_at"]) if data.get("opened_at") else None,
    )
    return Progress(reading, answers)


def data_of(progress: Progress) -> dict[str, Any]:
    reading = progress.reading
    return {
        "place": reading.place,
        "furthest": reading.furthest,
        "seconds": round(float(reading.seconds), 3),
        "checks": dict(progress.answers),
        "declared": reading.declared,
        "opened_at": reading.opened_at.isoformat() if reading.opened_at else None,
    }


def applied(plan: Plan) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What a plan applies, as plain operations: those in order, and those overtaken by later numbers."""
    in_order, overtaken = [], []
    for one in plan.decisions:
        if one.applies:
            fields = one.operation.body.get("body", one.operation.body)
            values = fields if isinstance(fields, dict) else {}
            (overtaken if one.out_of_order else in_order).append(values | {"kind": one.operation.kind})
    return in_order, overtaken


def advance(
    progress: Progress,
    lesson: Lesson,
    operations: Iterable[Mapping[str, Any]],
    received_at: datetime,
    since: datetime,
    overtaken: Iterable[Mapping[str, Any]] = (),
) -> Progress:
    """Add what was reported. What was overtaken counts, but neither moves the place nor replaces an answer."""
    operations, overtaken = list(operations), list(overtaken)
    old = progress.reading
    reading = engine.merge(old, [*overtaken, *operations], lesson, received_at, since)
    if overtaken and not any(one.get("kind") == "place" for one in operations):
        reading = replace(reading, place=old.place)
    if any(one.get("kind") == "end" for one in (*operations, *overtaken)):
        reading = replace(reading, furthest=lesson.blocks)
    answers = _answers(overtaken, lesson) | dict(progress.answers) | _answers(operations, lesson)
    return Progress(reading, answers)


def _answers(operations: Iterable[Mapping[str, Any]], lesson: Lesson) -> dict[str, int | None]:
    given = {}
    for one in operations:
        if one.get("kind") == "check" and isinstance(one.get("id"), str) and one["id"] in lesson.checks:
            answer = one.get("answer")
            given[one["id"]] = answer if type(answer) is int and 0 <= answer < MOST_ANSWERS else None
    return given


def verdict(spec: Mapping[str, Any], progress: Progress) -> Verdict:
    return engine.judge(spec["read"], lesson_of(spec), progress.reading)
