"""Enrolling and withdrawing: who takes what, by when, why."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.accounts import permissions
from lms.audit import service as audit
from lms.core import upsert
from lms.core.actor import Actor
from lms.core.errors import Invalid, NotFound
from lms.enrolments.models import Enrolment

ORIGINS = ("self", "list", "person", "demo")


def enrol(
    session: Session,
    actor: Actor,
    user_id: int,
    course_id: int,
    now: datetime,
    *,
    origin: str,
    due_at: datetime | None = None,
    reason: str = "",
) -> int:
    """The id of the person's one active enrolment in the course: a new one, the present one, or a withdrawn one again.

    People enrol themselves; others need `enrol.others`. A due date of None leaves the present one.
    """
    permissions.require(actor, "learn" if actor.user_id == user_id else "enrol.others")
    created = session.scalar(
        upsert.insert(session, Enrolment)
        .values(
            user_id=user_id,
            course_id=course_id,
            due_at=due_at,
            origin=origin,
            reason=reason,
            created_at=now,
            created_by=actor.user_id,
        )
        .on_conflict_do_nothing(index_elements=["user_id", "course_id"])
        .returning(Enrolment.id)
    )
    if created is None:
        return _again(session, actor, user_id, course_id, now, due_at, reason)
    new = {"user_id": user_id, "course_id": course_id, "origin": origin, "due_at": _iso(due_at)}
    audit.record(session, actor, "enrolment.created", ("enrolment", created), now, new=new, reason=reason or None)
    return created


def _again(
    session: Session, actor: Actor, user_id: int, course_id: int, now: datetime, due_at: datetime | None, reason: str
) -> int:
    row = session.execute(
        select(Enrolment.id, Enrolment.due_at, Enrolment.withdrawn_at)
        .where(Enrolment.user_id == user_id, Enrolment.course_id == course_id)
        .with_for_update()
    ).one()
    due = row.due_at if due_at is None else due_at
    if row.withdrawn_at is None and due == row.due_at:
        return row.id
    session.execute(update(Enrolment).where(Enrolment.id == row.id).values(due_at=due, withdrawn_at=None))
    verb = "enrolment.changed" if row.withdrawn_at is None else "enrolment.resumed"
    old: dict[str, Any] = {"due_at": _iso(row.due_at), "withdrawn_at": _iso(row.withdrawn_at)}
    new = {"due_at": _iso(due), "withdrawn_at": None}
    audit.record(session, actor, verb, ("enrolment", row.id), now, old=old, new=new, reason=reason or None)
    return row.id


def withdraw(session: Session, actor: Actor, enrolment_id: int, now: datetime, *, reason: str) -> None:
    """Take a person out of a course. What they did is kept and comes back when they are enrolled again."""
    permissions.require(actor, "enrol.others")
    if not reason:
        raise Invalid(fields={"reason": "reason"})
    done = session.execute(
        update(Enrolment)
        .where(Enrolment.id == enrolment_id, Enrolment.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
        .returning(Enrolment.id)
    ).first()
    if done is None:
        raise NotFound()
    new = {"withdrawn_at": now.isoformat()}
    audit.record(session, actor, "enrolment.withdrawn", ("enrolment", enrolment_id), now, new=new, reason=reason)


def change_due(
    session: Session, actor: Actor, enrolment_id: int, due_at: datetime | None, now: datetime, reason: str = ""
) -> None:
    """Set or take away the due date of an active enrolment."""
    permissions.require(actor, "enrol.others")
    row = session.scalars(
        select(Enrolment).where(Enrolment.id == enrolment_id, Enrolment.withdrawn_at.is_(None)).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound()
    if row.due_at == due_at:
        return
    old, new = {"due_at": _iso(row.due_at)}, {"due_at": _iso(due_at)}
    row.due_at = due_at
    session.flush()
    subject = ("enrolment", enrolment_id)
    audit.record(session, actor, "enrolment.changed", subject, now, old=old, new=new, reason=reason or None)


def _iso(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
