"""The real courses, published, and trainees in the middle of them: lessons read, an attempt open, a session each."""

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import text
from sqlalchemy.orm import Session

from lms.accounts import sessions
from lms.app import create_app
from lms.catalogue import folders, sync
from lms.catalogue import queries as catalogue
from lms.core.actor import system
from lms.core.config import Settings
from lms.core.db import Database
from lms.core.storage import DiskStorage
from lms.engines.quiz import aliases, kinds
from lms.learning import page_loads
from lms.learning import service as learning
from lms.quizzes import queries as attempts
from lms.quizzes import service as quizzes
from tests.load import packages
from tests.load.packages import Page
from tests.people import Someone, make_user

ROOT = Path(__file__).parents[2]
LOCALES = ("en", "ko", "fr")
#: Who walks through large packages; most people never see one, and their pages should not be weighed with it.
WALKERS = 20
#: What everybody's cookie holds against forged forms.
CSRF = "c" * 40


@dataclass(slots=True)
class Pen:
    """An open attempt: what its page needs to save. `answers` are operations' bodies by question."""

    attempt: int
    lease: int
    questions: int
    answers: list[dict[str, Any]]


@dataclass(slots=True)
class Scene:
    course: str
    lessons: list[str]
    secret: str
    cookie_name: str
    #: What a form of any page sends along.
    csrf: str
    #: By user id: the session cookie's value, and the attempt.
    cookies: dict[int, str] = field(default_factory=dict)
    pens: dict[int, Pen] = field(default_factory=dict)
    #: Open pages of packages, by course and by person.
    pages: dict[str, list[Page]] = field(default_factory=dict)
    instructor: int = 0

    @property
    def trainees(self) -> list[int]:
        return list(self.pens)

    def page_load(self, attempt: int) -> str:
        return page_loads.issue(self.secret, attempt, f"attempt:{attempt}", datetime.now(UTC))


def prepare(settings: Settings, trainees: int, walkers: int = WALKERS) -> Scene:
    """Fill the database of `settings`. The scene's course is the first that has a quiz."""
    app = create_app(settings)
    db: Database = app.extensions["lms"].db
    now = datetime.now(UTC)
    for _name, loaded in sync.load_courses(folders.search([ROOT])):
        assert loaded.course, loaded.problems
        sync.bring(db, DiskStorage(settings.data_dir / "blobs"), system("load test"), loaded.course, now)
    with tempfile.TemporaryDirectory() as folder, db.writing() as session:
        packages.publish_all(session, DiskStorage(settings.data_dir / "blobs"), Path(folder))
    with db.writing() as session:
        outline = next(
            found
            for found in catalogue.outlines(
                session, [c.current_version_id for c in catalogue.list_courses(session) if c.current_version_id]
            ).values()
            if found.quizzes()
        )
        scene = Scene(
            outline.key,
            outline.lessons(),
            settings.secret_key,
            app.config["SESSION_COOKIE_NAME"],
            URLSafeTimedSerializer(settings.secret_key, salt="wtf-csrf-token").dumps(CSRF),
        )
        signer = app.session_interface.get_signing_serializer(app)
        for number in range(trainees):
            locale = LOCALES[number % len(LOCALES)]
            someone = make_user(session, f"Trainee {number:05}", locale=locale, timezone="Asia/Seoul")
            scene.pens[someone.id] = _begun(session, someone, outline, locale, now)
            scene.cookies[someone.id] = signer.dumps(_cookie(session, someone.id, now))
            _open(scene, session, settings, someone, [packages.ONE], now)
        for number in range(walkers):
            someone = make_user(session, f"Walker {number:05}")
            _open(scene, session, settings, someone, map(packages.tree_key, packages.TREES), now)
        scene.instructor = make_user(session, "Instructor", ("instructor",)).id
        scene.cookies[scene.instructor] = signer.dumps(_cookie(session, scene.instructor, now))
        _bare_rows(session)
    db.close()
    return scene


def _open(
    scene: Scene, session: Session, settings: Settings, someone: Someone, courses: Iterable[str], now: datetime
) -> None:
    for course in courses:
        scene.pages.setdefault(course, []).append(packages.opened(session, settings, someone, course, now))


def _cookie(session: Session, user_id: int, now: datetime) -> dict[str, str]:
    return {"_user_id": sessions.open_session(session, user_id, "load test", now, 24), "csrf_token": CSRF}


def _begun(session: Session, someone: Someone, outline: catalogue.Outline, locale: str, now: datetime) -> Pen:
    registration = learning.join(session, someone.actor, someone.id, outline.key, now, origin="self")
    for lesson in outline.lessons():
        learning.set_state(session, registration, lesson, status="read", now=now, locale=locale, finished=True)
    learning.settle(session, registration, now)
    attempt = quizzes.start(session, someone.actor, outline.key, outline.quizzes()[0], now, locale)
    lease = quizzes.take_over(session, someone.actor, attempt)
    row = attempts.attempt(session, attempt)
    assert row
    answers = []
    for question in catalogue.questions(session, row.version_id, row.bank, row.keys):
        names = aliases.aliases(row.seed, question["key"], question["source"])
        right = aliases.hidden(question["source"], kinds.right_answer(question["source"], locale), names)
        answers.append({"question": question["key"], "response": right})
    return Pen(attempt, lease, len(row.keys), answers)


def _bare_rows(session: Session) -> None:
    """What the bare application reads and writes."""
    session.execute(text("CREATE TABLE load_bare (id INTEGER PRIMARY KEY, body TEXT NOT NULL)"))
    own = "INTEGER" if session.get_bind().dialect.name == "sqlite" else "BIGINT GENERATED ALWAYS AS IDENTITY"
    session.execute(text(f"CREATE TABLE load_bare_event (id {own} PRIMARY KEY, body TEXT NOT NULL)"))
    for number in range(1, 101):
        session.execute(text("INSERT INTO load_bare (id, body) VALUES (:id, 'stored')"), {"id": number})
