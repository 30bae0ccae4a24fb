"""The outbox: a job is a row written with the fact that causes it, claimed with a lease, done once or tried again.

States: waiting (`run_after` in the past makes it due), leased (`lease_until`), done, dead (after `MOST_ATTEMPTS`).
"""

import logging
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, String, Text, delete, insert, or_, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.core.db import FAILURES, Base, BigId, Database

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
#: A lease is renewed this often while its handler runs, in seconds, so that five tries fit into it.
RENEW = 60.0
MOST_ATTEMPTS = 8
#: What is done is kept for so long: the row says when and how often it was tried. What it did is in the record itself.
KEPT = timedelta(days=30)
#: Rows that one statement forgets, so that no writer waits long.
AT_ONCE = 1_000

#: A handler does its work in the session it is given and may be called twice for one job: it must be idempotent.
Handler = Callable[[Session, dict[str, Any], datetime], None]


STILL_TO_DO = text("done_at IS NULL AND dead_at IS NULL")


class Job(Base):
    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_due", "done_at", "dead_at", "run_after"),
        Index("ix_job_open", "run_after", "id", postgresql_where=STILL_TO_DO, sqlite_where=STILL_TO_DO),
    )

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


class Lost(Exception):
    """The lease has ended and somebody else has the job: what was done here is rolled back."""


def claim(session: Session, now: datetime, without: Collection[str] = ()) -> Claim | None:
    """Lease the job that has been due for longest, or None. The caller commits before it works, so the lease is seen
    by all. `without` are names that are left to others."""
    due = (
        select(Job.id)
        .where(Job.done_at.is_(None), Job.dead_at.is_(None), Job.run_after <= now)
        .where(or_(Job.lease_until.is_(None), Job.lease_until < now))
        .order_by(Job.run_after, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)  # SQLite ignores it: its writers are one at a time
    )
    if without:
        due = due.where(Job.name.not_in(without))
    row = session.execute(
        update(Job)
        .where(Job.id == due.scalar_subquery())
        .values(lease_until=now + LEASE, attempts=Job.attempts + 1)
        .returning(Job.id, Job.name, Job.payload, Job.attempts)
    ).first()
    return Claim(*row) if row else None


def run_one(
    db: Database, handlers: dict[str, Handler], clock: Callable[[], datetime], without: Collection[str] = ()
) -> bool:
    """Claim and do one job; False when none is due. A failure is kept with the job and tried again, ever later."""
    with db.writing() as session:
        claimed = claim(session, clock(), without)
    if claimed is None:
        return False
    try:
        with _leased(db, claimed, clock), db.writing() as session:
            handlers[claimed.name](session, claimed.payload, clock())
            _settle(session, claimed, done_at=clock(), lease_until=None, error=None)
    except Lost:
        log.warning("job %d (%s) took longer than its lease and was given to another worker", claimed.id, claimed.name)
    except Exception as error:  # a job may fail in any way; the row says how
        with db.writing() as session:
            session.execute(_mine(claimed).values(**_after_failure(claimed, error, clock())))
    return True


def _mine(claimed: Claim) -> Any:
    """The row while nobody else has claimed it: each claim is an attempt more."""
    return update(Job).where(Job.id == claimed.id, Job.attempts == claimed.attempts, Job.done_at.is_(None))


def _settle(session: Session, claimed: Claim, **values: Any) -> None:
    if session.execute(_mine(claimed).values(**values)).rowcount == 0:  # type: ignore[attr-defined]
        raise Lost


@contextmanager
def _leased(db: Database, claimed: Claim, clock: Callable[[], datetime]) -> Iterator[None]:
    """Renew the lease from a thread meanwhile: handlers unpack and judge for long, in libraries that call nobody back.
    A process that is killed or hangs as a whole renews nothing, and its job goes to another."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(RENEW):
            try:
                with db.writing() as session:
                    session.execute(_mine(claimed).values(lease_until=clock() + LEASE))
            except FAILURES as error:
                log.warning("the lease of job %d is not renewed: %s", claimed.id, error)

    thread = threading.Thread(target=renew, name=f"lease of job {claimed.id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def forget(db: Database, now: datetime) -> int:
    """Delete what was done long ago, a part at a time; dead jobs stay until somebody decides. Returns how many."""
    gone = 0
    while True:
        old = select(Job.id).where(Job.done_at < now - KEPT).order_by(Job.done_at).limit(AT_ONCE)
        with db.writing() as session:
            count = session.execute(delete(Job).where(Job.id.in_(old))).rowcount  # type: ignore[attr-defined]
        gone += count
        if count < AT_ONCE:
            return gone


def _after_failure(claimed: Claim, error: Exception, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {"lease_until": None, "error": f"{type(error).__name__}: {error}"[:2000]}
    if claimed.attempts >= MOST_ATTEMPTS:
        return values | {"dead_at": now}
    return values | {"run_after": now + timedelta(seconds=min(3600, 2**claimed.attempts))}
