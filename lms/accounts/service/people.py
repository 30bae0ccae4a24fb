"""Accounts as administrators keep them: make, change, close, open again. Every act is in the audit log."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts import names, permissions, sessions
from lms.accounts.models import User
from lms.accounts.service import links
from lms.audit import service as audit
from lms.core import ids, jobs
from lms.core.actor import Actor
from lms.core.errors import Invalid, NotFound

#: Who stands for the identity; see the model.
SELF, EMAIL, INSTITUTION = "self", "email", "institution"


@dataclass(frozen=True, slots=True)
class Person:
    """What is kept about a person besides secrets, as it was typed."""

    user_name: str
    native_name: str
    email: str = ""
    latin_name: str = ""
    country: str = ""
    institution: str = ""
    timezone: str = "UTC"
    locale: str = "en"
    roles: tuple[str, ...] = (permissions.TRAINEE,)
    #: Only for a new person, and never changed; without it one is made.
    public_id: str = ""

    def facts(self) -> dict[str, Any]:
        """As JSON holds it; `dataclasses.asdict` copies deeply, which thousands of rows feel."""
        return {name: getattr(self, name) for name in self.__slots__} | {"roles": list(self.roles)}

    def tidy(self) -> "Person":
        """Written in one way; raises Invalid with a code for each field that cannot be kept."""
        tidied = replace(
            self,
            user_name=names.user_name(self.user_name),
            email=(names.email(self.email) or "") if self.email else "",
            native_name=names.person_name(self.native_name),
            latin_name=names.person_name(self.latin_name),
            institution=names.person_name(self.institution),
            roles=tuple(role for role in permissions.ROLES if role in self.roles),
            public_id=names.public_id(self.public_id),
        )
        if wrong := tidied._wrong(self):
            raise Invalid(fields=wrong)
        return tidied

    def identified(self) -> "Person":
        return self if self.public_id else replace(self, public_id=ids.short_id())

    def _wrong(self, typed: "Person") -> dict[str, str]:
        found = {}
        if not names.is_user_name(self.user_name):
            found["user_name"] = "user-name"
        if typed.email and not self.email:
            found["email"] = "email"
        if not 1 <= len(self.native_name) <= 200:
            found["native_name"] = "name"
        if len(self.latin_name) > 200 or not names.is_latin(self.latin_name):
            found["latin_name"] = "latin"
        if len(self.institution) > 200:
            found["institution"] = "long"
        if not self.roles:
            found["roles"] = "roles"
        if typed.public_id and not names.is_public_id(self.public_id):
            found["public_id"] = "public-id"
        return found


def create(session: Session, actor: Actor, person: Person, now: datetime, *, is_demo: bool = False) -> int:
    """A new account without a password; a link sets the first one. Raises Invalid."""
    permissions.require(actor, "people.write")
    return add(session, actor, person.tidy(), now, assurance=INSTITUTION, is_demo=is_demo)


def add(
    session: Session,
    actor: Actor | None,
    person: Person,
    now: datetime,
    *,
    assurance: str,
    password_hash: str | None = None,
    is_demo: bool = False,
    request_id: str = "",
) -> int:
    """Write a tidy person. `actor` None: the person acts, by signing up."""
    person = person.identified()
    check_free(session, person)
    user = User(
        **columns_of(person),
        assurance=assurance,
        password_hash=password_hash,
        is_demo=is_demo,
        created_at=now,
        theme="",
    )
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError:  # somebody took the name since it was checked
        raise Invalid(fields={"user_name": "taken"}) from None
    actor = actor or Actor(user.id, person.native_name, frozenset(person.roles), request_id=request_id)
    new = {**person.facts(), "assurance": assurance}
    audit.record(session, actor, "user.created", ("user", user.id), now, new=new)
    return user.id


def check_free(session: Session, person: Person, but: int | None = None) -> None:
    """Raises Invalid when the user name, the address or the identifier belongs to somebody else."""
    wanted = or_(
        User.user_name == person.user_name,
        User.email == (person.email or None),
        User.public_id == (person.public_id or None),
    )
    rows = session.execute(select(User.id, User.user_name, User.email, User.public_id).where(wanted))
    others = [row for row in rows if row.id != but]
    found = {}
    if any(row.user_name == person.user_name for row in others):
        found["user_name"] = "taken"
    if person.email and any(row.email == person.email for row in others):
        found["email"] = "taken"
    if person.public_id and any(row.public_id == person.public_id for row in others):
        found["public_id"] = "taken"
    if found:
        raise Invalid(fields=found)


def is_taken(session: Session, person: Person) -> bool:
    try:
        check_free(session, person)
    except Invalid:
        return True
    return False


def edit(session: Session, actor: Actor, user_id: int, person: Person, now: datetime, reason: str = "") -> None:
    """Change what an administrator may: all but the identifier. Taking a role away needs a reason. Raises Invalid,
    NotFound.
    """
    permissions.require(actor, "people.write")
    person, user = replace(person, public_id="").tidy(), _locked(session, user_id)
    check_free(session, person, but=user_id)
    _change_roles(session, actor, user, person.roles, now, reason)
    columns = {key: value for key, value in columns_of(person).items() if key not in ("roles", "public_id")}
    change(session, actor, user, columns, now, reason)


def change(
    session: Session, actor: Actor, user: User, columns: dict[str, Any], now: datetime, reason: str = ""
) -> bool:
    """Write the columns that differ, with their old and new values; False when none does."""
    old = {key: getattr(user, key) for key, value in columns.items() if getattr(user, key) != value}
    if not old:
        return False
    try:
        with session.begin_nested():
            for key in old:
                setattr(user, key, columns[key])
            if "email" in old:
                user.email_confirmed_at = None
    except IntegrityError:
        raise Invalid(fields={"user_name" if "user_name" in old else "email": "taken"}) from None
    if old.keys() & {"native_name", "latin_name"}:
        jobs.enqueue(session, "person.renamed", {"user_id": user.id}, now)
    shown = [key for key in old if key != "sort_name"]
    audit.record(
        session,
        actor,
        "user.changed",
        ("user", user.id),
        now,
        old={key: old[key] for key in shown},
        new={key: columns[key] for key in shown},
        reason=reason or None,
    )
    return True


def _change_roles(
    session: Session, actor: Actor, user: User, roles: Collection[str], now: datetime, reason: str
) -> None:
    old, new = list(user.roles), list(roles)
    if set(old) == set(new):
        return
    if user.id == actor.user_id:
        raise Invalid(fields={"roles": "own-roles"})
    if set(old) - set(new) and not reason:
        raise Invalid(fields={"reason": "reason"})
    if permissions.ADMINISTRATOR in set(old) - set(new):
        _check_not_last(session, user)
    user.roles = new
    session.flush()
    audit.record(
        session, actor, "user.roles-changed", ("user", user.id), now, old={"roles": old}, new={"roles": new},
        reason=reason or None,
    )  # fmt: skip


def disable(session: Session, actor: Actor, user_id: int, now: datetime, reason: str) -> None:
    """Close an account: its sessions and links end now; its records stay."""
    permissions.require(actor, "people.write")
    user = _locked(session, user_id)
    if user.id == actor.user_id:
        raise Invalid(fields={"reason": "own-account"})
    if not reason:
        raise Invalid(fields={"reason": "reason"})
    if user.disabled_at:
        return
    if permissions.ADMINISTRATOR in user.roles:
        _check_not_last(session, user)
    user.disabled_at = now
    sessions.end_all(session, user_id, now)
    links.end_all(session, user_id, now, *links.PURPOSES)
    session.flush()
    old, new = {"state": "active"}, {"state": "closed"}
    audit.record(session, actor, "user.closed", ("user", user_id), now, old=old, new=new, reason=reason)


def enable(session: Session, actor: Actor, user_id: int, now: datetime, reason: str = "") -> None:
    permissions.require(actor, "people.write")
    user = _locked(session, user_id)
    if not user.disabled_at:
        return
    user.disabled_at = None
    session.flush()
    old, new = {"state": "closed"}, {"state": "active"}
    audit.record(session, actor, "user.opened", ("user", user_id), now, old=old, new=new, reason=reason or None)


def make_link(session: Session, actor: Actor, user_id: int, now: datetime) -> tuple[str, str]:
    """(purpose, code) of a link to hand over: an invitation before the first password, else a reset."""
    permissions.require(actor, "people.write")
    user = _locked(session, user_id)
    if user.disabled_at:
        raise Invalid(fields={"state": "closed"})
    purpose = links.RESET if user.password_hash else links.INVITE
    valid = links.HANDED if user.password_hash else links.INVITED
    code = links.create(session, user_id, purpose, now, valid, by=actor.user_id)
    audit.record(session, actor, "user.link-made", ("user", user_id), now, new={"purpose": purpose})
    return purpose, code


def invite_by_mail(session: Session, actor: Actor, user_id: int, now: datetime) -> None:
    """The worker makes the link and sends it: its code is never stored in clear."""
    permissions.require(actor, "people.write")
    user = _locked(session, user_id)
    if user.disabled_at or not user.email:
        raise Invalid(fields={"email": "no-email"})
    purpose = links.RESET if user.password_hash else links.INVITE
    jobs.enqueue(session, "account.link", {"user_id": user_id, "purpose": purpose, "by": actor.user_id}, now)
    audit.record(session, actor, "user.link-mailed", ("user", user_id), now, new={"purpose": purpose})


def columns_of(person: Person) -> dict[str, Any]:
    """What a tidy person is in the table."""
    return {
        **person.facts(),
        "email": person.email or None,
        "sort_name": names.shown_sort_key(person.native_name, person.latin_name),
    }


def _locked(session: Session, user_id: int) -> User:
    user = session.scalars(select(User).where(User.id == user_id).with_for_update()).one_or_none()
    if user is None:
        raise NotFound()
    return user


def _check_not_last(session: Session, user: User) -> None:
    """Somebody must be able to let people in. The rows are locked, so two cannot remove each other at once."""
    mark = f'%"{permissions.ADMINISTRATOR}"%'
    administrators = session.scalars(
        select(User.id)
        .where(cast(User.roles, Text).like(mark), User.disabled_at.is_(None))
        .order_by(User.id)
        .with_for_update()
    ).all()
    if set(administrators) <= {user.id}:
        raise Invalid(fields={"roles": "last-administrator"})
