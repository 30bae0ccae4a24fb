"""The demonstration: accounts for every role, forty marked trainees, and results that the services made."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from lms.accounts.demo import DEMO_ACCOUNTS
from lms.accounts.models import User
from lms.catalogue import folders
from lms.catalogue import sync as syncing
from lms.cli import demo
from lms.core.actor import system
from lms.core.db import Database
from lms.core.storage import DiskStorage
from lms.learning.models import Completion, LearningEvent, Registration
from lms.quizzes.models import QuizAttempt

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("demo")
    (folder / "lms.db").write_bytes(sqlite_template.read_bytes())
    db = Database(f"sqlite:///{folder / 'lms.db'}")
    for _name, loaded in syncing.load_courses(folders.search([ROOT])):
        assert loaded.course is not None
        syncing.bring(db, DiskStorage(folder), system("sync"), loaded.course, NOW)
    demo.fill(db, lambda _line: None, NOW)
    yield db
    db.close()


def _count(db: Database, query: object) -> int:
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(query))


def test_there_are_forty_trainees_and_an_account_for_each_role(filled: Database) -> None:
    with filled.reading() as session:
        people = session.execute(select(User.user_name, User.is_demo)).all()
    assert (len(people), all(one.is_demo for one in people)) == (40 + len(DEMO_ACCOUNTS), True)


def test_their_progress_differs(filled: Database) -> None:
    with filled.reading() as session:
        kinds = set(session.scalars(select(Registration.status)))
    assert kinds >= {"complete", "in-progress"}


def test_every_completion_rests_on_events_and_a_graded_attempt(filled: Database) -> None:
    with filled.reading() as session:
        completed = session.scalars(select(Completion.registration_id)).all()
        attempted = set(session.scalars(select(QuizAttempt.registration_id).where(QuizAttempt.passed)))
        recorded = set(session.scalars(select(LearningEvent.registration_id).where(LearningEvent.kind == "complete")))
    assert completed and set(completed) <= attempted & recorded


def test_a_second_start_adds_nothing(filled: Database) -> None:
    before = _count(filled, LearningEvent)
    demo.fill(filled, lambda _line: None, NOW)
    assert _count(filled, LearningEvent) == before
