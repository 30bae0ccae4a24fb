"""Somebody who has completed the tiny course, by the services."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from sqlalchemy.orm import Session

from lms.core.storage import DiskStorage
from lms.learning import service as learning
from tests.courses import publish_tiny
from tests.people import Someone

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def complete_tiny(session: Session, someone: Someone, folder: Path) -> int:
    """Returns the registration's id."""
    publish_tiny(session, DiskStorage(folder))
    registration = learning.join(session, someone.actor, someone.id, "tiny-course", NOON, origin="self")
    for lesson in ("doors", "hands"):
        _state(session, registration, lesson, "read", None, "")
    _state(session, registration, "tiny-quiz", "passed", Decimal("91.6666"), "graded")
    learning.settle(session, registration, NOON)
    return registration


def _state(session: Session, registration: int, key: str, status: str, score: Decimal | None, evidence: str) -> None:
    learning.set_state(
        session,
        registration,
        key,
        status=status,
        score=score,
        evidence=evidence,
        locale="en",
        data={},
        now=NOON,
        finished=True,
    )
