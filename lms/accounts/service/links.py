"""One-time links: stored as hashes, for one purpose, until they expire or are used."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.accounts.models import OneTimeLink as Link
from lms.accounts.models import User
from lms.core import ids

RESET, INVITE, CONFIRM = PURPOSES = ("reset", "invite", "confirm")
#: A mailed link to a new password; one that is handed over; an invitation, which may wait on paper; an address.
MAILED, HANDED, INVITED, CONFIRMING = timedelta(hours=1), timedelta(days=3), timedelta(days=30), timedelta(days=3)


@dataclass(frozen=True, slots=True)
class LinkRow:
    user_id: int
    purpose: str
    email: str | None
    created_by: int | None
    native_name: str
    user_name: str


def create(
    session: Session,
    user_id: int,
    purpose: str,
    now: datetime,
    valid: timedelta,
    *,
    by: int | None = None,
    email: str | None = None,
) -> str:
    """A new link's code, such as 7KQ2-M9XD-4HTA-P3VN, which can be typed from paper; shown once, stored hashed."""
    code = ids.readable_code()
    session.add(
        Link(
            token_hash=hashed(code),
            user_id=user_id,
            purpose=purpose,
            email=email,
            created_at=now,
            expires_at=now + valid,
            created_by=by,
        )
    )
    session.flush()
    return code


def find(session: Session, code: str, purpose: str, now: datetime) -> LinkRow | None:
    """The link while it can be used; looking uses nothing up."""
    row = session.execute(
        select(Link.user_id, Link.purpose, Link.email, Link.created_by, User.native_name, User.user_name)
        .join(User, User.id == Link.user_id)
        .where(Link.token_hash == hashed(code), Link.purpose == purpose)
        .where(Link.used_at.is_(None), Link.expires_at > now, User.disabled_at.is_(None))
    ).first()
    return LinkRow(*row) if row else None


def use(session: Session, code: str, purpose: str, now: datetime) -> LinkRow | None:
    """Use the link up; of two that come at once, one gets None. For another purpose it stays good."""
    row = find(session, code, purpose, now)
    if row is None:
        return None
    used = session.scalar(
        update(Link)
        .where(Link.token_hash == hashed(code), Link.purpose == purpose, Link.used_at.is_(None))
        .values(used_at=now)
        .returning(Link.user_id)
    )
    return row if used is not None else None


def end_all(session: Session, user_id: int, now: datetime, *purposes: str) -> None:
    """Every other link of these purposes ends too, for example when a password has been set."""
    session.execute(
        update(Link)
        .where(Link.user_id == user_id, Link.purpose.in_(purposes), Link.used_at.is_(None))
        .values(used_at=now)
    )


def hashed(code: str) -> str:
    """However it was typed: with or without hyphens, in small letters."""
    return ids.hashed("".join(c for c in code.upper() if c.isalnum()))
