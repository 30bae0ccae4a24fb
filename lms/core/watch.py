"""Watching a database and a store from outside: errors, connections in use, slow statements, files that fail."""

import logging
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import IntegrityError, OperationalError

from lms.core import metrics
from lms.core.db import Database
from lms.core.storage import Storage

log = logging.getLogger("lms.slow")
#: Of a statement that is logged; what follows tells nothing new.
MOST_CHARACTERS = 2_000


def watch(db: Database, slow_ms: int, where: Callable[[], str] = str) -> None:
    """`where` names what is being done, for a statement that was slow: an endpoint, or nothing."""
    if slow_ms:
        _log_slow(db, slow_ms / 1000, where)
    event.listen(db.engine, "handle_error", _count_error)
    if metrics.is_on():
        event.listen(db.engine, "checkout", lambda *_: metrics.count("lms_database_connections_in_use"))
        event.listen(db.engine, "checkin", lambda *_: metrics.count("lms_database_connections_in_use", amount=-1))


def _count_error(failure: ExceptionContext) -> None:
    error = failure.sqlalchemy_exception
    away = failure.is_disconnect or isinstance(error, OperationalError) or error is None
    kind = "refused" if isinstance(error, IntegrityError) else "away" if away else "other"
    metrics.count("lms_database_errors_total", kind)


def _log_slow(db: Database, limit: float, where: Callable[[], str]) -> None:
    """By the driver's own call, which costs half of what an event before and another one after it would."""
    clock = time.perf_counter

    def timed(run: Callable[[str, Any], Any], statement: str, values: Any) -> bool:
        began = clock()
        try:
            run(statement, values)
        finally:
            if (took := clock() - began) >= limit:
                _tell(statement, took, where())
        return True  # it is done

    @event.listens_for(db.engine, "do_execute")
    def one(cursor: Any, statement: str, values: Any, _context: Any) -> bool:
        return timed(cursor.execute, statement, values)

    @event.listens_for(db.engine, "do_executemany")
    def many(cursor: Any, statement: str, values: Any, _context: Any) -> bool:
        return timed(cursor.executemany, statement, values)


def _tell(statement: str, took: float, endpoint: str) -> None:
    """The statement has places for its values and not the values, which may be personal."""
    metrics.count("lms_slow_queries_total")
    facts = {"ms": round(took * 1000, 1), "statement": " ".join(statement.split())[:MOST_CHARACTERS]}
    log.warning("slow query", extra={"facts": facts | ({"endpoint": endpoint} if endpoint else {})})


class Watched:
    """A store whose failures are counted; else it is the store that it was given."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage, name)

    def put(self, data: bytes) -> str:
        return _counted("put", self._storage.put, data)

    def put_parts(self, parts: Iterable[bytes]) -> tuple[str, int]:
        return _counted("put", self._storage.put_parts, parts)

    def open(self, digest: str) -> BinaryIO:
        return _counted("open", self._storage.open, digest)

    def path(self, digest: str) -> Path | None:
        return self._storage.path(digest)

    def discard(self, digest: str) -> None:
        self._storage.discard(digest)


def _counted(act: str, do: Callable[[Any], Any], given: Any) -> Any:
    try:
        return do(given)
    except OSError:
        metrics.count("lms_storage_errors_total", act)
        raise
