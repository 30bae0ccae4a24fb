"""Asking for a new password: one answer, whoever asks for whomever."""

from datetime import datetime

from sqlalchemy.orm import Session

from lms.accounts import devices, names, throttle
from lms.accounts.service.sign_in import Visitor
from lms.core import jobs


def ask(session: Session, typed: str, visitor: Visitor, now: datetime) -> None:
    """Leave it to the worker to see whether there is such an account. Too many questions are dropped in silence."""
    name = names.sign_in_name(typed)[:254]
    counts = (throttle.RESET_NAME, name), (throttle.RESET_PLACE, devices.place(visitor.address))
    if throttle.count(session, now, *counts) == 0:
        jobs.enqueue(session, "account.reset", {"name": name}, now)
