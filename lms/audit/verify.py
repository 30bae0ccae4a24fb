"""Does every recorded act still say what was recorded? Computed anew for all rows, in order."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.audit.models import AuditDetail, AuditEvent
from lms.audit.service import is_intact


@dataclass(frozen=True, slots=True)
class Checked:
    """`state`: intact, altered, missing (the event has lost its detail), erased (only its seal can vouch for it)."""

    id: int
    at: datetime
    verb: str
    state: str


def check(session: Session, batch: int = 1000) -> Iterator[Checked]:
    """Every event; the session stays open while it runs."""
    wanted = (
        select(AuditEvent, AuditDetail)
        .outerjoin(AuditDetail, AuditDetail.event_id == AuditEvent.id)
        .order_by(AuditEvent.id)
        .execution_options(yield_per=batch)
    )
    for event, detail in session.execute(wanted):
        yield Checked(event.id, event.at, event.verb, _state(event, detail))


def _state(event: AuditEvent, detail: AuditDetail | None) -> str:
    if detail is None:
        return "missing"
    if not detail.salt:
        return "erased"
    return "intact" if is_intact(event, detail) else "altered"
