"""Reads for pages of administrators that no feature below has."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts import permissions
from lms.core import keyset
from lms.core.actor import Actor
from lms.core.jobs import MOST_ATTEMPTS, Job

STATES = ("waiting", "dead", "done")


@dataclass(frozen=True, slots=True)
class JobRow:
    """`error` is what the last try said; a payload may hold personal data and is not shown."""

    id: int
    name: str
    created_at: datetime
    run_after: datetime
    lease_until: datetime | None
    attempts: int
    done_at: datetime | None
    dead_at: datetime | None
    error: str | None

    def state(self, now: datetime) -> str:
        if self.done_at:
            return "done"
        if self.dead_at:
            return "dead"
        if self.lease_until and self.lease_until > now:
            return "running"
        return "waiting"

    @property
    def left(self) -> int:
        return max(0, MOST_ATTEMPTS - self.attempts)


_IS = {
    "waiting": Job.done_at.is_(None) & Job.dead_at.is_(None),
    "dead": Job.dead_at.is_not(None),
    "done": Job.done_at.is_not(None),
}


def jobs_page(session: Session, actor: Actor, state: str, place: keyset.Place | None) -> keyset.Page:
    """50 jobs in this state, the newest first."""
    permissions.require(actor, "jobs.read")
    wanted = select(
        Job.id,
        Job.name,
        Job.created_at,
        Job.run_after,
        Job.lease_until,
        Job.attempts,
        Job.done_at,
        Job.dead_at,
        Job.error,
    ).where(_IS[state])
    found = keyset.page(session, wanted, None, Job.id, place, descending=True)
    return keyset.Page([JobRow(*row) for row in found.rows], found.more_before, found.more_after)


def job_counts(session: Session, actor: Actor) -> dict[str, int]:
    """How many wait and how many have stopped; those done are not counted, they only grow."""
    permissions.require(actor, "jobs.read")
    counted = select(func.count()).select_from(Job)
    return {state: session.scalar(counted.where(_IS[state])) or 0 for state in ("waiting", "dead")}
