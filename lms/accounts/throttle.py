"""Counting tries in the database, so that all web nodes see one count.

A try is counted before it is decided: many tries at once cannot all slip through. What is counted is what was typed,
so a closed door says nothing about who exists.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, case, delete, literal, or_, select, update
from sqlalchemy.orm import Session

from lms.accounts.models import SignInThrottle as Row
from lms.core import ids, upsert
from lms.core.db import UtcDateTime


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries in a window; the next one closes the door for a while."""

    name: str
    tries: int
    window: timedelta
    closed: timedelta


TEN_MINUTES, HOUR = timedelta(minutes=10), timedelta(hours=1)
#: Wrong passwords for one name from one place, from browsers in which the person has not signed in before.
HERE = Limit("here", 5, TEN_MINUTES, TEN_MINUTES)
#: The same from all places together: whoever fails at one place closes no door at another before this.
NAME = Limit("name", 30, TEN_MINUTES, TEN_MINUTES)
#: Wrong passwords in a browser where the same person has signed in: strangers cannot lock out whom they can name.
DEVICE = Limit("device", 10, TEN_MINUTES, TEN_MINUTES)
#: Wrong passwords from one place, without those of people who then got in. A lecture hall, or a whole university, can
#: be one address.
PLACE = Limit("place", 300, TEN_MINUTES, TEN_MINUTES)
#: The present password, asked again before it is changed.
AGAIN = Limit("again", 5, TEN_MINUTES, TEN_MINUTES)
#: Mails that a stranger can have sent to one person, and from one place.
RESET_NAME = Limit("reset", 3, HOUR, HOUR)
RESET_PLACE = Limit("reset-place", 60, HOUR, HOUR)
#: Sign-up answers whether an address has an account already: too slowly for collecting addresses.
TAKEN_PLACE = Limit("taken-place", 20, HOUR, HOUR)
#: Accounts that strangers make from one place.
MADE_PLACE = Limit("made-place", 2_000, HOUR, HOUR)
#: Doors that close, anywhere: so many are recorded one by one, since the audit log is kept for ever.
RECORDED = Limit("recorded", 500, HOUR, HOUR)

Count = tuple[Limit, str]


def count(session: Session, now: datetime, *counts: Count) -> int:
    """Count one try against each limit. 0 when it may go on, else the seconds until the last of the doors opens."""
    return max(_count(session, limit, subject, now) for limit, subject in counts)


def first_closed(session: Session, now: datetime, *counts: Count) -> tuple[int, str]:
    """Count one try against each limit in turn, up to a door that is closed: (seconds until it opens, its key)."""
    for limit, subject in counts:
        if wait := _count(session, limit, subject, now):
            return wait, key(limit, subject)
    return 0, ""


def _count(session: Session, limit: Limit, subject: str, now: datetime) -> int:
    at, until = literal(now, UtcDateTime()), literal(now + limit.closed, UtcDateTime())
    given = upsert.insert(session, Row).values(key=key(limit, subject), failures=1, window_start=now)
    shut = and_(Row.locked_until.is_not(None), Row.locked_until > now)
    over = or_(Row.locked_until <= now, and_(Row.locked_until.is_(None), Row.window_start <= now - limit.window))
    row = session.execute(
        given.on_conflict_do_update(
            index_elements=["key"],
            set_={
                "failures": case((shut, Row.failures), (over, 1), else_=Row.failures + 1),
                "window_start": case((over, at), else_=Row.window_start),
                "locked_until": case(
                    (shut, Row.locked_until), (over, None), (Row.failures >= limit.tries, until), else_=None
                ),
            },
        ).returning(Row.locked_until)
    ).one()
    return max(1, round((row.locked_until - now).total_seconds())) if row.locked_until else 0


def forgive(session: Session, limit: Limit, subject: str) -> None:
    """Forget all tries, because the last one was right."""
    session.execute(delete(Row).where(Row.key == key(limit, subject)))


def take_back(session: Session, limit: Limit, subject: str, tries: int = 1) -> None:
    """Uncount tries: they were no failures, but the others of this place were."""
    fewer = case((Row.failures > tries, Row.failures - tries), else_=0)
    session.execute(update(Row).where(Row.key == key(limit, subject)).values(failures=fewer))


def tries(session: Session, limit: Limit, subject: str) -> int:
    """How many are counted now."""
    return session.scalar(select(Row.failures).where(Row.key == key(limit, subject))) or 0


def sweep(session: Session, now: datetime) -> None:
    """Remove what no limit looks at any more: the longest window, and the longest time that a door stays closed."""
    session.execute(delete(Row).where(Row.window_start < now - 2 * HOUR))


def key(limit: Limit, subject: str) -> str:
    """Names and addresses are not kept here in clear."""
    return f"{limit.name}:{ids.hashed(subject)}"
