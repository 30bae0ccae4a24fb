"""A small course and a package, published, and trainees in the middle of both: what every fault is played on."""

import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from lms.accounts import sessions
from lms.app import create_app
from lms.catalogue import queries as catalogue
from lms.core.config import Settings
from lms.core.db import Database
from lms.core.storage import DiskStorage
from lms.engines.quiz import aliases, kinds
from lms.learning import queries as learning_queries
from lms.learning import service as learning
from lms.quizzes import queries as attempts
from lms.quizzes import service as quizzes
from tests import courses
from tests.load import packages
from tests.load.packages import Page
from tests.packages import files, publish_package
from tests.people import Someone, make_user

COURSE, QUIZ, LESSONS = "tiny-course", "tiny-quiz", ("doors", "hands")
#: In SCORM 1.2 the time of all sessions adds up; in SCORM 2004 every visit is an attempt of its own.
PACKAGES = {"hands-12": "1.2", "hands-2004": "2004"}


@dataclass(slots=True)
class Seat:
    """One trainee with an open attempt and an open page of each package.."""

    number: int
    user: int
    cookie: str
    registration: int
    attempt: int
    lease: int
    right: dict[str, object]
    pages: dict[str, Page]
    registrations: dict[str, int]


@dataclass(slots=True)
class Scene:
    """`host` is the product's own name, with the port that its pages name."""

    host: str
    secret: str
    cookie_name: str
    seats: list[Seat]


def prepare(settings: Settings, db: Database, trainees: int) -> Scene:
    """Fill `db`, which is migrated and empty. The server that plays it must have the same settings."""
    app = create_app(settings, db)
    now, storage = datetime.now(UTC), DiskStorage(settings.data_dir / "blobs")
    signer = app.session_interface.get_signing_serializer(app)
    assert signer
    with db.writing() as session, tempfile.TemporaryDirectory() as folder:
        courses.publish_tiny(session, storage)
        for course, standard in PACKAGES.items():
            publish_package(session, storage, Path(folder), files(standard), course)
        seats = []
        for number in range(trainees):
            someone = make_user(session, f"Trainee {number:03}", locale="en", email=_mail(number))
            signed_in = sessions.open_session(session, someone.id, "faults", now, 24)
            cookie = signer.dumps({"_user_id": signed_in, "csrf_token": "c" * 40})
            seats.append(_seat(session, settings, number, someone, str(cookie), now))
    return Scene(settings.base_url.partition("://")[2], settings.secret_key, app.config["SESSION_COOKIE_NAME"], seats)


def mail_of(seat: Seat) -> str:
    return _mail(seat.number)


def _mail(number: int) -> str:
    return f"trainee{number}@example.org"


def _seat(session: Session, settings: Settings, number: int, someone: Someone, cookie: str, now: datetime) -> Seat:
    registration = learning.join(session, someone.actor, someone.id, COURSE, now, origin="self")
    for lesson in LESSONS:
        learning.set_state(session, registration, lesson, status="read", now=now, locale="en", finished=True)
    learning.settle(session, registration, now)
    attempt = quizzes.start(session, someone.actor, COURSE, QUIZ, now, "en")
    lease = quizzes.take_over(session, someone.actor, attempt)
    pages = {course: packages.opened(session, settings, someone, course, now) for course in PACKAGES}
    registrations = {course: _registration(session, someone.id, course) for course in PACKAGES}
    return Seat(
        number, someone.id, cookie, registration, attempt, lease, _right(session, attempt), pages, registrations
    )


def _registration(session: Session, user: int, course: str) -> int:
    found = learning_queries.find_registration(session, user, course)
    assert found
    return found.id


def _right(session: Session, attempt: int) -> dict[str, object]:
    """The right answer to each drawn question, by the names that options have on this attempt's pages."""
    row = attempts.attempt(session, attempt)
    assert row
    found = catalogue.questions(session, row.version_id, row.bank, row.keys)
    return {
        one["key"]: aliases.hidden(
            one["source"],
            kinds.right_answer(one["source"], "en"),
            aliases.aliases(row.seed, one["key"], one["source"]),
        )
        for one in found
    }
