"""What the worker does for certificates."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.certificates import service
from lms.core.jobs import Handler
from lms.core.tools import Tools


def handlers(_tools: Tools) -> dict[str, Handler]:
    return {"certificate.issue": _issue}


def _issue(session: Session, payload: dict[str, Any], now: datetime) -> None:
    service.issue(session, payload["registration_id"], now)
