from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, BigId, SortKey

Score = Numeric(7, 4, asdecimal=True)


class Registration(Base):
    """One enrolment on one version: what progress belongs to. `completed_at` is set once, by the completion rule.

    User, course and the person's sort key are repeated here: the gradebook pages through one table.
    """

    __tablename__ = "registration"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "version_id"),
        Index("ix_registration_gradebook", "course_id", "sort_name", "id"),
        Index("ix_registration_person", "user_id", "course_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    sort_name: Mapped[str] = mapped_column(SortKey)
    started_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    #: not-started, in-progress, complete
    status: Mapped[str] = mapped_column(String(12), default="not-started")
    #: Percent of the rule's conditions that are met.
    progress: Mapped[Decimal] = mapped_column(Score, default=0)
    completed_at: Mapped[datetime | None]


class ActivityState(Base):
    """The current state of one activity of a registration; its history is `LearningEvent`.

    `status`: in-progress, read (a lesson), completed (in a package), passed, failed (a quiz, or in a package), waived.
    A missing row means not started.
    `data` by kind: lesson {"place", "furthest", "seconds", "checks": {id: answer}, "declared", "opened_at"};
    quiz while an attempt is open {"open": {"attempt", "deadline": time or null}, "left": tries left or null}, else
    {"attempts": how many, "counted_attempt": id, "left", "not_before": time or null}: what is open, until when one must
    wait and what is left decide what to do next.
    """

    __tablename__ = "activity_state"
    __table_args__ = (UniqueConstraint("registration_id", "activity_key"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    activity_key: Mapped[str] = mapped_column(String(60))
    status: Mapped[str] = mapped_column(String(12))
    #: Percent, 0 to 100; None where nothing is scored.
    score: Mapped[Decimal | None] = mapped_column(Score)
    #: graded, reported, attended, observed, entered; empty for reading.
    evidence: Mapped[str] = mapped_column(String(12), default="")
    locale: Mapped[str] = mapped_column(String(12), default="")
    data: Mapped[dict[str, Any]]
    revision: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class LearningEvent(Base):
    """One recorded operation or act, append-only (triggers). (registration, page load, number) is the idempotency key.

    `outcome`: applied, late, refused (then `body` holds only its length). `received_at` is the server's clock,
    `occurred_at` what the device claimed. Acts of the server itself (start, close, regrade, entered, complete) have a
    page load of their own each, `server-<id>`, and the number 0.
    """

    __tablename__ = "learning_event"
    __table_args__ = (Index("ix_learning_event_activity", "registration_id", "activity_key", "received_at"),)

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    page_load: Mapped[str] = mapped_column(String(32), primary_key=True)
    #: Up to 2^53 - 1, the greatest whole number that a browser counts exactly.
    number: Mapped[int] = mapped_column(BigId, primary_key=True)
    activity_key: Mapped[str] = mapped_column(String(60))
    #: Which attempt of the activity, where there is one.
    attempt_id: Mapped[int | None] = mapped_column(BigId)
    kind: Mapped[str] = mapped_column(String(40))
    body: Mapped[dict[str, Any]]
    body_hash: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(40), default="")
    occurred_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(BigId)
    session_id: Mapped[int | None] = mapped_column(BigId)


class Completion(Base):
    """The fact of completion, with the rule and the evidence it rested on; one a registration."""

    __tablename__ = "completion"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    at: Mapped[datetime]
    rule: Mapped[dict[str, Any]]
    conditions: Mapped[list[Any]]
    score: Mapped[Decimal | None] = mapped_column(Score)
    evidence: Mapped[str] = mapped_column(String(12), default="")
