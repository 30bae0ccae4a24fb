"""Publishing a course as an immutable version."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts import permissions
from lms.audit import service as audit
from lms.catalogue import blobs, changes, rows
from lms.catalogue.models import (
    Course,
    CourseVersion,
)
from lms.catalogue.outline import outline_of
from lms.core.actor import Actor
from lms.core.errors import Conflict, Invalid
from lms.core.storage import Storage
from lms.engines.content import model

Json = dict[str, Any]
LEVELS = ("editorial", "minor", "major")
#: What a first version is compared with.
NOTHING = 0
NEWER = "Somebody has published this course at the same time. Look at what changed, then publish again."


@dataclass(frozen=True, slots=True)
class Published:
    """`created` is false when a version with this content existed already; it is the current one all the same."""

    version_id: int
    number: int
    created: bool
    level: str = ""
    changes: list[Any] = field(default_factory=list)
    course_id: int = 0


def publish(
    session: Session,
    storage: Storage,
    actor: Actor,
    course: model.Course,
    now: datetime,
    note: str = "",
    *,
    level: str = "",
    against: int | None = None,
) -> Published:
    """Make the course's content its current version.

    `level` is what a person decided (empty: the proposal holds). `against` is the version that person compared with,
    or NOTHING; None when no person compared.
    Files are stored first, so call it with a session that has not yet begun to write.
    Raises Conflict when somebody else published meanwhile.
    """
    permissions.require(actor, "content.publish")
    if level and level not in LEVELS:
        raise Invalid(f"A level is one of {', '.join(LEVELS)}.")
    stored = blobs.put_all(storage, course.assets)
    row = _locked_course(session, course.id, now)
    if against is not None and (row.current_version_id or NOTHING) != against:
        raise Conflict(NEWER)
    known = session.execute(
        select(CourseVersion).where(CourseVersion.course_id == row.id, CourseVersion.hash == course.version_hash)
    ).scalar_one_or_none()
    if known is not None:
        return _point_to(session, actor, row, known, now, note)
    blobs.remember(session, stored.values())
    return _new_version(session, actor, row, course, now, note, level)


def _locked_course(session: Session, key: str, now: datetime) -> Course:
    """The course's row, made if need be; publishers of one course wait for one another here."""
    wanted = select(Course).where(Course.key == key).with_for_update().execution_options(populate_existing=True)
    row = session.execute(wanted).scalar_one_or_none()
    if row is None:
        row = Course(key=key, created_at=now)
        _add(session, row)
    return row


def _add(session: Session, row: Any) -> None:
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise Conflict(NEWER) from None


def _point_to(
    session: Session, actor: Actor, row: Course, version: CourseVersion, now: datetime, note: str
) -> Published:
    """Content that was published before is never a second version; going back to it is an act of its own."""
    if row.current_version_id != version.id:
        old = {"version_id": row.current_version_id}
        row.current_version_id = version.id
        session.flush()
        new = {"version_id": version.id, "number": version.number, "hash": version.hash}
        audit.record(session, actor, "course.reverted", ("course", row.key), now, old=old, new=new, reason=note or None)
    return Published(version.id, version.number, False, version.change_level, version.changes, row.id)


def _new_version(
    session: Session, actor: Actor, row: Course, course: model.Course, now: datetime, note: str, level: str
) -> Published:
    proposed, found = changes.against(session, row.current_version_id, course)
    last = session.scalar(select(func.max(CourseVersion.number)).where(CourseVersion.course_id == row.id))
    version = CourseVersion(
        course_id=row.id,
        number=(last or 0) + 1,
        hash=course.version_hash,
        source=course.source,
        outline=outline_of(course),
        change_level=level or proposed,
        changes=found,
        note=note,
        published_at=now,
        published_by=actor.user_id,
    )
    _add(session, version)
    for table, values in rows.of(version.id, course):
        if values:
            session.execute(insert(table), values)
    old = {"version_id": row.current_version_id}
    row.current_version_id = version.id
    session.flush()
    new = {
        "version_id": version.id,
        "number": version.number,
        "hash": version.hash,
        "level": version.change_level,
        "proposed": proposed,
    }
    audit.record(session, actor, "course.published", ("course", row.key), now, old=old, new=new, reason=note or None)
    return Published(version.id, version.number, True, version.change_level, found, row.id)
