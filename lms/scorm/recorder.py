"""Reads of launches and of what their pages recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.learning.rows import EVENTS
from lms.scorm.models import LaunchTrace, PackageLaunch

MOST_LAUNCHES = 200


@dataclass(frozen=True, slots=True)
class LaunchRow:
    """See `PackageLaunch`."""

    id: int
    registration_id: int
    session_id: int
    started_at: datetime
    exchanged_at: datetime | None
    heard_at: datetime | None
    device: str
    lease: int
    page_load: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Calls as they came in together, each [milliseconds, method, element, value, result, error]."""

    received_at: datetime
    calls: list[list[Any]]


_LAUNCHES = select(
    PackageLaunch.id,
    PackageLaunch.registration_id,
    PackageLaunch.session_id,
    PackageLaunch.started_at,
    PackageLaunch.exchanged_at,
    PackageLaunch.heard_at,
    PackageLaunch.device,
    PackageLaunch.lease,
    PackageLaunch.page_load,
)


def launches(session: Session, registration_id: int) -> list[LaunchRow]:
    """The newest first."""
    wanted = _LAUNCHES.where(PackageLaunch.registration_id == registration_id).order_by(PackageLaunch.id.desc())
    return [LaunchRow(*row) for row in session.execute(wanted.limit(MOST_LAUNCHES))]


def stretches(session: Session, launch_id: int) -> list[Stretch]:
    wanted = select(LaunchTrace.received_at, LaunchTrace.calls).where(LaunchTrace.launch_id == launch_id)
    return [Stretch(*row) for row in session.execute(wanted.order_by(LaunchTrace.id))]


def page_loads(session: Session, registration_id: int) -> dict[str, tuple[datetime, datetime, int]]:
    """Of a registration's pages: when the first and the last operation came, and how many came."""
    at = EVENTS.c.received_at
    rows = session.execute(
        select(EVENTS.c.page_load, func.min(at), func.max(at), func.count())
        .where(EVENTS.c.registration_id == registration_id, EVENTS.c.page_load.not_like("server-%"))
        .group_by(EVENTS.c.page_load)
    )
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def operations(session: Session, registration_id: int, names: Sequence[str]) -> Sequence[Any]:
    """What these page loads sent, page by page in the order in which they began, each as it counted."""
    wanted = select(EVENTS).where(EVENTS.c.registration_id == registration_id, EVENTS.c.page_load.in_(names))
    rows = session.execute(wanted.order_by(EVENTS.c.number)).all() if names else []
    place = {name: number for number, name in enumerate(names)}
    return sorted(rows, key=lambda row: (place[row.page_load], row.number))
