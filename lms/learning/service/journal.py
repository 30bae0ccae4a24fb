"""What a journal's batch leaves in the record: one event for each operation that is kept, applied or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, literal, select, union_all
from sqlalchemy.orm import Session

from lms.core.actor import Actor
from lms.core.statements import Statement
from lms.engines.journal.batch import Decision, Plan
from lms.engines.journal.numbers import Stored
from lms.engines.journal.operation import LONGEST_KIND, canonical
from lms.learning.models import LearningEvent
from lms.learning.service.record import append_events, event_row

OUTCOMES = {"apply": "applied", "late": "late", "refused": "refused"}
# Columns of the table, not of the mapped class: each save runs this.
_EVENT = LearningEvent.__table__.c
_LOAD = and_(_EVENT.registration_id == bindparam("registration_id"), _EVENT.page_load == bindparam("page_load"))
_OF_LOAD = Statement(
    select(_EVENT.number, _EVENT.body_hash, _EVENT.received_at, _EVENT.outcome, _EVENT.reason).where(_LOAD)
)
# How many are below stands in the same answer, as a number below zero.
_FROM = Statement(
    union_all(
        select(_EVENT.number, _EVENT.body_hash, _EVENT.outcome, _EVENT.reason).where(
            _LOAD, _EVENT.number >= bindparam("lowest")
        ),
        select(
            (-func.count() - 1).label("number"), literal("").label("h"), literal("").label("o"), literal("").label("r")
        ).where(_LOAD, _EVENT.number < bindparam("lowest")),
    )
)


@dataclass(frozen=True, slots=True)
class Load:
    """What the record holds of a page load, and when it last heard of it."""

    stored: Stored
    last_received: datetime | None


def stored_load(session: Session, registration_id: int, page_load: str) -> Load:
    rows = _OF_LOAD.all(session, {"registration_id": registration_id, "page_load": page_load})
    fates = {row.number: (row.outcome, row.reason) for row in rows if row.outcome != "applied"}
    stored = Stored({row.number: row.body_hash for row in rows}, fates=fates)
    return Load(stored, max((row.received_at for row in rows), default=None))


def stored_numbers(session: Session, registration_id: int, page_load: str, lowest: int) -> Stored:
    """The same for a page that sends for hours: what stands below the lowest number of its batch is only counted,
    unless something is missing there."""
    given = {"registration_id": registration_id, "page_load": page_load, "lowest": lowest}
    rows = _FROM.all(session, given)
    below = next(-row.number - 1 for row in rows if row.number < 0)
    if below != lowest - 1:
        return stored_load(session, registration_id, page_load).stored
    rows = [row for row in rows if row.number > 0]
    fates = {row.number: (row.outcome, row.reason) for row in rows if row.outcome != "applied"}
    return Stored({row.number: row.body_hash for row in rows}, contiguous=below, fates=fates)


def applied_after(
    session: Session, registration_id: int, page_load: str, number: int
) -> Sequence[tuple[int, str, dict[str, Any]]]:
    """(number, kind, body) of what applied and came before an earlier number of the same page load."""
    later = select(_EVENT.number, _EVENT.kind, _EVENT.body).where(
        _EVENT.registration_id == registration_id,
        _EVENT.page_load == page_load,
        _EVENT.number > number,
        _EVENT.outcome == "applied",
    )
    return [(row.number, row.kind, row.body) for row in session.execute(later)]


def append_plan(
    session: Session,
    plan: Plan,
    *,
    registration_id: int,
    page_load: str,
    activity_key: str,
    received_at: datetime,
    actor: Actor,
    attempt_id: int | None = None,
) -> None:
    """Append what the plan stores, in one statement."""
    common = {
        "registration_id": registration_id,
        "page_load": page_load,
        "activity_key": activity_key,
        "received_at": received_at,
        "actor": actor,
        "attempt_id": attempt_id,
    }
    append_events(session, [_row(one, common) for one in plan.decisions if one.stored])


def _row(one: Decision, common: dict[str, Any]) -> dict[str, Any]:
    operation = one.operation
    body = operation.body if one.verdict != "refused" else {"length": _length(operation.body)}
    return event_row(
        **common,
        number=operation.number or 0,
        kind=operation.kind[:LONGEST_KIND] or "unreadable",
        body=body,
        occurred_at=operation.claimed_at,
        outcome=OUTCOMES[one.verdict],
        reason=one.reason,
        hashed=operation.body_hash,
    )


def _length(body: dict[str, Any]) -> int:
    return len(canonical(body)) if body else 0


def reply(plan: Plan, received_at: datetime) -> dict[str, Any]:
    """What every journal page is told: up to which number all is stored, and what was not taken as it was sent."""
    return {
        "acked": plan.acknowledgement.contiguous,
        "missing": list(plan.acknowledgement.missing),
        "stored_at": received_at.isoformat(),
        "late": [one.operation.number for one in plan.decisions if one.verdict == "late"],
        "refused": [
            {"n": one.operation.number, "reason": one.reason}
            for one in plan.decisions
            if one.verdict in ("refused", "conflict")
        ],
    }
