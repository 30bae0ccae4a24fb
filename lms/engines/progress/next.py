"""What a person does next: one activity, and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lms.engines.progress.locks import Lock
from lms.engines.progress.state import Activity


@dataclass(frozen=True)
class Running:
    """An open quiz attempt. `deadline` None: it may take as long as it likes."""

    activity_id: str
    deadline: datetime | None = None


@dataclass(frozen=True)
class Next:
    """`reason`, in the order in which they are looked for:

    running (an open attempt, the nearest `deadline` first) · due (the nearest due date, `deadline`, of what may be
    opened) · continue (begun) or start, in the order of the course · wait (what is left opens again at `not_before`)
    · stuck (what is left can't be opened, by reason of locks or of attempts used up) · done.
    """

    activity_id: str | None
    reason: str
    deadline: datetime | None = None
    not_before: datetime | None = None


def what_next(
    activities: Sequence[Activity],
    locks: Mapping[str, Lock],
    running: Iterable[Running] = (),
    due: Mapping[str, datetime] | None = None,
    waits: Mapping[str, datetime | None] | None = None,
) -> Next:
    """`activities` in the order of the course; `waits`: quizzes that may not start yet, until when or for good."""
    due, waits = due or {}, waits or {}
    if attempt := nearest(running):
        return Next(attempt.activity_id, "running", attempt.deadline)
    left = [activity for activity in activities if not activity.done]
    ready = [activity for activity in left if is_open(activity, locks) and activity.id not in waits]
    dated = [activity for activity in ready if activity.id in due]
    if dated:
        first = min(dated, key=lambda activity: due[activity.id])
        return Next(first.id, "due", due[first.id])
    if ready:
        return Next(ready[0].id, "continue" if ready[0].started else "start")
    return waiting(left, waits)


def nearest(running: Iterable[Running]) -> Running | None:
    """The attempt whose deadline comes first; those without one come after all others, in the order given."""
    attempts = list(running)
    timed = [(attempt.deadline, place) for place, attempt in enumerate(attempts) if attempt.deadline is not None]
    if timed:
        return attempts[min(timed)[1]]
    return attempts[0] if attempts else None


def is_open(activity: Activity, locks: Mapping[str, Lock]) -> bool:
    return activity.id not in locks or locks[activity.id].open


def waiting(left: Sequence[Activity], waits: Mapping[str, datetime | None]) -> Next:
    opening = [(moment, activity.id) for activity in left if (moment := waits.get(activity.id)) is not None]
    if opening:
        moment, first = min(opening)
        return Next(first, "wait", not_before=moment)
    return Next(left[0].id, "stuck") if left else Next(None, "done")
