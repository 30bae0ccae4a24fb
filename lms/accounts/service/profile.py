"""What people change about themselves: name, place, language, e-mail, password, sessions."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.accounts import names, sessions, throttle
from lms.accounts.models import User, UserSession
from lms.accounts.service import links, people
from lms.audit import service as audit
from lms.core import jobs
from lms.core.actor import Actor
from lms.core.errors import Invalid, NotFound


@dataclass(frozen=True, slots=True)
class Profile:
    native_name: str
    latin_name: str
    country: str
    institution: str
    timezone: str
    locale: str
    theme: str


def edit(session: Session, actor: Actor, profile: Profile, now: datetime) -> bool:
    """Whether anything changed. Old names stay in the audit log, and on the certificates that carry them."""
    native, latin = names.person_name(profile.native_name), names.person_name(profile.latin_name)
    if not native:
        raise Invalid(fields={"native_name": "name"})
    if not names.is_latin(latin):
        raise Invalid(fields={"latin_name": "latin"})
    columns = {
        "native_name": native,
        "latin_name": latin,
        "sort_name": names.shown_sort_key(native, latin),
        "country": profile.country,
        "institution": names.person_name(profile.institution),
        "timezone": profile.timezone,
        "locale": profile.locale,
        "theme": profile.theme,
    }
    return people.change(session, actor, _own(session, actor), columns, now)


def ask_email(session: Session, actor: Actor, typed: str, now: datetime) -> None:
    """Send a confirmation to the new address; the old one holds until it is confirmed. Raises Invalid.

    Whether somebody else has the address is said when the link is used, to who can read its mail.
    """
    email = names.email(typed)
    if email is None:
        raise Invalid(fields={"email": "email"})
    if email == _own(session, actor).email:
        raise Invalid(fields={"email": "same-email"})
    payload = {"user_id": actor.user_id, "purpose": links.CONFIRM, "email": email}
    jobs.enqueue(session, "account.link", payload, now)
    audit.record(session, actor, "user.email-asked", ("user", actor.user_id), now, new={"email": email})


def confirm_email(session: Session, code: str, now: datetime, request_id: str = "") -> str | None:
    """Use the link; returns the address that is now the person's, or None when link or address cannot be used."""
    link = links.use(session, code, links.CONFIRM, now)
    if link is None or link.email is None:
        return None
    user = session.scalars(select(User).where(User.id == link.user_id).with_for_update()).one()
    actor = Actor(user.id, user.native_name, frozenset(user.roles), request_id=request_id)
    try:
        people.change(session, actor, user, {"email": link.email}, now)
    except Invalid:
        return None
    confirmed(session, user.id, now)
    return link.email


def confirmed(session: Session, user_id: int, now: datetime) -> None:
    """The person can read mail at the address that the account has."""
    session.execute(update(User).where(User.id == user_id).values(email_confirmed_at=now))
    session.execute(
        update(User).where(User.id == user_id, User.assurance == people.SELF).values(assurance=people.EMAIL)
    )


def password_ticket(session: Session, actor: Actor, now: datetime) -> tuple[int, str | None]:
    """(seconds to wait, present hash) before a new password; each question is counted."""
    wait = throttle.count(session, now, (throttle.AGAIN, str(actor.user_id)))
    return wait, _own(session, actor).password_hash


def new_password(session: Session, actor: Actor, present_hash: str | None, password_hash: str, now: datetime) -> None:
    """The present password was right: set the new one and end every other session and link.

    Raises Invalid when the present password has been changed meanwhile, for example by a link.
    """
    if _own(session, actor).password_hash != present_hash:
        raise Invalid(fields={"present_password": "password-wrong"})
    throttle.forgive(session, throttle.AGAIN, str(actor.user_id))
    set_password(session, actor, password_hash, now, keep=actor.session_id)


def password_by_link(
    session: Session, code: str, purpose: str, password_hash: str, now: datetime, request_id: str
) -> int:
    """Use the link up and set the password; returns whose it is. Raises NotFound when the link has ended meanwhile."""
    link = links.use(session, code, purpose, now)
    if link is None:
        raise NotFound()
    user = session.scalars(select(User).where(User.id == link.user_id)).one()
    actor = Actor(user.id, user.native_name, frozenset(user.roles), request_id=request_id)
    set_password(session, actor, password_hash, now)
    if link.email and link.email == user.email:
        confirmed(session, user.id, now)
    return user.id


def set_password(session: Session, actor: Actor, password_hash: str, now: datetime, keep: int | None = None) -> None:
    session.execute(update(User).where(User.id == actor.user_id).values(password_hash=password_hash))
    assert actor.user_id is not None
    sessions.end_all(session, actor.user_id, now, but=keep)
    links.end_all(session, actor.user_id, now, links.RESET, links.INVITE)
    audit.record(session, actor, "user.password-changed", ("user", actor.user_id), now)


def end_session(session: Session, actor: Actor, session_id: int, now: datetime) -> None:
    """End one of the person's own sessions. Raises NotFound for one of somebody else."""
    own = session.scalar(
        select(UserSession.id).where(UserSession.id == session_id, UserSession.user_id == actor.user_id)
    )
    if own is None:
        raise NotFound()
    sessions.end(session, session_id, now)
    audit.record(session, actor, "session.ended", ("session", session_id), now)


def end_other_sessions(session: Session, actor: Actor, now: datetime) -> None:
    assert actor.user_id is not None
    sessions.end_all(session, actor.user_id, now, but=actor.session_id)
    audit.record(session, actor, "session.others-ended", ("user", actor.user_id), now)


def _own(session: Session, actor: Actor) -> User:
    user = session.scalars(select(User).where(User.id == actor.user_id).with_for_update()).one_or_none()
    if user is None:
        raise NotFound()
    return user
