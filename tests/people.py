"""The people of the tests: Alice trainee, Bob instructor, Charlie a stranger, Dora administrator, Quentin quality,
Ines inspector."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from lms.accounts.models import User
from lms.core.actor import Actor
from lms.core.sorting import sort_key

JOINED = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
PASSWORD = "seven blue gowns dry slowly"


@dataclass(frozen=True, slots=True)
class Someone:
    id: int
    name: str
    user_name: str
    actor: Actor


@dataclass(frozen=True, slots=True)
class People:
    alice: Someone
    bob: Someone
    charlie: Someone
    dora: Someone
    quentin: Someone
    ines: Someone


@cache
def password_hash() -> str:
    """Of PASSWORD, at the least cost, so that tests do not wait for it."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def make_user(session: Session, name: str, roles: tuple[str, ...] = ("trainee",), **columns: Any) -> Someone:
    """A person who can sign in with PASSWORD; `name` in lower case, with dots, is the user name."""
    given: dict[str, Any] = {
        "user_name": name.casefold().replace(" ", "."),
        "native_name": name,
        "sort_name": sort_key(columns.get("latin_name") or columns.get("native_name") or name),
        "roles": list(roles),
        "password_hash": password_hash(),
        "created_at": JOINED,
    }
    user = User(**(given | columns))
    session.add(user)
    session.flush()
    zone, locale = user.timezone, user.locale
    actor = Actor(user.id, user.native_name, frozenset(roles), locale=locale, timezone=zone, request_id="test")
    return Someone(user.id, user.native_name, user.user_name, actor)


def make_people(session: Session) -> People:
    """All six; Charlie is a trainee who has to do with nothing."""
    return People(
        alice=make_user(session, "Alice", email="alice@example.org"),
        bob=make_user(session, "Bob", ("instructor",)),
        charlie=make_user(session, "Charlie"),
        dora=make_user(session, "Dora", ("administrator",)),
        quentin=make_user(session, "Quentin", ("quality",)),
        ines=make_user(session, "Ines", ("inspector",)),
    )
