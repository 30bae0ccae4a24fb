"""What an export says: its columns, each with the sentence that documents it, and its rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from lms.catalogue import queries as catalogue
from lms.catalogue.outline import Outline
from lms.certificates.queries import CERTIFICATES
from lms.learning.rows import REGISTRATIONS, STATES
from lms.reports import gradebook
from lms.reports.gradebook import Entry, Filters

#: Registrations read at once; memory stays the same however many there are.
CHUNK = 250

#: The columns of every export, in order, and what each holds.
FIXED: dict[str, str] = {
    "registration": "number of the registration in this system",
    "user_name": "the name the person signs in with",
    "email": "e-mail address, empty when there is none",
    "native_name": "name in the person's own script",
    "latin_name": "name in Latin script",
    "country": "two-letter country code (ISO 3166-1)",
    "institution": "institution as the person or an administrator wrote it",
    "demonstration": "yes for invented people of the demonstration",
    "course": "identifier of the course",
    "version": "number of the course version that the registration is pinned to",
    "version_hash": "SHA-256 of that version's content",
    "origin": "how the enrolment came about: self, list, person, demo",
    "status": "not-started, in-progress, complete, overdue or withdrawn, at the time of the export",
    "progress": "percent of the conditions of completion that are met",
    "started_at": "when the registration began (UTC, ISO 8601)",
    "due_at": "due date (UTC, ISO 8601)",
    "completed_at": "when the completion rule was met (UTC, ISO 8601)",
    "score": "percent that completion rests on",
    "evidence": "weakest evidence among the scored activities: graded, reported, attended, observed, entered",
    "certificate": "number of the certificate, empty when none was issued",
    "certificate_revoked_at": "when the certificate was revoked (UTC, ISO 8601)",
}
#: For each activity KEY there are four more columns.
PER_ACTIVITY: dict[str, str] = {
    "KEY status": "not-started, in-progress, read, completed, passed, failed or waived",
    "KEY score": "percent, 0 to 100",
    "KEY evidence": "how the result came about: graded, reported, attended, observed, entered",
    "KEY changed_at": "last change of this activity (UTC, ISO 8601)",
}

EVERYBODY = Filters()

Value = str | int | float | None
#: The values of an activity's columns.
Four = tuple[Value, Value, Value, Value]
ABSENT: Four = ("", None, "", "")
NOT_STARTED: Four = ("not-started", None, "", "")


@dataclass(frozen=True, slots=True)
class Grades:
    """An export that is about to be written. `rows` may be read once, while its session is open."""

    course_key: str
    as_of: datetime
    columns: Sequence[str]
    total: int
    rows: Iterator[list[Value]]


def columns_of(activities: Sequence[str]) -> list[str]:
    return [*FIXED, *(name.replace("KEY", key) for key in activities for name in PER_ACTIVITY)]


def open_grades(session: Session, course: Any, now: datetime, filters: Filters = EVERYBODY) -> Grades:
    """Prepare the export of a course (a row of `catalogue.course_by_key`); `session` must be a snapshot.

    Columns are those of the whole course, whatever the filters leave, so that two exports fit together.
    """
    reg = REGISTRATIONS.c
    versions = session.scalars(select(reg.version_id).where(reg.course_id == course.id).distinct()).all()
    outlines = catalogue.outlines(session, versions)
    activities = gradebook.columns(outlines)
    wanted = gradebook.filtered(gradebook.entries(course.id), filters, now)
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    return Grades(course.key, now, columns_of(activities), total, _rows(session, wanted, outlines, activities, now))


def _rows(
    session: Session, wanted: Select[Any], outlines: dict[int, Outline], activities: Sequence[str], now: datetime
) -> Iterator[list[Value]]:
    reg, last = REGISTRATIONS.c, ("", 0)
    empty = {version: _empty(outline, activities) for version, outline in outlines.items()}
    while True:
        query = wanted.where(tuple_(reg.sort_name, reg.id) > last).order_by(reg.sort_name, reg.id).limit(CHUNK)
        chunk = [Entry(*row) for row in session.execute(query)]
        if not chunk:
            return
        ids = [entry.registration_id for entry in chunk]
        states, certificates = _states(session, ids), _certificates(session, ids)
        for entry in chunk:
            number, version = entry.registration_id, entry.version_id
            row, own = _fixed(entry, outlines[version], certificates.get(number), now), states[number]
            for key, four in empty[version].items():
                row += own.get(key, four)
            yield row
        last = (chunk[-1].sort_name, chunk[-1].registration_id)


def _empty(outline: Outline, activities: Sequence[str]) -> dict[str, Four]:
    """What a row says of each activity before its person has begun; nothing where this version does not have it."""
    return {key: NOT_STARTED if outline.activity(key) else ABSENT for key in activities}


def _states(session: Session, ids: Sequence[int]) -> Mapping[int, dict[str, Four]]:
    """By registration and activity."""
    state = STATES.c
    wanted = select(
        state.registration_id, state.activity_key, state.status, state.score, state.evidence, state.changed_at
    ).where(state.registration_id.in_(ids))
    found: dict[int, dict[str, Four]] = {number: {} for number in ids}
    for number, key, status, score, evidence, changed_at in session.execute(wanted):
        found[number][key] = (status, _number(score), evidence, _time(changed_at))
    return found


def _certificates(session: Session, ids: Sequence[int]) -> dict[int, Any]:
    rows = session.execute(select(CERTIFICATES).where(CERTIFICATES.c.registration_id.in_(ids)))
    return {row.registration_id: row for row in rows}


def _fixed(entry: Entry, outline: Outline, certificate: Any, now: datetime) -> list[Value]:
    return [
        entry.registration_id,
        entry.user_name,
        entry.email or "",
        entry.native_name,
        entry.latin_name,
        entry.country,
        entry.institution,
        "yes" if entry.is_demo else "",
        outline.key,
        outline.number,
        outline.hash,
        entry.origin,
        entry.state(now),
        _number(entry.progress),
        _time(entry.started_at),
        _time(entry.due_at),
        _time(entry.completed_at),
        _number(entry.score),
        entry.evidence or "",
        certificate.number if certificate else "",
        _time(certificate.revoked_at) if certificate else "",
    ]


@lru_cache(10_000)
def _time(value: datetime | None) -> str:
    return value.isoformat(timespec="seconds").replace("+00:00", "Z") if value else ""


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
