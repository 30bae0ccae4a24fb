"""What the worker does for quizzes."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.core.jobs import Handler
from lms.core.tools import Tools
from lms.quizzes import service


def handlers(_tools: Tools) -> dict[str, Handler]:
    return {"quiz.close": _close}


def _close(session: Session, payload: dict[str, Any], now: datetime) -> None:
    service.close_if_over(session, payload["attempt_id"], now)
