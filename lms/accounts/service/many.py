"""The same acts for thousands of people at once, with a bounded number of statements; each is audited by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts import permissions
from lms.accounts.models import OneTimeLink, User
from lms.accounts.service import links
from lms.accounts.service.people import INSTITUTION, Person, columns_of
from lms.audit.service import Act, record_all
from lms.core import jobs
from lms.core.actor import Actor
from lms.core.errors import Conflict
from lms.core.ids import readable_code


@dataclass(frozen=True, slots=True)
class Slip:
    """What a printed slip says; its code is seen nowhere else."""

    user_id: int
    native_name: str
    latin_name: str
    user_name: str
    purpose: str
    code: str
    expires_at: datetime


def add_many(session: Session, actor: Actor, people: Sequence[Person], now: datetime) -> list[int]:
    """New accounts for tidy people, in their order. Raises Conflict when a name was taken in the meantime."""
    permissions.require(actor, "people.write")
    if not people:
        return []
    fixed = {"assurance": INSTITUTION, "password_hash": None, "is_demo": False, "theme": "", "created_at": now}
    people = [person.identified() for person in people]
    rows = [{**columns_of(person), **fixed} for person in people]
    try:
        with session.begin_nested():
            made = session.execute(insert(User).returning(User.user_name, User.id), rows)
            ids = {row.user_name: row.id for row in made}
    except IntegrityError:
        raise Conflict() from None
    acts = [_created(person, ids[person.user_name]) for person in people]
    record_all(session, actor, acts, now)
    return [ids[person.user_name] for person in people]


def _created(person: Person, user_id: int) -> Act:
    return Act("user.created", ("user", user_id), new={**person.facts(), "assurance": INSTITUTION})


def change_many(
    session: Session, actor: Actor, changes: Sequence[tuple[int, dict[str, Any], dict[str, Any]]], now: datetime
) -> None:
    """(user id, old values, new values) of columns. Raises Conflict when a name was taken in the meantime."""
    permissions.require(actor, "people.write")
    if not changes:
        return
    renamed = [{"user_id": user_id} for user_id, _old, new in changes if "sort_name" in new]
    try:
        with session.begin_nested():
            for user_id, _old, new in changes:
                confirmed = {"email_confirmed_at": None} if "email" in new else {}
                session.execute(update(User).where(User.id == user_id).values(**new, **confirmed))
    except IntegrityError:
        raise Conflict() from None
    jobs.enqueue_all(session, "person.renamed", renamed, now)
    acts = [Act("user.changed", ("user", user_id), old=_shown(old), new=_shown(new)) for user_id, old, new in changes]
    record_all(session, actor, acts, now)


def invite_many(session: Session, actor: Actor, user_ids: Sequence[int], now: datetime) -> int:
    """Mail a link to everybody who is active and has an address; returns to how many."""
    permissions.require(actor, "people.write")
    rows = [row for row in _open(session, user_ids) if row.email]
    payloads = [{"user_id": row.id, "purpose": _purpose(row), "by": actor.user_id} for row in rows]
    jobs.enqueue_all(session, "account.link", payloads, now)
    acts = [Act("user.link-mailed", ("user", row.id), new={"purpose": _purpose(row)}) for row in rows]
    record_all(session, actor, acts, now)
    return len(rows)


def make_slips(session: Session, actor: Actor, user_ids: Sequence[int], now: datetime) -> list[Slip]:
    """A link for each active person, to print and cut; in the order of the list."""
    permissions.require(actor, "people.write")
    slips = [
        Slip(
            row.id,
            row.native_name,
            row.latin_name,
            row.user_name,
            _purpose(row),
            readable_code(),
            now + _valid(row),
        )
        for row in _open(session, user_ids)
    ]
    if slips:
        session.execute(
            insert(OneTimeLink),
            [
                {
                    "token_hash": links.hashed(slip.code),
                    "user_id": slip.user_id,
                    "purpose": slip.purpose,
                    "created_at": now,
                    "expires_at": slip.expires_at,
                    "created_by": actor.user_id,
                }
                for slip in slips
            ],
        )
    acts = [Act("user.link-made", ("user", slip.user_id), new={"purpose": slip.purpose}) for slip in slips]
    record_all(session, actor, acts, now)
    return slips


def _open(session: Session, user_ids: Sequence[int]) -> list[Any]:
    wanted = select(
        User.id, User.email, User.password_hash, User.native_name, User.latin_name, User.user_name, User.sort_name
    )
    found = [
        row
        for start in range(0, len(user_ids), 500)
        for row in session.execute(wanted.where(User.id.in_(user_ids[start : start + 500]), User.disabled_at.is_(None)))
    ]
    return sorted(found, key=lambda row: (row.sort_name, row.id))


def _purpose(row: Any) -> str:
    return links.RESET if row.password_hash else links.INVITE


def _valid(row: Any) -> Any:
    return links.HANDED if row.password_hash else links.INVITED


def _shown(columns: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in columns.items() if name != "sort_name"}
