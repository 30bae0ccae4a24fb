"""The flight recorder: what a page saw of its calls, for whoever asks whether content or platform was at fault."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from lms.scorm.models import LaunchTrace

MOST_CALLS = 1_000
#: Stretches of one launch; a SCO that calls without end must not fill the disk.
MOST_STRETCHES = 500
LONGEST = 200


def trace(session: Session, launch_id: int, calls: Any, now: datetime) -> None:
    """Each call is [milliseconds, method, element, value, result, error]; what is no such list is left out, and so is
    what comes after MOST_STRETCHES."""
    kept = [_call(one) for one in calls[:MOST_CALLS] if isinstance(one, list)] if isinstance(calls, list) else []
    if kept and _count(session, launch_id) < MOST_STRETCHES:
        session.execute(insert(LaunchTrace).values(launch_id=launch_id, received_at=now, calls=kept))


def _count(session: Session, launch_id: int) -> int:
    return session.scalar(select(func.count()).where(LaunchTrace.launch_id == launch_id)) or 0


def _call(parts: list[Any]) -> list[Any]:
    return [_plain(one) for one in parts[:6]]


def _plain(value: Any) -> Any:
    if isinstance(value, int) and abs(value) < 2**53:
        return value
    text = value if isinstance(value, str) else "" if value is None else str(value)
    return "".join(char for char in text[:LONGEST] if char != "\0" and not "\ud800" <= char <= "\udfff")
