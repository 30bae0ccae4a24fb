"""One moment of an SQLite database, copied while others write, and files of databases that nobody uses."""

import contextlib
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from lms.backup.errors import Busy, Damaged, Refused
from lms.core.db import Database

#: Pages in one step of a copy; between steps, others have their turn.
STEP = 2_000
#: Beside the database file, and of no use without it.
BESIDE = ("-wal", "-shm", "-turn", "-journal")
ERRORS = (sqlite3.Error,)


def path_of(db: Database) -> Path:
    """Raises Refused for a database that is in no file."""
    name = db.engine.url.database
    if not name or name == ":memory:" or name.startswith("file:"):
        raise Refused("Only an SQLite database that is a plain file can be backed up.")
    return Path(name)


def snapshot(path: Path) -> sqlite3.Connection:
    """A connection that sees one moment until it is closed. It holds up no writer; the log grows meanwhile."""
    connection = sqlite3.connect(f"file:{path}?mode=rw", uri=True, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA busy_timeout=10000")
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def copy(moment: sqlite3.Connection, target: Path, stopped: Callable[[], bool] = lambda: False) -> None:
    """The moment as a database file of its own, on the disk. A copy that is not from one moment would begin again each
    time that somebody writes. Raises Busy when it is `stopped`."""

    def look(_status: int, _left: int, _pages: int) -> None:
        if stopped():
            raise Busy("The copy was stopped.")

    with contextlib.closing(sqlite3.connect(target, isolation_level=None)) as made:
        made.execute("PRAGMA synchronous=off")
        moment.backup(made, pages=STEP, progress=look)
    sync(target)


def release() -> str:
    return sqlite3.sqlite_version


def sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def settle(path: Path) -> None:
    """Everything is in the one file, and none is beside it. Raises Busy when somebody has the database open."""
    with contextlib.closing(sqlite3.connect(path, timeout=2, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA journal_mode=delete").fetchone()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            raise Busy("The product still uses this database. Stop it, then restore.") from None


def check(path: Path) -> None:
    """Raises Damaged when SQLite finds a page or a reference that is not right."""
    try:
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
            said = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError as error:
        said, broken = str(error), None
    if said != "ok" or broken:
        raise Damaged(
            f"The database in the backup is damaged ({said if said != 'ok' else 'a reference leads nowhere'})."
        )
