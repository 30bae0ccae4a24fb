"""Work that follows from acts of administrators."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.accounts import permissions, queries
from lms.admin import service
from lms.admin.service import Place
from lms.core.actor import Actor
from lms.core.jobs import Handler
from lms.core.tools import Tools

#: A list may name everybody.
SLOW = ("enrol.list",)


def handlers(tools: Tools) -> dict[str, Handler]:
    def forget_file(_session: Session, payload: dict[str, Any], _now: datetime) -> None:
        tools.storage.discard(payload["file"])

    return {"people.forget-file": forget_file, "enrol.list": enrol_list}


def enrol_list(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """In the name of who asked for it; enrolling twice changes nothing."""
    by = queries.person(session, payload["by"])
    actor = Actor(payload["by"], by.native_name if by else "", frozenset({permissions.ADMINISTRATOR}))
    due_at = datetime.fromisoformat(payload["due_at"]) if payload["due_at"] else None
    service.enrol(session, actor, payload["user_ids"], Place(payload["course"], due_at, payload["reason"]), now)
