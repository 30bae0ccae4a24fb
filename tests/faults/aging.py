"""Time that passes for a database: what is due later is made due now, as if somebody had come back a day after."""

import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, update

from lms.core.db import Database
from lms.core.jobs import LEASE, Job
from lms.quizzes.models import QuizAttempt

DAY = timedelta(days=1)
#: An outbox that has not been drained by then never will, in seconds.
PATIENCE = 60


def pass_time(db: Database, by: timedelta = DAY) -> None:
    """Jobs, leases and the deadlines of attempts that are open lie so much further back."""
    with db.writing() as session:
        for row in session.scalars(select(Job).where(Job.done_at.is_(None))):
            row.created_at, row.run_after = row.created_at - by, row.run_after - by
            row.lease_until = row.lease_until and row.lease_until - by
        for one in session.scalars(select(QuizAttempt).where(QuizAttempt.state == "open")):
            one.started_at, one.deadline_at = one.started_at - by, one.deadline_at and one.deadline_at - by


def leases_end(db: Database, killed_at: datetime) -> None:
    """Of a worker that is dead, so that nobody waits minutes for it; what the next one has claimed is its own."""
    past = killed_at - timedelta(seconds=1)
    of_the_dead = (Job.done_at.is_(None), Job.lease_until.is_not(None), Job.lease_until <= killed_at + LEASE)
    with db.writing() as session:
        session.execute(update(Job).where(*of_the_dead).values(lease_until=past))


def drained(db: Database) -> bool:
    """Waits until every job is done that is due by now; False when one is dead or time is over."""
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        if left(db) == 0:
            return True
        time.sleep(0.05)
    return False


def left(db: Database) -> int:
    due = select(func.count()).where(Job.done_at.is_(None), Job.run_after <= datetime.now(UTC))
    with db.reading() as session:
        return session.scalar(due) or 0
