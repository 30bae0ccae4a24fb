"""A retired course takes nobody new. Its versions and records stay, who has begun goes on, and it can be reopened."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import permissions
from lms.audit import service as audit
from lms.catalogue.models import Course
from lms.core.actor import Actor
from lms.core.errors import Conflict, Invalid, NotFound


def retire(session: Session, actor: Actor, course_key: str, reason: str, now: datetime) -> None:
    """Take a course out of the catalogue. Raises Conflict when it is out already."""
    row = _locked(session, actor, course_key, reason)
    if row.retired_at is not None:
        raise Conflict("This course is retired already.")
    row.retired_at = now
    session.flush()
    audit.record(session, actor, "course.retired", ("course", course_key), now, reason=reason.strip())


def reopen(session: Session, actor: Actor, course_key: str, reason: str, now: datetime) -> None:
    """Put a retired course back. Raises Conflict when it is not retired."""
    row = _locked(session, actor, course_key, reason)
    if row.retired_at is None:
        raise Conflict("This course is not retired.")
    old = {"retired_at": row.retired_at.isoformat()}
    row.retired_at = None
    session.flush()
    audit.record(session, actor, "course.reopened", ("course", course_key), now, old=old, reason=reason.strip())


def _locked(session: Session, actor: Actor, course_key: str, reason: str) -> Course:
    """The published course; who decides on it at the same time waits here and then sees what was decided."""
    permissions.require(actor, "content.publish")
    row = session.scalars(
        select(Course)
        .where(Course.key == course_key, Course.current_version_id.is_not(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound()
    if not reason.strip():
        raise Invalid("Say why: the reason is kept.", {"reason": "reason"})
    return row
