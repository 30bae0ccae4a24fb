"""The outbox: a job is a row written with the fact that causes it, claimed with a lease, done once or tried again.

States: waiting (`run_after` in the past makes it due), leased (`lease_until`), done, dead (after `MOST_ATTEMPTS`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, String, Text, insert, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.core.db import Base, BigId, Database

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 8

#: A handler does its work in the session it is given and may be called twice for one job: it must be idempotent.
Handler = Callable[[Session, dict[str, Any], datetime], None]


class Job(Base):
    __tablename__ = "job"
    __table_args__ = (Index("ix_job_due", "done_at", "dead_at", "run_after"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    payload: Mapped[dict[str, Any]]
    #: The same key is enqueued once, whoever asks twice.
    dedupe: Mapped[str | None] = mapped_column(String(120), unique=True)
    created_at: Mapped[datetime]
    run_after: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)


@dataclass(frozen=True, slots=True)
class Claim:
    id: int
    name: str
    payload: dict[str, Any]
    attempts: int


def enqueue(
    session: Session,
    name: str,
    payload: dict[str, Any],
    now: datetime,
    *,
    dedupe: str | None = None,
    after: datetime | None = None,
) -> None:
    """Add a job in the caller's transaction: it exists exactly when the fact does."""
    if dedupe is not None and session.scalar(select(Job.id).where(Job.dedupe == dedupe)) is not None:
        return
    session.add(Job(name=name, payload=payload, dedupe=dedupe, created_at=now, run_after=after or now, attempts=0))
    session.flush()


def enqueue_all(session: Session, name: str, payloads: Sequence[dict[str, Any]], now: datetime) -> None:
    """Many jobs of one kind with one statement."""
    if payloads:
        fixed = {"name": name, "created_at": now, "run_after": now, "attempts": 0}
        session.execute(insert(Job), [{**fixed, "payload": payload} for payload in payloads])


def claim(session: Session, now: datetime) -> Claim | None:
    """Lease the oldest due job, or None. The caller commits before it works, so the lease is seen by all."""
    due = (
        select(Job.id)
        .where(Job.done_at.is_(None), Job.dead_at.is_(None), Job.run_after <= now)
        .where(or_(Job.lease_until.is_(None), Job.lease_until < now))
        .order_by(Job.run_after, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)  # SQLite ignores it: its writers are one at a time
    )
    row = session.execute(
        update(Job)
        .where(Job.id == due.scalar_subquery())
        .values(lease_until=now + LEASE, attempts=Job.attempts + 1)
        .returning(Job.id, Job.name, Job.payload, Job.attempts)
    ).first()
    return Claim(*row) if row else None


def run_one(db: Database, handlers: dict[str, Handler], clock: Callable[[], datetime]) -> bool:
    """Claim and do one job; False when none is due. A failure is kept with the job and tried again, ever later."""
    with db.writing() as session:
        claimed = claim(session, clock())
    if claimed is None:
        return False
    try:
        with db.writing() as session:
            handlers[claimed.name](session, claimed.payload, clock())
            session.execute(
                update(Job).where(Job.id == claimed.id).values(done_at=clock(), lease_until=None, error=None)
            )
    except Exception as error:  # a job may fail in any way; the row says how
        with db.writing() as session:
            session.execute(update(Job).where(Job.id == claimed.id).values(**_after_failure(claimed, error, clock())))
    return True


def _after_failure(claimed: Claim, error: Exception, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {"lease_until": None, "error": f"{type(error).__name__}: {error}"[:2000]}
    if claimed.attempts >= MOST_ATTEMPTS:
        return values | {"dead_at": now}
    return values | {"run_after": now + timedelta(seconds=min(3600, 2**claimed.attempts))}
