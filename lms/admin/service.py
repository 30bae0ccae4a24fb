"""Writes that go across features: a list of people imported and enrolled, a stopped job started again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import permissions, queries
from lms.accounts.service import many
from lms.accounts.service.people import Person
from lms.admin.people_file import plan as plans
from lms.admin.people_file.plan import Plan
from lms.admin.people_file.reading import Sheet
from lms.audit import service as audit
from lms.core import jobs
from lms.core.actor import Actor
from lms.core.errors import Conflict, NotFound
from lms.learning import service as learning

#: People enrolled in one transaction: a long one would keep all other writers waiting.
AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Place:
    """In which course, until when, and why people are enrolled."""

    course_key: str
    due_at: datetime | None = None
    reason: str = ""


def plan_people(session: Session, actor: Actor, sheet: Sheet, defaults: Person) -> Plan:
    """What the list would do; stores nothing."""
    permissions.require(actor, "people.write")
    found = plans.rows(sheet)
    looked_up = plans.wanted_names(found)
    known = queries.existing(session, *looked_up)
    plan = plans.make(sheet, known, defaults)
    plan.looked_up, plan.found = looked_up, known
    return plan


def import_people(
    session: Session, actor: Actor, plan: Plan, fingerprint: str, now: datetime, place: Place | None = None
) -> list[int]:
    """Do what was planned, all of it or nothing; returns the ids of the new people.

    Raises Conflict when it would no longer do what the person has seen.
    """
    permissions.require(actor, "people.write")
    if plan.fingerprint() != fingerprint or queries.existing(session, *plan.looked_up) != plan.found:
        raise Conflict()
    changes = [(change.user_id, change.old, change.new) for change in plan.changes]
    many.change_many(session, actor, changes, now)
    new = many.add_many(session, actor, plan.new, now)
    counts = {"added": len(new), "changed": len(changes), "same": plan.same, "left_out": plan.wrong_lines}
    audit.record(session, actor, "people.imported", ("people", "list"), now, new=counts)
    if place:
        enrol_many(session, actor, [*new, *plan.known], place, now)
    return new


def enrol_many(session: Session, actor: Actor, user_ids: Sequence[int], place: Place, now: datetime) -> None:
    """Enrol a few at once; leave many to the worker, a few at a time."""
    permissions.require(actor, "enrol.others")
    if len(user_ids) <= AT_ONCE:
        enrol(session, actor, user_ids, place, now)
        return
    due = place.due_at.isoformat() if place.due_at else None
    fixed = {"by": actor.user_id, "course": place.course_key, "due_at": due, "reason": place.reason}
    parts = [list(user_ids[start : start + AT_ONCE]) for start in range(0, len(user_ids), AT_ONCE)]
    jobs.enqueue_all(session, "enrol.list", [{**fixed, "user_ids": part} for part in parts], now)


def enrol(session: Session, actor: Actor, user_ids: Sequence[int], place: Place, now: datetime) -> None:
    for user_id in user_ids:
        learning.join(
            session, actor, user_id, place.course_key, now, origin="list", due_at=place.due_at, reason=place.reason
        )


def retry_job(session: Session, actor: Actor, job_id: int, now: datetime) -> None:
    """Let a job that has stopped, or that waits for its next try, run now."""
    permissions.require(actor, "jobs.write")
    job = session.scalars(select(jobs.Job).where(jobs.Job.id == job_id).with_for_update()).one_or_none()
    if job is None or job.done_at:
        raise NotFound()
    old: dict[str, Any] = {"attempts": job.attempts, "error": job.error}
    job.dead_at, job.attempts, job.run_after = None, 0, now
    session.flush()
    audit.record(session, actor, "job.retried", ("job", job_id), now, old=old, new={"name": job.name})
