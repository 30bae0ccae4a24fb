"""The file behind one row of the gradebook: what an inspector opens when asking how a number came about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
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

#: The newest events that the page shows; the export of one person's record has them all.
MOST_EVENTS = 200


@dataclass(frozen=True, slots=True)
class File:
    outline: Outline
    states: dict[str, State]
    attempts: Sequence[Any]
    completion: Completed | None
    certificate: Issued | None
    events: Sequence[Any]
    #: id → name of those who acted.
    names: dict[int, str]


def of(session: Session, entry: Entry) -> File:
    events = _events(session, entry.registration_id)
    actors = people.people_by_id(session, {event.actor_id for event in events if event.actor_id})
    return File(
        outline=catalogue.outline(session, entry.version_id),
        states=learning.states(session, entry.registration_id),
        attempts=quizzes.attempts_of(session, entry.registration_id),
        completion=learning.completion(session, entry.registration_id),
        certificate=certificates.of_registration(session, entry.registration_id),
        events=events,
        names={number: person.names for number, person in actors.items()},
    )


def _events(session: Session, registration_id: int) -> Sequence[Any]:
    query = select(EVENTS).where(EVENTS.c.registration_id == registration_id)
    return session.execute(query.order_by(EVENTS.c.received_at.desc(), EVENTS.c.number.desc()).limit(MOST_EVENTS)).all()
