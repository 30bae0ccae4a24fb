"""The file behind one row of the gradebook: what an inspector opens when asking how a number came about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, literal, select, tuple_
from sqlalchemy.orm import Session

from lms.accounts import queries as people
from lms.catalogue import queries as catalogue
from lms.catalogue.outline import Outline
from lms.certificates import queries as certificates
from lms.certificates.queries import Issued
from lms.learning import queries as learning
from lms.learning.queries import Completed, State
from lms.learning.rows import EVENTS
from lms.quizzes import queries as quizzes
from lms.reports.gradebook import Entry
from lms.web.paging import Cursor, parse

#: Events on one page; the older ones follow page by page.
EVENTS_A_PAGE = 200
#: Operations of a package that carry something of the trainee's.
KEPT_ASIDE = ("set", "commit", "end", "nav", "opened", "read")
#: What orders events: those of one moment by their page load, and then as the page counted them.
ORDER = (EVENTS.c.received_at, EVENTS.c.page_load, EVENTS.c.number)


@dataclass(frozen=True, slots=True)
class Before:
    """The events that are older than this one."""

    received_at: datetime
    page_load: str
    number: int

    @classmethod
    def read(cls, text: str | None) -> "Before | None":
        """From an address; anything that is none means the newest."""
        cursor = parse(text)
        if cursor is None:
            return None
        at, _, page_load = cursor.key.partition(" ")
        try:
            moment = datetime.fromisoformat(at)
        except ValueError:
            return None
        return cls(moment, page_load, cursor.id) if moment.tzinfo and "\0" not in page_load else None

    def __str__(self) -> str:
        return str(Cursor(f"{self.received_at.isoformat()} {self.page_load}", self.number))


@dataclass(frozen=True, slots=True)
class File:
    outline: Outline
    states: dict[str, State]
    attempts: Sequence[Any]
    completion: Completed | None
    certificate: Issued | None
    events: Sequence[Any]
    #: What an older window of a package sent too late, the newest first: kept aside until a person decides.
    late: Sequence[Any]
    #: How many events there are in all, and where the older ones than those of this page begin.
    total: int
    older: Before | None
    #: id → name of those who acted.
    names: dict[int, str]


def of(session: Session, entry: Entry, before: Before | None = None) -> File:
    """Everything behind the row; of its events the newest, or those older than `before`."""
    events = _events(session, entry.registration_id, before)
    events, more = events[:EVENTS_A_PAGE], events[EVENTS_A_PAGE:]
    last = events[-1] if more else None
    count = select(func.count()).select_from(EVENTS).where(EVENTS.c.registration_id == entry.registration_id)
    actors = people.people_by_id(session, {event.actor_id for event in events if event.actor_id})
    return File(
        outline=catalogue.outline(session, entry.version_id),
        states=learning.states(session, entry.registration_id),
        attempts=quizzes.attempts_of(session, entry.registration_id),
        completion=learning.completion(session, entry.registration_id),
        certificate=certificates.of_registration(session, entry.registration_id),
        events=events,
        late=_late(session, entry.registration_id),
        total=session.scalar(count) or 0,
        older=Before(last.received_at, last.page_load, last.number) if last else None,
        names={number: person.names for number, person in actors.items()},
    )


def _late(session: Session, registration_id: int) -> Sequence[Any]:
    """Calls of a package that came after a newer window had gone on. Answers of quizzes stand with their attempts."""
    query = select(EVENTS).where(
        EVENTS.c.registration_id == registration_id,
        EVENTS.c.outcome == "late",
        EVENTS.c.reason != "fenced-unwritten",
        EVENTS.c.kind.in_(KEPT_ASIDE),
    )
    return session.execute(query.order_by(*(one.desc() for one in ORDER)).limit(EVENTS_A_PAGE)).all()


def _events(session: Session, registration_id: int, before: Before | None) -> Sequence[Any]:
    """The newest first, and one more than a page shows where there are more."""
    query = select(EVENTS).where(EVENTS.c.registration_id == registration_id)
    if before:
        place = (before.received_at, before.page_load, before.number)
        query = query.where(
            tuple_(*ORDER) < tuple_(*(literal(value, one.type) for value, one in zip(place, ORDER, strict=True)))
        )
    return session.execute(query.order_by(*(one.desc() for one in ORDER)).limit(EVENTS_A_PAGE + 1)).all()
