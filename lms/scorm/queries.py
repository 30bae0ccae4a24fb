"""Reads of packages' runs; the statements of the hot path are built once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.learning.rows import EVENTS
from lms.scorm.models import LearnerGlobals, PackageLaunch, PackageRun, ScoAttempt

# Tables, not mapped classes: every batch of a page runs through them.
RUNS, LAUNCHES = PackageRun.__table__, PackageLaunch.__table__
ATTEMPTS, GLOBALS = ScoAttempt.__table__, LearnerGlobals.__table__
_RUN = RUNS.c
#: Without the state of sequencing, which most batches do not look at.
RUN_COLUMNS = (
    _RUN.registration_id,
    _RUN.label,
    _RUN.lease,
    _RUN.written_lease,
    _RUN.revision,
    _RUN.status,
    _RUN.current,
    _RUN.decision,
    _RUN.waiting,
)
ATTEMPT_COLUMNS = (
    ATTEMPTS.c.activity_key,
    ATTEMPTS.c.number,
    ATTEMPTS.c.phase,
    ATTEMPTS.c.data,
    ATTEMPTS.c.told,
)


@dataclass(slots=True)
class RunRow:
    """A run as it was read; the work in hand changes it and writes what changed."""

    registration_id: int
    label: str
    lease: int
    written_lease: int
    revision: int
    status: str
    current: str
    decision: dict[str, Any]
    waiting: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What the page of the course says of a run. `late` counts what a window kept that was no longer the newest."""

    saved_at: datetime | None
    open: bool
    late: int


def run(session: Session, registration_id: int) -> RunRow | None:
    row = session.execute(select(*RUN_COLUMNS).where(_RUN.registration_id == registration_id)).first()
    return RunRow(*row) if row else None


def registration_of(session: Session, label: str) -> int | None:
    return session.scalar(select(_RUN.registration_id).where(_RUN.label == label))


def run_facts(session: Session, registration_id: int) -> RunFacts | None:
    """None where the package was never started."""
    row = session.execute(select(_RUN.saved_at, _RUN.status).where(_RUN.registration_id == registration_id)).first()
    if row is None:
        return None
    kept = select(func.count()).where(
        EVENTS.c.registration_id == registration_id, EVENTS.c.outcome == "late", EVENTS.c.kind.in_(("set", "end"))
    )
    return RunFacts(row.saved_at, row.status == "open", session.scalar(kept) or 0)
