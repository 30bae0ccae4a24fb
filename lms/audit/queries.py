"""Reads of the audit log: by who, what, when and on which subject, each row with whether it is intact."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from lms.audit.models import AuditDetail, AuditEvent
from lms.audit.service import is_intact
from lms.core import keyset

#: What a check of one row can say.
INTACT, CHANGED, ERASED = "intact", "changed", "erased"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the log is narrowed to. `actors` None means anybody, an empty list nobody."""

    actors: Collection[int] | None = None
    machine: str = ""
    verb: str = ""
    since: datetime | None = None
    until: datetime | None = None
    subject_type: str = ""
    subject_id: str = ""


@dataclass(frozen=True, slots=True)
class EventRow:
    id: int
    at: datetime
    actor_id: int | None
    actor_kind: str
    verb: str
    subject_type: str
    subject_id: str
    request_id: str
    digest: str
    old: dict[str, Any] | None
    new: dict[str, Any] | None
    reason: str | None
    check: str


def page(session: Session, asked: Asked, place: keyset.Place | None) -> keyset.Page:
    """50 events, the newest first."""
    wanted = select(AuditEvent, AuditDetail).outerjoin(AuditDetail, AuditDetail.event_id == AuditEvent.id)
    found = keyset.page(session, _narrowed(wanted, asked), None, AuditEvent.id, place, descending=True)
    return keyset.Page([_row(event, detail) for event, detail in found.rows], found.more_before, found.more_after)


def _narrowed(wanted: Select[Any], asked: Asked) -> Select[Any]:
    if asked.actors is not None or asked.machine:
        by = [AuditEvent.actor_id.in_(asked.actors or [])]
        if asked.machine:
            by.append(
                AuditEvent.actor_kind.like("system:%") & AuditEvent.actor_kind.contains(asked.machine, autoescape=True)
            )
        wanted = wanted.where(or_(*by))
    if asked.verb:
        wanted = wanted.where(AuditEvent.verb == asked.verb)
    if asked.since:
        wanted = wanted.where(AuditEvent.at >= asked.since)
    if asked.until:
        wanted = wanted.where(AuditEvent.at < asked.until)
    if asked.subject_type:
        wanted = wanted.where(AuditEvent.subject_type == asked.subject_type)
    if asked.subject_id:
        wanted = wanted.where(AuditEvent.subject_id == asked.subject_id)
    return wanted


def _row(event: AuditEvent, detail: AuditDetail | None) -> EventRow:
    return EventRow(
        id=event.id,
        at=event.at,
        actor_id=event.actor_id,
        actor_kind=event.actor_kind,
        verb=event.verb,
        subject_type=event.subject_type,
        subject_id=event.subject_id,
        request_id=event.request_id,
        digest=event.digest,
        old=detail.old if detail else None,
        new=detail.new if detail else None,
        reason=detail.reason if detail else None,
        check=_check(event, detail),
    )


def _check(event: AuditEvent, detail: AuditDetail | None) -> str:
    """Erased details leave the salt empty: such a row only its seal can prove."""
    if detail is None:
        return CHANGED
    if not detail.salt:
        return ERASED
    return INTACT if is_intact(event, detail) else CHANGED
