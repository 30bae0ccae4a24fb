"""Work that follows from what happens to people: their registrations keep the key by which the gradebook sorts."""

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.core.jobs import Handler
from lms.core.tools import Tools
from lms.learning.models import Registration


def handlers(_tools: Tools) -> dict[str, Handler]:
    return {"person.renamed": renamed}


def renamed(session: Session, payload: dict[str, Any], _now: datetime) -> None:
    """By the name of now: of two jobs the later one may run first."""
    user_id = payload["user_id"]
    key = accounts.sort_name(session, user_id)
    session.execute(update(Registration).where(Registration.user_id == user_id).values(sort_name=key))
