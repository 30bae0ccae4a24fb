"""A copy of the database that follows it and only reads: for what takes long and need not be of this very moment.

It is trusted as far as it shows: it holds the same first audit event, and something that happened in the last minute. A
worker beats every 15 seconds, so a copy that follows always has that; a standby also tells its last transaction.
"""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from lms.core.db import FAILURES, Database

log = logging.getLogger(__name__)

#: A copy that lies further behind is not asked.
LAG = timedelta(seconds=60)
_FIRST = text("SELECT digest FROM audit_event ORDER BY id LIMIT 1")
_BEAT = text("SELECT max(seen_at) FROM worker_heartbeat")
_REPLAYED = text("SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_xact_replay_timestamp() END")


@contextmanager
def reading(primary: Database, now: datetime) -> Iterator[tuple[Session, datetime]]:
    """A snapshot for a report, and the moment it stands for: all that was committed before then is in it.

    Of the copy when it can be trusted, else of the database itself, with a line in the log. Never for a decision, and
    never for a page that somebody looks at after they have written.
    """
    with ExitStack() as stack:
        found = None
        if primary.copy is not None:
            try:
                found = _of_copy(stack, primary, primary.copy, now)
            except FAILURES as error:
                log.warning("the database for reports is not asked: %s", str(error).splitlines()[0])
        yield found or (stack.enter_context(primary.snapshot()), now)


def _of_copy(stack: ExitStack, primary: Database, copy: Database, now: datetime) -> tuple[Session, datetime] | None:
    with ExitStack() as opening:
        session = opening.enter_context(copy.snapshot())
        as_of = _as_of(session)
        if as_of is None or now - as_of > LAG:
            behind = "since an unknown time" if as_of is None else f"by {(now - as_of).total_seconds():.0f} s"
            log.warning("the database for reports lies behind %s; the database itself is asked", behind)
            return None
        with primary.reading() as own:
            if session.scalar(_FIRST) != own.scalar(_FIRST):
                log.warning("the database for reports is that of another site; the database itself is asked")
                return None
        stack.push(opening.pop_all())
        return session, min(as_of, now)


def _as_of(session: Session) -> datetime | None:
    """Of the newest that is known to have arrived; transactions arrive in the order in which they were committed."""
    return max((at for at in (session.scalar(_BEAT), session.scalar(_REPLAYED)) if at is not None), default=None)
