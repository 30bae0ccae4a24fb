"""Reads of people, and the selectable through which other features join them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, func, or_, select
from sqlalchemy.orm import Session

from lms.accounts import names, permissions
from lms.accounts.models import User, UserSession
from lms.core import keyset
from lms.core.actor import Actor
from lms.core.sorting import sort_key

_PERSON = select(
    User.id,
    User.public_id,
    User.user_name,
    User.email,
    User.native_name,
    User.latin_name,
    User.sort_name,
    User.country,
    User.institution,
    User.timezone,
    User.locale,
    User.roles,
    User.assurance,
    User.is_demo,
    User.disabled_at,
)
#: For the joins of other features: everybody, without secrets.
PEOPLE = _PERSON.subquery("person")


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as other features see them. `names` is how records print them: own script, then Latin."""

    id: int
    public_id: str
    user_name: str
    email: str | None
    native_name: str
    latin_name: str
    sort_name: str
    country: str
    institution: str
    timezone: str
    locale: str
    roles: list[str]
    assurance: str
    is_demo: bool
    disabled_at: datetime | None

    @property
    def names(self) -> str:
        if self.latin_name and self.latin_name != self.native_name:
            return f"{self.native_name} ({self.latin_name})"
        return self.native_name


def person(session: Session, user_id: int) -> PersonRow | None:
    return people_by_id(session, [user_id]).get(user_id)


def has_demo_people(session: Session) -> bool:
    return session.scalar(select(User.id).where(User.is_demo).limit(1)) is not None


def has_role(session: Session, role: str) -> bool:
    """Whether any account that is open holds it."""
    held = select(User.id).where(User.disabled_at.is_(None), cast(User.roles, Text).like(f'%"{role}"%'))
    return session.scalar(held.limit(1)) is not None


def people_by_id(session: Session, user_ids: Collection[int]) -> dict[int, PersonRow]:
    """Several people with at most one statement; who does not exist is left out."""
    rows = session.execute(_PERSON.where(User.id.in_(set(user_ids)))) if user_ids else ()
    return {row.id: PersonRow(*row) for row in rows}


def sort_name(session: Session, user_id: int) -> str:
    """Raises NoResultFound when there is no such person."""
    return session.scalars(select(User.sort_name).where(User.id == user_id)).one()


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A person as administrators, and the person, see the account."""

    person: PersonRow
    theme: str
    email_confirmed_at: datetime | None
    has_password: bool
    created_at: datetime

    @property
    def state(self) -> str:
        if self.person.disabled_at:
            return "closed"
        return "active" if self.has_password else "invited"


@dataclass(frozen=True, slots=True)
class SessionRow:
    id: int
    device: str
    created_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of people is narrowed to; `state` is active, invited or closed."""

    text: str = ""
    role: str = ""
    state: str = ""


_ACCOUNT = _PERSON.add_columns(User.theme, User.email_confirmed_at, User.password_hash.is_not(None), User.created_at)


def account(session: Session, user_id: int) -> AccountRow | None:
    row = session.execute(_ACCOUNT.where(User.id == user_id)).first()
    return _account(row) if row else None


def accounts_page(session: Session, actor: Actor, wanted: Wanted, place: keyset.Place | None) -> keyset.Page:
    """50 accounts by sort name. Raises NotAllowed."""
    permissions.require(actor, "people.read")
    found = keyset.page(session, _narrowed(_ACCOUNT, wanted), User.sort_name, User.id, place)
    return keyset.Page([_account(row) for row in found.rows], found.more_before, found.more_after)


def accounts_batches(session: Session, actor: Actor, wanted: Wanted, size: int = 1000) -> Iterator[list[AccountRow]]:
    """Everybody who is wanted, in the order of the list, for exports."""
    permissions.require(actor, "people.read")
    rows = session.execute(
        _narrowed(_ACCOUNT, wanted).order_by(User.sort_name, User.id).execution_options(yield_per=size)
    )
    for part in rows.partitions():
        yield [_account(row) for row in part]


def count_accounts(session: Session, actor: Actor, wanted: Wanted) -> int:
    permissions.require(actor, "people.read")
    return session.scalar(_narrowed(select(func.count()).select_from(User), wanted)) or 0


def ids_wanted(session: Session, actor: Actor, wanted: Wanted) -> list[int]:
    """Everybody who is wanted, in the order of the list."""
    permissions.require(actor, "people.read")
    return list(session.scalars(_narrowed(select(User.id), wanted).order_by(User.sort_name, User.id)))


def ids_matching(session: Session, text: str, most: int = 500) -> list[int]:
    """People whose names, address or institution hold this text, or whose identifier it is."""
    return list(session.scalars(_narrowed(select(User.id), Wanted(text)).order_by(User.id).limit(most)))


def ids_of_sign_in_names(session: Session, typed: Collection[str]) -> dict[str, int]:
    """Typed user name or address → user id; what nobody has is left out."""
    forms = {one: names.sign_in_name(one) for one in typed}
    rows = [
        row
        for part in _parts(sorted(set(forms.values())))
        for row in session.execute(
            select(User.id, User.user_name, User.email).where(or_(User.user_name.in_(part), User.email.in_(part)))
        )
    ]
    known = {row.user_name: row.id for row in rows} | {row.email: row.id for row in rows if row.email}
    return {one: known[form] for one, form in forms.items() if form in known}


def existing(
    session: Session, user_names: Collection[str], emails: Collection[str] = (), public_ids: Collection[str] = ()
) -> list[PersonRow]:
    """People who have one of these user names, addresses or identifiers."""
    found: dict[int, PersonRow] = {}
    for column, values in ((User.user_name, user_names), (User.email, emails), (User.public_id, public_ids)):
        for part in _parts(sorted(values)):
            found |= {row.id: PersonRow(*row) for row in session.execute(_PERSON.where(column.in_(part)))}
    return sorted(found.values(), key=lambda row: row.id)


def open_sessions(session: Session, user_id: int, now: datetime) -> list[SessionRow]:
    """Sessions that have not ended, the last used first."""
    rows = session.execute(
        select(UserSession.id, UserSession.device, UserSession.created_at, UserSession.last_seen_at)
        .where(UserSession.user_id == user_id, UserSession.ended_at.is_(None), UserSession.expires_at > now)
        .order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())
    )
    return [SessionRow(*row) for row in rows]


def _account(row: Any) -> AccountRow:
    return AccountRow(PersonRow(*row[:-4]), *row[-4:])


def _narrowed(statement: Any, wanted: Wanted) -> Any:
    if text := wanted.text.strip():
        folded, plain = _like(sort_key(text)), _like(text)
        statement = statement.where(
            or_(
                User.sort_name.like(folded, escape="\\"),
                User.native_name.like(plain, escape="\\"),
                User.user_name.like(_like(text.casefold()), escape="\\"),
                User.email.like(_like(text.casefold()), escape="\\"),
                User.institution.ilike(plain, escape="\\"),
                User.public_id == text,
            )
        )
    if wanted.role in permissions.ROLES:
        statement = statement.where(cast(User.roles, Text).like(f'%"{wanted.role}"%'))
    if wanted.state == "closed":
        statement = statement.where(User.disabled_at.is_not(None))
    elif wanted.state in ("active", "invited"):
        has_password = User.password_hash.is_not(None)
        statement = statement.where(
            User.disabled_at.is_(None), has_password if wanted.state == "active" else ~has_password
        )
    return statement


def _like(text: str) -> str:
    return "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def _parts(values: list[str], size: int = 500) -> Iterator[list[str]]:
    """SQLite takes a bounded number of values in one statement."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
