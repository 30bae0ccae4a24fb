"""Publishing a course, or a content package, as an immutable version."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, load_only

from lms.accounts import permissions
from lms.audit import service as audit
from lms.catalogue import blobs, changes, rows
from lms.catalogue.models import Course, CourseVersion, PackageTree
from lms.catalogue.outline import outline_of
from lms.catalogue.packages import Ready
from lms.catalogue.packages.naming import require_id
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


@dataclass(frozen=True, slots=True)
class _Content:
    """What is to be a version, whichever way it was made. `rows` are those of a version's id."""

    key: str
    hash: str
    source: Json
    outline: Json
    stored: Sequence[blobs.Stored]
    rows: Callable[[int], list[tuple[Any, list[Json]]]]
    #: What it changes against a version's id: the proposed level, and the changes.
    changes: Callable[[int | None], tuple[str, list[Json]]]
    package: bool = False


@dataclass(frozen=True, slots=True)
class _Act:
    """Who publishes, when, why, at which level, and against which version they decided."""

    actor: Actor
    now: datetime
    note: str
    level: str
    against: int | None


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
    _require(actor, level)
    content = _Content(
        course.id,
        course.version_hash,
        course.source,
        outline_of(course),
        list(blobs.put_all(storage, course.assets).values()),
        lambda version_id: rows.of(version_id, course),
        lambda version_id: changes.against(session, version_id, course),
    )
    return _put(session, content, _Act(actor, now, note, level, against))


def publish_package(
    session: Session,
    actor: Actor,
    ready: Ready,
    key: str,
    now: datetime,
    note: str = "",
    *,
    level: str = "",
    against: int | None = None,
) -> Published:
    """Make the package the current version of the course `key`, which is made if there is none; the rest as `publish`.

    Raises Invalid for a key that no course can have, Conflict when the course is written in files.
    """
    _require(actor, level)
    require_id(key)
    content = _Content(
        key,
        ready.hash,
        ready.source,
        {"key": key} | ready.outline,
        list(ready.files.values()),
        lambda version_id: rows.of_package(version_id, ready),
        lambda version_id: changes.against_package(session, version_id, ready),
        package=True,
    )
    return _put(session, content, _Act(actor, now, note, level, against))


def _require(actor: Actor, level: str) -> None:
    permissions.require(actor, "content.publish")
    if level and level not in LEVELS:
        raise Invalid(f"A level is one of {', '.join(LEVELS)}.")


def _put(session: Session, content: _Content, act: _Act) -> Published:
    row = _locked_course(session, content.key, act.now)
    if act.against is not None and (row.current_version_id or NOTHING) != act.against:
        raise Conflict(NEWER)
    _refuse_other_form(session, row, content)
    known = session.execute(
        select(CourseVersion).where(CourseVersion.course_id == row.id, CourseVersion.hash == content.hash)
    ).scalar_one_or_none()
    if known is not None:
        return _point_to(session, row, known, act)
    blobs.remember(session, content.stored)
    return _new_version(session, row, content, act)


def _refuse_other_form(session: Session, row: Course, content: _Content) -> None:
    """What a registration's record means hangs on it: lessons and quizzes here, the activities of a package there."""
    if row.current_version_id is None:
        return
    package = session.get(PackageTree, row.current_version_id, options=[load_only(PackageTree.version_id)]) is not None
    if package != content.package:
        form = "a content package" if package else "written in files"
        raise Conflict(f"The course {row.key} is {form}, and this is not. Give it another ID.")


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


def _point_to(session: Session, row: Course, version: CourseVersion, act: _Act) -> Published:
    """Content that was published before is never a second version; going back to it is an act of its own."""
    if row.current_version_id != version.id:
        old = {"version_id": row.current_version_id}
        row.current_version_id = version.id
        session.flush()
        new = {"version_id": version.id, "number": version.number, "hash": version.hash}
        _record(session, act, "course.reverted", row.key, old, new)
    return Published(version.id, version.number, False, version.change_level, version.changes, row.id)


def _new_version(session: Session, row: Course, content: _Content, act: _Act) -> Published:
    proposed, found = content.changes(row.current_version_id)
    last = session.scalar(select(func.max(CourseVersion.number)).where(CourseVersion.course_id == row.id))
    version = CourseVersion(
        course_id=row.id,
        number=(last or 0) + 1,
        hash=content.hash,
        source=content.source,
        outline=content.outline,
        change_level=act.level or proposed,
        changes=found,
        note=act.note,
        published_at=act.now,
        published_by=act.actor.user_id,
    )
    _add(session, version)
    for table, values in content.rows(version.id):
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
    _record(session, act, "course.published", row.key, old, new)
    return Published(version.id, version.number, True, version.change_level, found, row.id)


def _record(session: Session, act: _Act, verb: str, key: str, old: Json, new: Json) -> None:
    audit.record(session, act.actor, verb, ("course", key), act.now, old=old, new=new, reason=act.note or None)
