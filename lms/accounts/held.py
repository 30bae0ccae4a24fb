"""Forms that were sent after the session had ended: kept a while, shown again to the same person on the same page."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.accounts.models import HeldForm
from lms.core import ids

KEPT_FOR = timedelta(days=2)
LARGEST = 200_000


def hold(session: Session, user_id: int | None, path: str, fields: dict[str, list[str]], now: datetime) -> str:
    """Keep the fields and return the token that shows them again. Too much text is cut off, never refused."""
    session.execute(delete(HeldForm).where(HeldForm.created_at < now - KEPT_FOR))
    token, room = ids.new_token(), LARGEST
    kept: dict[str, list[str]] = {}
    for name, values in fields.items():
        if len(name) >= room:
            continue
        room -= len(name)
        kept[_storable(name)] = cut = []
        for value in values:
            cut.append(_storable(value[:room]))
            room -= len(cut[-1])
    session.add(HeldForm(token_hash=ids.hashed(token), user_id=user_id, path=path[:500], fields=kept, created_at=now))
    session.flush()
    return token


def _storable(text: str) -> str:
    """PostgreSQL stores no NUL."""
    return text.replace("\0", "")


def find(session: Session, user_id: int, path: str, token: str, now: datetime) -> dict[str, list[str]] | None:
    """The fields, unless they were typed by somebody else, on another page, or too long ago."""
    row = session.execute(select(HeldForm).where(HeldForm.token_hash == ids.hashed(token))).scalar_one_or_none()
    if row is None or row.user_id != user_id or row.path != path or row.created_at < now - KEPT_FOR:
        return None
    return row.fields
