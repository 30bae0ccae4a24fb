"""What the pages of learning show: courses with their outline and where the person stands in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from sqlalchemy.orm import Session

from lms.accounts import permissions
from lms.catalogue import queries as catalogue
from lms.catalogue.outline import Outline
from lms.catalogue.queries import CourseRow
from lms.core.actor import Actor
from lms.core.errors import NotFound
from lms.engines.progress.next import Next
from lms.learning import queries
from lms.learning.queries import Reg
from lms.learning.standing import Standing, stand

FAR = datetime(9999, 1, 1, tzinfo=UTC)
WEEK = timedelta(days=7)
#: What a person can act on at once comes before what has to wait.
ACTS = ("running", "due", "continue", "start")


@dataclass(frozen=True)
class Taken:
    """A course that the person takes, at a moment."""

    reg: Reg
    outline: Outline
    standing: Standing
    moment: datetime

    @cached_property
    def next(self) -> Next:
        return self.standing.next(self.moment)


@dataclass(frozen=True, slots=True)
class Offered:
    """A course of the catalogue; `reg` when the person takes it already."""

    course: CourseRow
    outline: Outline
    reg: Reg | None


@dataclass(frozen=True, slots=True)
class CourseView:
    """One course as one person sees it: their version with their standing, else the current version.

    `newest` is the number of the current version.
    """

    key: str
    outline: Outline
    newest: int
    retired: bool
    taken: Taken | None
    may_join: bool

    @property
    def standing(self) -> Standing:
        """Of somebody who does not take the course: nothing is begun."""
        return self.taken.standing if self.taken else stand(self.outline, {})


def taken_courses(session: Session, user_id: int, now: datetime) -> list[Taken]:
    """All that a person takes: what is due first, then what changed last, the complete ones at the end."""
    regs = queries.registrations_of(session, user_id)
    outlines = catalogue.outlines(session, {reg.version_id for reg in regs})
    states = queries.states_of(session, [reg.id for reg in regs])
    taken = [_taken(reg, outlines[reg.version_id], states[reg.id], now) for reg in regs]
    taken.sort(key=lambda one: one.reg.changed_at, reverse=True)
    return sorted(taken, key=lambda one: (one.reg.complete, one.reg.due_at or FAR))


def _taken(reg: Reg, outline: Outline, states: dict[str, queries.State], now: datetime) -> Taken:
    standing = stand(outline, states, complete=reg.complete)
    return Taken(reg, outline, standing, now)


def first_to_do(taken: Iterable[Taken]) -> Taken | None:
    """The course to go on with: an attempt that runs, then the order of `taken_courses`; None when all is done."""
    open_ones = [one for one in taken if not one.reg.complete and one.next.reason in ACTS]
    running = [one for one in open_ones if one.next.reason == "running"]
    if running:
        return min(running, key=lambda one: one.next.deadline or FAR)
    return open_ones[0] if open_ones else None


def due_soon(taken: Iterable[Taken], now: datetime) -> list[Taken]:
    """What is due within a week, or was already."""
    until = now + WEEK
    return [one for one in taken if not one.reg.complete and one.reg.due_at is not None and one.reg.due_at < until]


def offered_courses(session: Session, actor: Actor) -> list[Offered]:
    """Courses open to people who enrol themselves, and those that the person takes."""
    courses = catalogue.list_courses(session)
    outlines = catalogue.outlines(session, {one.current_version_id or 0 for one in courses})
    regs = queries.registrations_of(session, actor.user_id) if actor.user_id is not None else []
    mine = {reg.course_id: reg for reg in regs}
    return [
        Offered(course, outline, mine.get(course.id))
        for course in courses
        if (outline := outlines.get(course.current_version_id or 0)) and (outline.enrol["self"] or course.id in mine)
    ]


def course_view(session: Session, actor: Actor, course_key: str, now: datetime) -> CourseView:
    """Raises NotFound when the course is not there for this person: closed or retired, and they do not take it."""
    reg = queries.find_registration(session, actor.user_id, course_key) if actor.user_id is not None else None
    if reg is None:
        return _from_outside(session, actor, course_key)
    ids = {reg.version_id, reg.current_version_id or reg.version_id}
    outlines = catalogue.outlines(session, ids)
    taken = _taken(reg, outlines[reg.version_id], queries.states(session, reg.id), now)
    newest = max(outline.number for outline in outlines.values())
    return CourseView(course_key, taken.outline, newest, reg.retired_at is not None, taken, may_join=False)


def _from_outside(session: Session, actor: Actor, course_key: str) -> CourseView:
    course = catalogue.course_by_key(session, course_key)
    if course is None or course.current_version_id is None:
        raise NotFound()
    outline = catalogue.outline(session, course.current_version_id)
    open_now = outline.enrol["self"] and course.retired_at is None
    if not open_now and not permissions.allows(actor, "grades.read"):
        raise NotFound()
    may_join = open_now and (actor.user_id is None or permissions.allows(actor, "learn"))
    return CourseView(course_key, outline, outline.number, course.retired_at is not None, None, may_join)


def taken_course(session: Session, actor: Actor, course_key: str, now: datetime) -> Taken:
    """Raises NotFound when the person does not take it."""
    reg = queries.find_registration(session, actor.user_id, course_key) if actor.user_id is not None else None
    if reg is None:
        raise NotFound()
    return _taken(reg, catalogue.outline(session, reg.version_id), queries.states(session, reg.id), now)
