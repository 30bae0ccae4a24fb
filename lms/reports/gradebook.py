"""The gradebook's reads: registrations with the states of their activities, in a constant number of queries."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from lms.accounts.queries import PEOPLE
from lms.catalogue import queries as catalogue
from lms.catalogue.outline import Outline
from lms.core import keyset
from lms.core.sorting import sort_key
from lms.enrolments.queries import ENROLMENTS
from lms.learning.rows import COMPLETIONS, REGISTRATIONS, STATES

#: The key of an activity, its status and its score. The status is empty where nothing has begun, and None where the
#: row's version does not have the activity.
Cell = tuple[str, str | None, Decimal | None]

#: Activities of a package that one page shows; fifty people times thousands would be a page of megabytes.
MOST_COLUMNS = 80
STATUSES = ("not-started", "in-progress", "complete", "overdue", "withdrawn")


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader asked for. `status` is one of STATUSES or empty; `q` is looked for in names and addresses;
    `version` is an id."""

    q: str = ""
    status: str = ""
    country: str = ""
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One registration as a row of the gradebook."""

    registration_id: int
    user_id: int
    user_name: str
    email: str | None
    native_name: str
    latin_name: str
    country: str
    institution: str
    is_demo: bool
    version_id: int
    status: str
    progress: Decimal
    started_at: datetime
    changed_at: datetime
    completed_at: datetime | None
    due_at: datetime | None
    origin: str
    withdrawn_at: datetime | None
    score: Decimal | None
    evidence: str | None
    sort_name: str

    def state(self, now: datetime) -> str:
        """The registration's status, or what is more urgent: withdrawn, overdue."""
        if self.withdrawn_at:
            return "withdrawn"
        if self.completed_at is None and self.due_at and self.due_at < now:
            return "overdue"
        return self.status


def entries(course_id: int) -> Select[Any]:
    """All registrations of a course, withdrawn ones too, without an order."""
    reg, person, enrolled, done = REGISTRATIONS.c, PEOPLE.c, ENROLMENTS.c, COMPLETIONS.c
    return (
        select(
            reg.id, reg.user_id, person.user_name, person.email, person.native_name, person.latin_name,
            person.country, person.institution, person.is_demo, reg.version_id, reg.status, reg.progress,
            reg.started_at, reg.changed_at, reg.completed_at, enrolled.due_at, enrolled.origin,
            enrolled.withdrawn_at, done.score, done.evidence, reg.sort_name,
        )
        .join(PEOPLE, person.id == reg.user_id)
        .join(ENROLMENTS, enrolled.id == reg.enrolment_id)
        .outerjoin(COMPLETIONS, done.registration_id == reg.id)
        .where(reg.course_id == course_id)
    )  # fmt: skip


def filtered(query: Select[Any], filters: Filters, now: datetime) -> Select[Any]:
    conditions: list[ColumnElement[bool]] = []
    if filters.q:
        conditions.append(_names_contain(filters.q))
    if filters.country:
        conditions.append(PEOPLE.c.country == filters.country)
    if filters.version:
        conditions.append(REGISTRATIONS.c.version_id == filters.version)
    if filters.status:
        conditions.append(_has_state(filters.status, now))
    return query.where(*conditions)


@dataclass(frozen=True, slots=True)
class Choices:
    """What a course's book can be narrowed to: codes of countries, and id by number of versions, the newest first."""

    countries: list[str]
    versions: dict[int, int]


def choices(session: Session, course_id: int) -> Choices:
    """Only what registrations of the course have, so that a choice never finds nobody."""
    reg, person = REGISTRATIONS.c, PEOPLE.c
    wanted = select(reg.version_id, person.country).join(PEOPLE, person.id == reg.user_id)
    found = session.execute(wanted.where(reg.course_id == course_id).distinct()).all()
    outlines = catalogue.outlines(session, {row.version_id for row in found})
    versions = {outline.number: number for number, outline in outlines.items()}
    return Choices(sorted({row.country for row in found} - {""}), dict(sorted(versions.items(), reverse=True)))


def _names_contain(words: str) -> ColumnElement[bool]:
    plain = words.casefold()
    return or_(
        PEOPLE.c.sort_name.contains(sort_key(words), autoescape=True),
        func.lower(PEOPLE.c.native_name).contains(plain, autoescape=True),
        func.lower(PEOPLE.c.latin_name).contains(plain, autoescape=True),
        PEOPLE.c.user_name.contains(plain, autoescape=True),
        PEOPLE.c.email.contains(plain, autoescape=True),
    )


def _has_state(status: str, now: datetime) -> ColumnElement[bool]:
    withdrawn = ENROLMENTS.c.withdrawn_at.is_not(None)
    overdue = and_(REGISTRATIONS.c.completed_at.is_(None), ENROLMENTS.c.due_at < now)
    if status == "withdrawn":
        return withdrawn
    if status == "overdue":
        return and_(~withdrawn, overdue)
    return and_(~withdrawn, REGISTRATIONS.c.status == status)


@dataclass(frozen=True, slots=True)
class Page(keyset.Page):
    """One page of entries, with all that its rows show. `total` counts the entries of all pages."""

    results: dict[int, dict[str, Cell]]
    outlines: dict[int, Outline]
    total: int

    def table(self, columns: Sequence[str]) -> Iterator[tuple[Entry, list[Cell]]]:
        """The rows, each with a cell for each of these activities."""
        empty: dict[int, list[Cell]] = {
            version: [(key, "" if outline.activity(key) else None, None) for key in columns]
            for version, outline in self.outlines.items()
        }
        for entry in self.rows:
            own = self.results.get(entry.registration_id, {})
            yield entry, [own.get(cell[0], cell) for cell in empty[entry.version_id]]


def page(
    session: Session,
    course_id: int,
    filters: Filters,
    now: datetime,
    place: keyset.Place | None = None,
    *,
    size: int = keyset.PAGE,
) -> Page:
    """One page in order of name; a place is the sort name and the registration id of a neighbouring row."""
    query = filtered(entries(course_id), filters, now)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    found = keyset.page(session, query, REGISTRATIONS.c.sort_name, REGISTRATIONS.c.id, place, size=size)
    rows = [Entry(*row) for row in found.rows]
    return Page(
        rows=rows,
        more_before=found.more_before,
        more_after=found.more_after,
        results=_results(session, [row.registration_id for row in rows]),
        outlines=catalogue.outlines(session, {row.version_id for row in rows}),
        total=total,
    )


def _results(session: Session, registrations: Collection[int]) -> dict[int, dict[str, Cell]]:
    """By registration and activity; only what a table of many people shows."""
    state = STATES.c
    wanted = select(state.registration_id, state.activity_key, state.status, state.score)
    found: dict[int, dict[str, Cell]] = {number: {} for number in registrations}
    rows = session.execute(wanted.where(state.registration_id.in_(registrations))) if registrations else ()
    for number, key, status, score in rows:
        found[number][key] = (key, status, score)
    return found


def entry(session: Session, course_id: int, registration_id: int) -> Entry | None:
    row = session.execute(entries(course_id).where(REGISTRATIONS.c.id == registration_id)).first()
    return Entry(*row) if row else None


@dataclass(frozen=True, slots=True)
class CourseCounts:
    course_id: int
    registrations: int
    complete: int


def counts(session: Session) -> dict[int, CourseCounts]:
    """By course: how many registrations there are and how many are complete."""
    reg = REGISTRATIONS.c
    rows = session.execute(select(reg.course_id, func.count(), func.count(reg.completed_at)).group_by(reg.course_id))
    return {row[0]: CourseCounts(*row) for row in rows}


def columns(outlines: dict[int, Outline]) -> list[str]:
    """Keys of all activities of these versions: the newest version's order first, then what only older ones have."""
    keys: dict[str, None] = {}
    for version_id in sorted(outlines, reverse=True):
        keys |= dict.fromkeys(outlines[version_id].order)
    return list(keys)
