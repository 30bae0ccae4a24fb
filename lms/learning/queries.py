"""Reads of registrations and of the state of their activities."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from lms.accounts import permissions
from lms.catalogue.queries import COURSES, HOLDING_VERSION, VERSION_FILE, FileRow
from lms.core.actor import Actor
from lms.core.statements import Statement
from lms.enrolments.queries import ACTIVE, ENROLMENTS
from lms.learning.models import ActivityState, Completion, Registration


@dataclass(frozen=True, slots=True)
class Reg:
    """A registration with what its enrolment and course say. `status`: not-started, in-progress, complete."""

    id: int
    enrolment_id: int
    user_id: int
    course_id: int
    course_key: str
    version_id: int
    status: str
    #: Percent of the rule's conditions that are met.
    progress: Decimal
    started_at: datetime
    changed_at: datetime
    completed_at: datetime | None
    due_at: datetime | None
    #: The version that new registrations get.
    current_version_id: int | None
    retired_at: datetime | None

    @property
    def complete(self) -> bool:
        return self.completed_at is not None

    def overdue(self, now: datetime) -> bool:
        return not self.complete and self.due_at is not None and self.due_at < now


@dataclass(frozen=True, slots=True)
class State:
    """The current state of one activity; see `ActivityState`."""

    activity_key: str
    status: str
    score: Decimal | None
    evidence: str
    locale: str
    data: dict[str, Any]
    revision: int
    started_at: datetime
    changed_at: datetime
    finished_at: datetime | None


# Columns of tables, not of mapped classes: hot pages run these, and the mapper would cost as much again as the query.
_REG, _STATE_ROW = Registration.__table__.c, ActivityState.__table__.c


def _registrations(enrolments: Any) -> Select[Any]:
    return (
        select(
            _REG.id,
            _REG.enrolment_id,
            _REG.user_id,
            _REG.course_id,
            COURSES.c.key.label("course_key"),
            _REG.version_id,
            _REG.status,
            _REG.progress,
            _REG.started_at,
            _REG.changed_at,
            _REG.completed_at,
            enrolments.c.due_at,
            COURSES.c.current_version_id,
            COURSES.c.retired_at,
        )
        .join(enrolments, enrolments.c.id == _REG.enrolment_id)
        .join(COURSES, COURSES.c.id == _REG.course_id)
    )


_FOUND = (
    _registrations(ACTIVE)
    .where(_REG.user_id == bindparam("user_id"), COURSES.c.key == bindparam("course_key"))
    .order_by(_REG.id.desc())
    .limit(1)
)
# Only this table is locked; what is read from others in the same statement may be older (PostgreSQL). The key itself
# stays free: rows that refer to it hold a share of it, and two writers would wait for each other in a circle.
_LOCK: dict[str, Any] = {"of": Registration.__table__, "key_share": True}
FOUND, FOUND_LOCKED = Statement(_FOUND), Statement(_FOUND.with_for_update(**_LOCK))
_ONE = _registrations(ENROLMENTS).where(_REG.id == bindparam("registration_id"))
ONE, ONE_LOCKED = Statement(_ONE), Statement(_ONE.with_for_update(**_LOCK))
_OF_PERSON = _registrations(ACTIVE).where(_REG.user_id == bindparam("user_id")).order_by(_REG.id.desc())
_STATE_COLUMNS = (
    _STATE_ROW.activity_key,
    _STATE_ROW.status,
    _STATE_ROW.score,
    _STATE_ROW.evidence,
    _STATE_ROW.locale,
    _STATE_ROW.data,
    _STATE_ROW.revision,
    _STATE_ROW.started_at,
    _STATE_ROW.changed_at,
    _STATE_ROW.finished_at,
)
_STATES = select(*_STATE_COLUMNS).where(_STATE_ROW.registration_id == bindparam("registration_id"))
STATES = Statement(_STATES)
STATE = Statement(_STATES.where(_STATE_ROW.activity_key == bindparam("activity_key")))
_FILE_OF_PERSON = VERSION_FILE.where(
    HOLDING_VERSION.in_(select(_REG.version_id).where(_REG.user_id == bindparam("user_id")))
)
#: Who reads courses that they do not take.
READS_ALL = ("content.preview", "grades.read")


def find_registration(session: Session, user_id: int, course_key: str, *, lock: bool = False) -> Reg | None:
    """The person's latest registration in the course, while the enrolment holds.

    `lock`: other writers of this registration wait until the transaction ends (SQLite has one writer anyway).
    """
    row = (FOUND_LOCKED if lock else FOUND).first(session, {"user_id": user_id, "course_key": course_key})
    return Reg(*row) if row else None


def registration(session: Session, registration_id: int, *, lock: bool = False) -> Reg | None:
    """By id, also after a withdrawal."""
    row = (ONE_LOCKED if lock else ONE).first(session, {"registration_id": registration_id})
    return Reg(*row) if row else None


def registrations_of(session: Session, user_id: int) -> list[Reg]:
    """The person's latest registration in each course, the newest first."""
    latest: dict[int, Reg] = {}
    for row in session.execute(_OF_PERSON, {"user_id": user_id}):
        latest.setdefault(row.course_id, Reg(*row))
    return list(latest.values())


def states(session: Session, registration_id: int) -> dict[str, State]:
    """By activity key; an activity without a row has not been started."""
    rows = STATES.all(session, {"registration_id": registration_id})
    return {row.activity_key: State(*row) for row in rows}


def state(session: Session, registration_id: int, activity_key: str) -> State | None:
    row = STATE.first(session, {"registration_id": registration_id, "activity_key": activity_key})
    return State(*row) if row else None


def states_of(session: Session, registration_ids: Collection[int]) -> dict[int, dict[str, State]]:
    """Of several registrations with one statement; every id is in the answer."""
    found: dict[int, dict[str, State]] = defaultdict(dict)
    wanted = select(_STATE_ROW.registration_id, *_STATE_COLUMNS).where(_STATE_ROW.registration_id.in_(registration_ids))
    for row in session.execute(wanted) if registration_ids else ():
        found[row[0]][row.activity_key] = State(*row[1:])
    return {number: found[number] for number in registration_ids}


@dataclass(frozen=True, slots=True)
class Completed:
    """The fact of completion: when, on which score (percent) and on which evidence."""

    at: datetime
    rule: dict[str, Any]
    conditions: list[Any]
    score: Decimal | None
    evidence: str


def completion(session: Session, registration_id: int) -> Completed | None:
    columns = (Completion.at, Completion.rule, Completion.conditions, Completion.score, Completion.evidence)
    row = session.execute(select(*columns).where(Completion.registration_id == registration_id)).first()
    return Completed(*row) if row else None


def readable_file(session: Session, actor: Actor, digest: str) -> FileRow | None:
    """A file of a version that the actor takes or once took, or of any for those who answer for courses and grades."""
    if any(permissions.allows(actor, one) for one in READS_ALL):
        row = session.execute(VERSION_FILE, {"digest": digest}).first()
    else:
        row = session.execute(_FILE_OF_PERSON, {"digest": digest, "user_id": actor.user_id}).first()
    return FileRow(*row) if row else None
