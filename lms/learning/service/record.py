"""The record: events are appended, current states follow, and neither ever takes back what was reached."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, bindparam, case, func, insert, or_
from sqlalchemy.orm import Session

from lms.core import ids, metrics, upsert
from lms.core.actor import Actor
from lms.core.statements import Statement
from lms.engines.journal.operation import canonical
from lms.learning.models import ActivityState, LearningEvent

#: A state never falls to a lower rank. A missing row is below all. A package may say that an activity is completed
#: before it says whether that was enough, and a second try may end without a verdict: of these two the newer one holds.
RANKS = {"in-progress": 0, "failed": 1, "completed": 1, "read": 2, "passed": 2, "waived": 2}
_EVENT = LearningEvent.__table__
_APPEND = Statement(insert(_EVENT).values({one.name: bindparam(one.name) for one in _EVENT.c if one.name != "id"}))


def body_hash(kind: str, body: dict[str, Any]) -> str:
    """The same as the journal engine gives an operation, so that a repeated one is known again."""
    return hashlib.sha256(canonical({"kind": kind, "body": body})).hexdigest()


def event_row(
    *,
    registration_id: int,
    page_load: str,
    number: int,
    activity_key: str,
    kind: str,
    body: dict[str, Any],
    received_at: datetime,
    occurred_at: datetime | None = None,
    actor: Actor | None = None,
    attempt_id: int | None = None,
    outcome: str = "applied",
    reason: str = "",
    hashed: str | None = None,
) -> dict[str, Any]:
    """The columns of one event; `hashed` where the body kept is not the one that was sent."""
    return {
        "registration_id": registration_id,
        "page_load": page_load,
        "number": number,
        "activity_key": activity_key,
        "attempt_id": attempt_id,
        "kind": kind,
        "body": body,
        "body_hash": body_hash(kind, body) if hashed is None else hashed,
        "outcome": outcome,
        "reason": reason,
        "occurred_at": occurred_at,
        "received_at": received_at,
        "actor_id": actor.user_id if actor else None,
        "session_id": actor.session_id if actor else None,
    }


def append_events(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Several in one statement. The caller holds the row that the events guard, so no number comes twice."""
    if rows:
        _APPEND.run(session, rows)
        for row in rows:
            metrics.tally(session, "lms_events_total", row["outcome"])


def append_event(session: Session, **columns: Any) -> None:
    """One event; the arguments are those of `event_row`."""
    append_events(session, [event_row(**columns)])


def server_event(
    session: Session,
    *,
    registration_id: int,
    activity_key: str,
    kind: str,
    body: dict[str, Any],
    now: datetime,
    actor: Actor | None = None,
    attempt_id: int | None = None,
    reason: str = "",
) -> None:
    """An act of the server or of a person on our pages, outside any journal."""
    append_event(
        session,
        registration_id=registration_id,
        page_load=f"server-{ids.short_id()}",
        number=0,
        activity_key=activity_key,
        kind=kind,
        body=body,
        received_at=now,
        actor=actor,
        attempt_id=attempt_id,
        reason=reason,
    )


def set_state(
    session: Session,
    registration_id: int,
    activity_key: str,
    *,
    status: str,
    now: datetime,
    score: Decimal | None = None,
    evidence: str = "",
    locale: str = "",
    data: dict[str, Any] | None = None,
    finished: bool = False,
    decided: bool = False,
) -> None:
    """Write the current state in one statement that never lets it regress.

    A lower status (a failed attempt after a passed one) leaves status and evidence as they are; score None and data
    None leave theirs. What a person has entered gives way only to a better status or score. `decided`: a named person
    decides now, which overrides all of this.
    """
    given = upsert.insert(session, ActivityState).values(
        registration_id=registration_id,
        activity_key=activity_key,
        status=status,
        score=score,
        evidence=evidence,
        locale=locale,
        data=data or {},
        revision=1,
        started_at=now,
        changed_at=now,
        finished_at=now if finished else None,
    )
    session.execute(
        given.on_conflict_do_update(
            index_elements=["registration_id", "activity_key"],
            set_=_changes(given.excluded, has_data=data is not None, decided=decided),
        )
    )


def _changes(new: Any, *, has_data: bool, decided: bool) -> dict[str, Any]:
    old = ActivityState
    falls = and_(not decided, _rank(new.status) < _rank(old.status))
    rises = or_(decided, _rank(new.status) > _rank(old.status))
    stands = and_(
        not decided, old.evidence == "entered", ~rises, func.coalesce(old.score, 100) >= func.coalesce(new.score, 0)
    )
    keeps = or_(falls, stands)
    return {
        "status": case((keeps, old.status), else_=new.status),
        "evidence": case((keeps, old.evidence), else_=new.evidence),
        "score": case((stands, old.score), (decided, new.score), else_=func.coalesce(new.score, old.score)),
        "locale": case((or_(keeps, new.locale == ""), old.locale), else_=new.locale),
        "data": new.data if has_data else old.data,
        "revision": old.revision + 1,
        "changed_at": new.changed_at,
        "finished_at": case(
            (rises, func.coalesce(new.finished_at, old.finished_at)),
            else_=func.coalesce(old.finished_at, new.finished_at),
        ),
    }


def _rank(status: Any) -> Any:
    return case(RANKS, value=status, else_=0)
