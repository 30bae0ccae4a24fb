"""Signing in, in two short transactions with the slow hashing between them: `begin`, verify, `finish`."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.accounts import devices, names, sessions, throttle
from lms.accounts.models import User
from lms.audit import service as audit
from lms.core import ids
from lms.core.actor import Actor
from lms.core.errors import Invalid


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where a try comes from. `device` is (user id, secret) of a browser in which that person has signed in before."""

    address: str
    device: tuple[int, str] | None = None
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A try that has been counted. `retry_after` is 0, or the seconds for which the door `closed` stays so."""

    retry_after: int
    closed: str
    user_id: int | None
    password_hash: str | None
    disabled: bool
    counts: tuple[throttle.Count, ...]


def begin(session: Session, typed: str, visitor: Visitor, now: datetime) -> Ticket:
    """Count the try and look the person up; who does not exist gets a ticket of the same kind."""
    name = _name(typed)
    column = User.email if "@" in name else User.user_name
    user = session.execute(select(User.id, User.password_hash, User.disabled_at).where(column == name)).first()
    user_id = user.id if user else None
    if visitor.device and visitor.device[0] == user_id:
        counts: tuple[throttle.Count, ...] = ((throttle.DEVICE, visitor.device[1]),)
    else:
        counts = _strange(name, visitor)
    wait, closed = throttle.first_closed(session, now, *counts)
    if wait >= throttle.TEN_MINUTES.total_seconds():  # the door closes just now, so it is recorded once
        _record_lock(session, user_id, name, visitor, now)
    return Ticket(wait, closed, user_id, user.password_hash if user else None, bool(user and user.disabled_at), counts)


def doors(typed: str, visitor: Visitor) -> tuple[str, ...]:
    """The keys of the doors that a try from a browser without a past goes through; none for one with a past."""
    return () if visitor.device else tuple(throttle.key(*one) for one in _strange(_name(typed), visitor))


def _name(typed: str) -> str:
    return names.sign_in_name(typed)[:254]


def _strange(name: str, visitor: Visitor) -> tuple[throttle.Count, ...]:
    """In this order: a try at a door that is closed already counts at no wider one."""
    place = devices.place(visitor.address)
    return (throttle.HERE, f"{place} {name}"), (throttle.PLACE, place), (throttle.NAME, name)


def finish(session: Session, ticket: Ticket, fresh_hash: str | None, device: str, now: datetime, hours: int) -> str:
    """The password was right: open a session and return its token. `fresh_hash` replaces one made at an older cost.

    Raises Invalid when the password has been changed, or the account closed, while it was verified.
    """
    assert ticket.user_id is not None
    user = session.execute(
        select(User.password_hash, User.disabled_at).where(User.id == ticket.user_id).with_for_update()
    ).one()
    if user.password_hash != ticket.password_hash or user.disabled_at:
        raise Invalid(fields={"form": "wrong"})
    own = throttle.tries(session, *ticket.counts[0])
    for limit, subject in ticket.counts:
        if limit is throttle.PLACE:
            throttle.take_back(session, limit, subject, own)
        else:
            throttle.forgive(session, limit, subject)
    if fresh_hash:
        session.execute(update(User).where(User.id == ticket.user_id).values(password_hash=fresh_hash))
    return sessions.open_session(session, ticket.user_id, device, now, hours)


def open_for(session: Session, user_id: int, device: str, now: datetime, hours: int) -> str:
    """A session for who has proved themselves by a one-time link."""
    return sessions.open_session(session, user_id, device, now, hours)


def _record_lock(session: Session, user_id: int | None, name: str, visitor: Visitor, now: datetime) -> None:
    """For the person it is about or, where there is none, for what was typed; in a flood once for all that follow."""
    flood = throttle.count(session, now, (throttle.RECORDED, ""))
    if flood and flood < throttle.HOUR.total_seconds():
        return
    subject = ("user", user_id) if user_id else ("sign-in", ids.hashed(name)[:16])
    if flood:
        subject = ("sign-in", "many")
    actor = Actor(None, "system:sign-in", request_id=visitor.request_id)
    audit.record(session, actor, "sign-in.locked", subject, now, new={"from": devices.place(visitor.address)})
