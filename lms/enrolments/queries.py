"""Reads of enrolments."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from lms.accounts import permissions
from lms.accounts.queries import PEOPLE
from lms.catalogue import queries as catalogue
from lms.core import keyset
from lms.core.actor import Actor
from lms.core.sorting import sort_key
from lms.enrolments.models import Enrolment

# Columns of the table, not of the mapped class, which would cost every statement that joins them as much again.
_ROW = Enrolment.__table__.c
_COLUMNS = select(_ROW.id, _ROW.user_id, _ROW.course_id, _ROW.due_at, _ROW.origin, _ROW.created_at, _ROW.withdrawn_at)
#: For the joins of other features: all enrolments, and those that hold.
ENROLMENTS = _COLUMNS.subquery("enrolled")
ACTIVE = _COLUMNS.where(_ROW.withdrawn_at.is_(None)).subquery("enrolled")


def courses(session: Session, locale: str, *, retired: bool = False) -> dict[str, str]:
    """Title by key of the courses that people can be enrolled in, by title; `retired` adds those that they were in."""
    found = catalogue.list_courses(session, retired=retired)
    versions = [course.current_version_id for course in found if course.current_version_id]
    titles = {one.key: one.title(locale) for one in catalogue.outlines(session, versions).values()}
    return dict(sorted(titles.items(), key=lambda pair: sort_key(pair[1])))


def open_to_strangers(session: Session, locale: str) -> dict[str, str]:
    """Title by key of the courses for which people may make an account themselves."""
    courses = catalogue.list_courses(session)
    outlines = catalogue.outlines(
        session, [course.current_version_id for course in courses if course.current_version_id]
    )
    return {one.key: one.title(locale) for one in outlines.values() if one.enrol["sign_up"]}


@dataclass(frozen=True, slots=True)
class TakenRow:
    """A person's place in a course, with the course's title."""

    id: int
    course_key: str
    title: str
    due_at: datetime | None
    origin: str
    created_at: datetime
    withdrawn_at: datetime | None


def of_person(session: Session, user_id: int, locale: str) -> list[TakenRow]:
    """All of a person's enrolments, the newest first."""
    rows = list(
        session.execute(
            _COLUMNS.where(Enrolment.user_id == user_id).order_by(Enrolment.created_at.desc(), Enrolment.id)
        )
    )
    courses = catalogue.courses_by_id(session, {row.course_id for row in rows})
    versions = [course.current_version_id for course in courses.values() if course.current_version_id]
    titles = {outline.course_id: outline.title(locale) for outline in catalogue.outlines(session, versions).values()}
    return [
        TakenRow(
            row.id,
            courses[row.course_id].key,
            titles.get(row.course_id, courses[row.course_id].key),
            row.due_at,
            row.origin,
            row.created_at,
            row.withdrawn_at,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class EnrolmentRow:
    """One person's place in a course, as lists show it."""

    id: int
    user_id: int
    course_id: int
    due_at: datetime | None
    origin: str
    created_at: datetime
    withdrawn_at: datetime | None
    native_name: str
    latin_name: str
    user_name: str
    sort_name: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of enrolments is narrowed to; `state` is active or withdrawn."""

    text: str = ""
    state: str = ""


_WITH_PEOPLE = _COLUMNS.join(PEOPLE, PEOPLE.c.id == Enrolment.user_id).add_columns(
    PEOPLE.c.native_name, PEOPLE.c.latin_name, PEOPLE.c.user_name, PEOPLE.c.sort_name
)


def page(session: Session, actor: Actor, course_id: int, wanted: Wanted, place: keyset.Place | None) -> keyset.Page:
    """50 enrolments of a course, by the person's name. Raises NotAllowed."""
    permissions.require(actor, "enrol.others")
    narrowed = _narrowed(_WITH_PEOPLE.where(Enrolment.course_id == course_id), wanted)
    found = keyset.page(session, narrowed, PEOPLE.c.sort_name, Enrolment.id, place)
    return keyset.Page([EnrolmentRow(*row) for row in found.rows], found.more_before, found.more_after)


def count(session: Session, actor: Actor, course_id: int, wanted: Wanted) -> int:
    permissions.require(actor, "enrol.others")
    counted = select(func.count()).select_from(Enrolment).join(PEOPLE, PEOPLE.c.id == Enrolment.user_id)
    return session.scalar(_narrowed(counted.where(Enrolment.course_id == course_id), wanted)) or 0


def enrolment(session: Session, actor: Actor, enrolment_id: int) -> EnrolmentRow | None:
    permissions.require(actor, "enrol.others")
    row = session.execute(_WITH_PEOPLE.where(Enrolment.id == enrolment_id)).first()
    return EnrolmentRow(*row) if row else None


def counts(session: Session) -> dict[int, int]:
    """Course id → how many take it now."""
    rows = session.execute(
        select(Enrolment.course_id, func.count()).where(Enrolment.withdrawn_at.is_(None)).group_by(Enrolment.course_id)
    )
    return {row[0]: row[1] for row in rows}


def _narrowed(statement: Any, wanted: Wanted) -> Any:
    if text := wanted.text.strip():
        statement = statement.where(
            or_(
                PEOPLE.c.sort_name.contains(sort_key(text), autoescape=True),
                PEOPLE.c.native_name.contains(text, autoescape=True),
                PEOPLE.c.user_name.contains(text.casefold(), autoescape=True),
                PEOPLE.c.email.contains(text.casefold(), autoescape=True),
            )
        )
    if wanted.state == "withdrawn":
        statement = statement.where(Enrolment.withdrawn_at.is_not(None))
    elif wanted.state == "active":
        statement = statement.where(Enrolment.withdrawn_at.is_(None))
    return statement
