"""Alice in the tiny quiz: registered, lessons read, ready to start."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from lms.catalogue import queries as catalogue
from lms.core.storage import DiskStorage
from lms.engines.quiz import aliases, kinds
from lms.learning import service as learning
from lms.quizzes import queries, service
from lms.quizzes.queries import AttemptRow
from tests.courses import publish_tiny
from tests.people import Someone, make_user

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


@dataclass
class Scene:
    alice: Someone
    registration: int
    version_id: int


def registered(session: Session, folder: Path, name: str = "Alice", **quiz: Any) -> Scene:
    published = publish_tiny(session, DiskStorage(folder), **quiz)
    alice = make_user(session, name)
    registration = learning.join(session, alice.actor, alice.id, "tiny-course", NOON, origin="self")
    for lesson in ("doors", "hands"):
        learning.set_state(session, registration, lesson, status="read", now=NOON, locale="en", finished=True)
    return Scene(alice, registration, published.version_id)


def started(session: Session, scene: Scene, now: datetime = NOON) -> AttemptRow:
    """A new attempt whose pen this test holds (lease 1 for the first)."""
    number = service.start(session, scene.alice.actor, "tiny-course", "tiny-quiz", now, "en")
    service.take_over(session, scene.alice.actor, number)
    return queries.attempt(session, number)


def answer(session: Session, attempt: AttemptRow, key: str, *, right: bool = True) -> dict[str, Any]:
    """The raw response that a page would send for a right (or a wrong) answer."""
    source = catalogue.questions(session, attempt.version_id, attempt.bank, [key])[0]["source"]
    names = aliases.aliases(attempt.seed, key, source)
    if right:
        raw = kinds.right_answer(source, "en")
    else:
        wrong = next(one["id"] for one in source["answers"] if not one["right"])
        raw = {"choice": wrong} if source["kind"] == "single" else {"choices": [wrong]}
    return aliases.hidden(source, raw, names)


def operation(number: int, question: str, response: Any, at: datetime = NOON) -> dict[str, Any]:
    return {"n": number, "kind": "answer", "at": at.isoformat(), "body": {"question": question, "response": response}}


def all_answers(session: Session, attempt: AttemptRow, *, right: bool = True) -> list[dict[str, Any]]:
    return [
        operation(number, key, answer(session, attempt, key, right=right))
        for number, key in enumerate(attempt.keys, start=1)
    ]


def save(session: Session, scene: Scene, attempt: AttemptRow, operations: Any, **changed: Any) -> service.Saved:
    given = {"page_load": "page-1", "lease": 1, "now": NOON + MINUTE} | changed
    return service.save_batch(
        session, scene.alice.actor, attempt.id, given["page_load"], given["lease"], operations, given["now"]
    )
