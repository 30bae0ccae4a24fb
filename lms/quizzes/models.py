from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, BigId


class QuizAttempt(Base):
    """One try at a quiz. States: open, sent (by the trainee), expired (closed when time was over).

    `lease` rises with each tab that takes the pen. Lease, revision and state are columns of this one row, and a save
    updates it first: that is the fence.
    `drawn` is [[key, [option, ...]], ...] in shown order. Failed, abandoned and late attempts are kept.
    """

    __tablename__ = "quiz_attempt"
    __table_args__ = (
        UniqueConstraint("registration_id", "activity_key", "number"),
        Index("ix_quiz_attempt_open", "state", "deadline_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    activity_key: Mapped[str] = mapped_column(String(60))
    number: Mapped[int]
    bank: Mapped[str] = mapped_column(String(60))
    #: Never leaves the server: it decides the draw and the names that options have on the page.
    seed: Mapped[str] = mapped_column(String(64))
    drawn: Mapped[list[Any]]
    locale: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12), default="open")
    lease: Mapped[int] = mapped_column(default=0)
    #: The newest lease under which something was saved.
    written_lease: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime]
    deadline_at: Mapped[datetime | None]
    #: Seconds after the deadline in which answers still count.
    accept_late: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    #: Filled when closed: points reached, percent unrounded to 4 places, result by question.
    points: Mapped[Decimal | None] = mapped_column(Numeric(9, 4))
    score: Mapped[Decimal | None] = mapped_column(Numeric(7, 4))
    passed: Mapped[bool | None]
    results: Mapped[dict[str, Any] | None]


class QuizResponse(Base):
    """The current raw response to one drawn question; its history is in the learning events."""

    __tablename__ = "quiz_response"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("quiz_attempt.id"), primary_key=True)
    question_key: Mapped[str] = mapped_column(String(60), primary_key=True)
    response: Mapped[dict[str, Any] | None]
    flagged: Mapped[bool] = mapped_column(default=False)
    saved_at: Mapped[datetime]
