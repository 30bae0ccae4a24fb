"""SQLite as the product uses it: durable, writers in turn, and a log that stays small."""

import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from lms.core import turns
from lms.core.turns import Turns

PRAGMAS = (
    "journal_mode=wal",
    "synchronous=full",  # NORMAL can lose an acknowledged commit at a power cut
    "foreign_keys=on",
    "busy_timeout=10000",
)
#: Above this the write-ahead log is emptied between two writers. Readers that overlap without a pause would otherwise
#: keep SQLite from ever beginning it anew.
LARGE_LOG = 64_000_000
#: How many commits pass before anybody looks, and how many seconds after a try that a long reader has stopped.
LOOK_EVERY, TRY_AGAIN = 50, 5.0
#: How long writers may be held up for it, in milliseconds.
EMPTYING = 250


class Connection(sqlite3.Connection):
    """The driver's, which waits for its turn before it begins to write and gives it back at the end."""

    turns: Turns
    path: Path | None = None
    _mine = False

    def begin(self, kind: str) -> None:
        """DEFERRED only reads; IMMEDIATE and EXCLUSIVE write, one at a time."""
        if kind == "DEFERRED" or self._mine:
            self.execute(f"BEGIN {kind}")
            return
        self.turns.take()
        self._mine = True
        try:
            self.execute(f"BEGIN {kind}")
        except BaseException:
            self._give()
            raise

    def commit(self) -> None:
        super().commit()
        if self._mine and not self.in_transaction:
            self._keep_log_small()
            self._give()

    def rollback(self) -> None:
        super().rollback()
        self._give()

    def close(self) -> None:
        super().close()
        self._give()

    def tidy(self) -> None:
        """Outside a transaction: empty the log in a turn of its own."""
        if self.log_size():
            self.turns.take()
            try:
                self.empty_log()
            finally:
                self.turns.give()

    def _give(self) -> None:
        if self._mine:
            self._mine = False
            self.turns.give()

    def _keep_log_small(self) -> None:
        self.turns.commits += 1
        if self.turns.commits % LOOK_EVERY or time.monotonic() - self.turns.emptied < TRY_AGAIN:
            return
        if self.log_size() > LARGE_LOG:
            self.turns.emptied = time.monotonic()
            self.empty_log()

    def log_size(self) -> int:
        log = self.path and self.path.with_name(self.path.name + "-wal")
        return log.stat().st_size if log and log.exists() else 0

    def empty_log(self) -> bool:
        """Bring everything into the database file and cut the log to nothing; False when a reader does not end."""
        self.execute(f"PRAGMA busy_timeout={EMPTYING}")
        try:
            busy, _pages, _moved = self.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError:
            return False
        finally:
            self.execute("PRAGMA busy_timeout=10000")
        return not busy


def prepare(engine: Engine) -> Turns:
    """Set up every connection of the engine; returns the queue that its writers stand in."""
    name = engine.url.database
    path = Path(name) if name and name != ":memory:" and not name.startswith("file:") else None
    line = turns.of(path)

    @event.listens_for(engine, "connect")
    def connect(connection: Connection, _record: Any) -> None:
        connection.isolation_level = None  # the begin event below decides how a transaction starts
        connection.turns, connection.path = line, path
        cursor = connection.cursor()
        for pragma in (*PRAGMAS, f"journal_size_limit={LARGE_LOG}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        kind = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        # Straight to the driver: a statement of SQLAlchemy's own would cost every request as much as its first query.
        connection.connection.dbapi_connection.begin(kind)

    return line
