"""Sessions as revocable rows: open, load with one query, end."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from lms.accounts import permissions
from lms.accounts.models import User, UserSession
from lms.core import ids
from lms.core.actor import Actor
from lms.core.logs import request_id
from lms.core.statements import Statement

#: How stale `last_seen_at` may get; writing it at each request would turn every read into a write.
SEEN_STEP = timedelta(minutes=5)

# Of tables, not of mapped classes: every request runs it, and the mapper would cost as much again as the query.
_SESSION, _USER = UserSession.__table__, User.__table__
#: A session with its person, for statements of other features; `person_of` reads it.
COLUMNS = (
    _SESSION.c.id,
    _SESSION.c.user_id,
    _SESSION.c.last_seen_at,
    _SESSION.c.expires_at,
    _SESSION.c.ended_at,
    _USER.c.native_name,
    _USER.c.roles,
    _USER.c.locale,
    _USER.c.timezone,
    _USER.c.theme,
    _USER.c.disabled_at,
    _USER.c.is_demo,
)
JOINED = _SESSION.join(_USER, _USER.c.id == _SESSION.c.user_id)
ID = _SESSION.c.id
_LOAD = Statement(select(*COLUMNS).select_from(JOINED).where(_SESSION.c.token_hash == bindparam("token_hash")))


@dataclass(frozen=True, slots=True)
class Person:
    """Who a token belongs to; `stale` when `last_seen_at` is due to be written again."""

    actor: Actor
    theme: str
    permissions: frozenset[str]
    stale: bool
    #: An invented person, whom only a demonstration lets in.
    is_demo: bool


def open_session(session: Session, user_id: int, device: str, now: datetime, hours: int) -> str:
    """A new session's secret token; only its hash is stored."""
    token = ids.new_token()
    session.add(
        UserSession(
            token_hash=ids.hashed(token),
            user_id=user_id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + timedelta(hours=hours),
            device=device[:200],
        )
    )
    session.flush()
    return token


def load(session: Session, token: str, now: datetime, idle_minutes: int) -> Person | None:
    """The person of a token; None when the session ended, expired, was idle too long, or the account is disabled."""
    row = _LOAD.first(session, {"token_hash": ids.hashed(token)})
    return person_of(row, now, idle_minutes)


def person_of(row: Any, now: datetime, idle_minutes: int) -> Person | None:
    """The same from a row that holds COLUMNS; None for no row."""
    if row is None or row.ended_at or row.disabled_at or now >= row.expires_at:
        return None
    if now - row.last_seen_at > timedelta(minutes=idle_minutes) + SEEN_STEP:
        return None
    roles = frozenset(row.roles)
    actor = Actor(
        user_id=row.user_id,
        name=row.native_name,
        roles=roles,
        session_id=row.id,
        locale=row.locale,
        timezone=row.timezone,
        request_id=request_id.get(),
    )
    stale = now - row.last_seen_at > SEEN_STEP
    return Person(actor, row.theme, permissions.granted(roles), stale, row.is_demo)


def touch(session: Session, session_id: int, now: datetime) -> None:
    session.execute(update(UserSession).where(UserSession.id == session_id).values(last_seen_at=now))


def end(session: Session, session_id: int, now: datetime) -> None:
    session.execute(
        update(UserSession).where(UserSession.id == session_id, UserSession.ended_at.is_(None)).values(ended_at=now)
    )


def end_all(session: Session, user_id: int, now: datetime, but: int | None = None) -> None:
    """End every session of a person, for example after a new password; `but` keeps the one at hand."""
    ending = update(UserSession).where(UserSession.user_id == user_id, UserSession.ended_at.is_(None))
    if but is not None:
        ending = ending.where(UserSession.id != but)
    session.execute(ending.values(ended_at=now))


def owner_of(session: Session, token: str) -> int | None:
    return session.scalar(select(UserSession.user_id).where(UserSession.token_hash == ids.hashed(token)))
