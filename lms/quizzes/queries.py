"""Reads of attempts and responses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from lms.catalogue import queries as catalogue
from lms.catalogue.outline import Outline
from lms.core.statements import Statement
from lms.engines.quiz import policy
from lms.learning.rows import EVENTS
from lms.quizzes.models import QuizAttempt, QuizResponse


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One try; see `QuizAttempt`. `seed` never leaves the server."""

    id: int
    registration_id: int
    user_id: int
    version_id: int
    activity_key: str
    number: int
    bank: str
    seed: str
    drawn: list[Any]
    locale: str
    state: str
    lease: int
    written_lease: int
    revision: int
    started_at: datetime
    deadline_at: datetime | None
    accept_late: int
    saved_at: datetime | None
    closed_at: datetime | None
    score: Decimal | None
    passed: bool | None
    results: dict[str, Any] | None

    @property
    def open(self) -> bool:
        return self.state == "open"

    @property
    def keys(self) -> list[str]:
        """Keys of the drawn questions, in shown order."""
        return [key for key, _options in self.drawn]

    def options(self, key: str) -> list[str]:
        return next(options for drawn, options in self.drawn if drawn == key)

    def over(self, now: datetime) -> bool:
        """Nothing is accepted any more, the grace after the deadline included."""
        return self.deadline_at is not None and now > self.deadline_at + timedelta(seconds=self.accept_late)

    def policy_attempt(self) -> policy.Attempt:
        """As the engine's rules see it; the percent is exact where it was graded."""
        percent = policy.exact(self.results["percent"]) if self.results else None
        return policy.Attempt(self.number, self.closed_at, percent)


# Columns of tables, not of mapped classes: hot pages run these, and the mapper would cost as much again as the query.
ATTEMPTS, RESPONSES = QuizAttempt.__table__, QuizResponse.__table__
COLUMNS = tuple(ATTEMPTS.c[name] for name in AttemptRow.__slots__)
_ONE = select(*COLUMNS).where(ATTEMPTS.c.id == bindparam("attempt_id"))
ONE, ONE_LOCKED = Statement(_ONE), Statement(_ONE.with_for_update())
_RESPONSES = Statement(
    select(RESPONSES.c.question_key, RESPONSES.c.response, RESPONSES.c.flagged).where(
        RESPONSES.c.attempt_id == bindparam("attempt_id")
    )
)


@dataclass(frozen=True, slots=True)
class ResponseRow:
    """The raw response, None when cleared, with real option ids."""

    response: dict[str, Any] | None
    flagged: bool


def attempt(session: Session, attempt_id: int, *, lock: bool = False) -> AttemptRow | None:
    """`lock`: other writers of the attempt wait until the transaction ends."""
    row = (ONE_LOCKED if lock else ONE).first(session, {"attempt_id": attempt_id})
    return AttemptRow(*row) if row else None


def responses(session: Session, attempt_id: int) -> dict[str, ResponseRow]:
    return {row[0]: ResponseRow(row[1], row[2]) for row in _RESPONSES.all(session, {"attempt_id": attempt_id})}


def attempts_of(session: Session, registration_id: int, activity_key: str | None = None) -> Sequence[AttemptRow]:
    """All attempts of a registration, or of one quiz of it, the oldest first."""
    query = select(*COLUMNS).where(QuizAttempt.registration_id == registration_id)
    if activity_key is not None:
        query = query.where(QuizAttempt.activity_key == activity_key)
    return [AttemptRow(*row) for row in session.execute(query.order_by(QuizAttempt.started_at, QuizAttempt.id))]


def kept_aside(session: Session, row: AttemptRow) -> Sequence[Any]:
    """What arrived late and was kept without counting, with both times; the oldest first."""
    query = (
        select(EVENTS)
        .where(EVENTS.c.registration_id == row.registration_id, EVENTS.c.activity_key == row.activity_key)
        .where(EVENTS.c.attempt_id == row.id, EVENTS.c.outcome == "late")
        .where(EVENTS.c.reason.in_(("fenced", "overtaken", "after-deadline", "after-close")))
    )
    return session.execute(query.order_by(EVENTS.c.received_at, EVENTS.c.number)).all()


def quiz_of(session: Session, row: AttemptRow) -> tuple[Outline, dict[str, Any]]:
    """The version an attempt is pinned to, and the quiz as that version has it."""
    outline = catalogue.outline(session, row.version_id)
    spec = outline.activity(row.activity_key)
    assert spec is not None  # versions are immutable
    return outline, spec["quiz"]
