"""Beginning a course: a place in it, and a registration on the version that is current at that moment."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.catalogue import queries as catalogue
from lms.catalogue.outline import Outline
from lms.core import upsert
from lms.core.actor import Actor
from lms.core.errors import NotFound
from lms.enrolments import service as enrolments
from lms.learning.models import Registration
from lms.learning.queries import find_registration
from lms.learning.service.record import server_event


def join(
    session: Session,
    actor: Actor,
    user_id: int,
    course_key: str,
    now: datetime,
    *,
    origin: str,
    due_at: datetime | None = None,
    reason: str = "",
) -> int:
    """Enrol and register; returns the registration's id. Who has a registration keeps it, on its version.

    Raises NotFound when there is no such course, it is retired, or it is not open to people who enrol themselves.
    """
    course = catalogue.course_by_key(session, course_key)
    if course is None or course.current_version_id is None:
        raise NotFound()
    outline = catalogue.outline(session, course.current_version_id)
    own = origin == "self"
    present = find_registration(session, user_id, course_key)
    if present and own:
        return present.id
    if present is None and (course.retired_at or (own and not outline.enrol["self"])):
        raise NotFound()
    enrolment_id = enrolments.enrol(
        session, actor, user_id, course.id, now, origin=origin, due_at=due_at, reason=reason
    )
    return _latest(session, enrolment_id) or _register(session, actor, user_id, outline, enrolment_id, now)


def _latest(session: Session, enrolment_id: int) -> int | None:
    """Read after the enrolment: whoever makes the same one at this moment is done by now."""
    mine = select(Registration.id).where(Registration.enrolment_id == enrolment_id)
    return session.scalar(mine.order_by(Registration.id.desc()).limit(1))


def _register(session: Session, actor: Actor, user_id: int, outline: Outline, enrolment_id: int, now: datetime) -> int:
    created = session.scalar(
        upsert.insert(session, Registration)
        .values(
            enrolment_id=enrolment_id,
            user_id=user_id,
            course_id=outline.course_id,
            version_id=outline.version_id,
            sort_name=accounts.sort_name(session, user_id),
            started_at=now,
            changed_at=now,
            status="not-started",
            progress=0,
        )
        .on_conflict_do_nothing(index_elements=["enrolment_id", "version_id"])
        .returning(Registration.id)
    )
    if created is None:
        return _latest(session, enrolment_id) or 0
    body = {"version_id": outline.version_id, "number": outline.number, "hash": outline.hash}
    server_event(session, registration_id=created, activity_key="", kind="registered", body=body, now=now, actor=actor)
    return created
