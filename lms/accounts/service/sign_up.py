"""Making one's own account, in two short transactions with the hashing between them: `begin`, hash, `finish`."""

from datetime import datetime

from sqlalchemy.orm import Session

from lms.accounts import devices, names, sessions, throttle
from lms.accounts.notices import Notice
from lms.accounts.service import links, people, privacy
from lms.accounts.service.people import Person
from lms.accounts.service.sign_in import Visitor
from lms.core import jobs
from lms.core.errors import Invalid


def begin(session: Session, person: Person, visitor: Visitor, now: datetime) -> tuple[int, bool]:
    """(seconds to wait, whether the address of this tidy person has an account already).

    That cannot be hidden, because who signs up goes on at once. It is throttled by place instead.
    """
    place = (throttle.TAKEN_PLACE, devices.place(visitor.address))
    wait = throttle.count(session, now, place)
    if wait or people.is_taken(session, person):
        return wait, True
    throttle.take_back(session, *place)
    return throttle.count(session, now, (throttle.MADE_PLACE, place[1])), False


def finish(
    session: Session,
    person: Person,
    password_hash: str,
    notice: Notice,
    visitor: Visitor,
    label: str,
    now: datetime,
    hours: int,
) -> tuple[int, str]:
    """Make the account, note that the privacy notice was accepted, open a session: (user id, session token)."""
    user_id = people.add(
        session, None, person, now, assurance=people.SELF, password_hash=password_hash, request_id=visitor.request_id
    )
    privacy.accept(session, user_id, notice, now)
    if person.email:
        jobs.enqueue(
            session, "account.link", {"user_id": user_id, "purpose": links.CONFIRM, "email": person.email}, now
        )
    return user_id, sessions.open_session(session, user_id, label, now, hours)


def person_of(native_name: str, latin_name: str, email: str, country: str, timezone: str, locale: str) -> Person:
    """Who signs up is a trainee and nothing else; the user name is made of the address."""
    address = names.email(email)
    if address is None:
        raise Invalid(fields={"email": "email"})
    person = Person(
        user_name=names.proposed_user_name(address),
        native_name=native_name,
        email=address,
        latin_name=latin_name,
        country=country,
        timezone=timezone,
        locale=locale,
    )
    return person.tidy()
