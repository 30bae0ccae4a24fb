"""Can this node serve? One word a part, in bounded time."""

import contextlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text

from lms.core import migrate
from lms.core.bounded import Answers, Bounded
from lms.core.db import Database
from lms.core.storage import Storage

#: Less free room than this is none: SQLite's log alone may need more in one transaction.
LEAST_ROOM = 50_000_000
PATIENCE = 3.0
#: In this order; what hangs keeps what comes after it from being asked.
PARTS = ("database", "schema", "disk", "storage")
OK, SLOW = "ok", "slow"


@dataclass(frozen=True, slots=True)
class Readiness:
    """`parts`: part → "ok", "slow" (no answer in time) or what is wrong: away, old, full, refused."""

    parts: dict[str, str]

    @property
    def ready(self) -> bool:
        return set(self.parts.values()) == {OK}


def look(bounded: Bounded, folder: Path, storage: Storage, patience: float = PATIENCE) -> Readiness:
    """Never takes longer than `patience`, and never raises."""
    found = bounded.ask(lambda db, answers: _look(db, answers, folder, storage), patience)
    return Readiness({part: found.get(part, SLOW) for part in PARTS})


def _look(db: Database, found: Answers, folder: Path, storage: Storage) -> None:
    found["disk"] = _try(lambda: shutil.disk_usage(folder).free >= LEAST_ROOM, "full")
    found["storage"] = _try(lambda: is_writable(storage), "refused")
    found["database"] = _try(lambda: _answers(db), "away")
    found["schema"] = _try(lambda: not migrate.is_behind(db), "old") if found["database"] == OK else "unknown"


def _try(question: Callable[[], bool], otherwise: str) -> str:
    try:
        return OK if question() else otherwise
    except Exception:  # the word says it; why it is so, `lms doctor` says
        return otherwise


def _answers(db: Database) -> bool:
    with db.reading() as session:
        return session.scalar(text("SELECT 1")) == 1


def is_writable(storage: Any) -> bool:
    """A store in a folder is tried with a file. An object store is not asked: pages go on while it is away, so a node
    that cannot reach it is better than none."""
    root = getattr(storage, "root", None)
    if root is None:
        return True
    root.mkdir(parents=True, exist_ok=True)
    path = root / f".ready-{os.getpid()}"
    try:
        path.write_bytes(b"1")
    finally:
        with contextlib.suppress(OSError):
            path.unlink()
    return True
