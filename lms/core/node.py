"""What is true of this node and its database now, for whoever asks: metrics and the operator's page."""

import contextlib
import json
import platform
import resource
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from lms.core import heartbeat, metrics
from lms.core.bounded import Answers
from lms.core.clock import now as clock
from lms.core.db import Database
from lms.core.heartbeat import Seen
from lms.core.jobs import Job

RELEASE = version("cleanroom-lms")
PYTHON = platform.python_version()
PAGE = resource.getpagesize()
#: The time of the last backup that is whole; `lms backup` writes it, and so may whoever backs up in another way.
LAST_BACKUP = "last-backup"


@dataclass(frozen=True, slots=True)
class Jobs:
    """`due`: to be done now and not done. `oldest`: seconds since the first of these was due."""

    due: int = 0
    oldest: float = 0.0
    dead: int = 0


@dataclass(slots=True)
class Processes:
    """`kind` → resident bytes of each process."""

    memory: dict[str, list[int]] = field(default_factory=dict)


def jobs(session: Session, now: datetime) -> Jobs:
    waiting = (Job.done_at.is_(None), Job.dead_at.is_(None), Job.run_after <= now)
    due, first = session.execute(select(func.count(), func.min(Job.run_after)).where(*waiting)).one()
    dead = session.scalar(select(func.count()).select_from(Job).where(Job.dead_at.is_not(None))) or 0
    return Jobs(due, max(0.0, (now - first).total_seconds()) if first else 0.0, dead)


def clock_ahead(session: Session, clock: Callable[[], datetime] = clock) -> float | None:
    """Seconds by which this machine's clock is ahead of the database's; None where both are one machine's."""
    if session.get_bind().dialect.name != "postgresql":
        return None
    before = clock()
    theirs: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    after = clock()
    return (before + (after - before) / 2 - theirs).total_seconds()


def ask(db: Database, found: Answers) -> None:
    """The database's part, for `Bounded`."""
    now = clock()
    with db.reading() as session:
        found["jobs"] = jobs(session, now)
        found["workers"] = heartbeat.workers(session)
        found["ahead"] = clock_ahead(session)


def processes(folders: Sequence[Path]) -> Processes:
    """Of those that keep files in these folders, `web-…` or `worker`, and live."""
    found = Processes()
    for folder in folders:
        for pid in {metrics.pid_of(file) for file in folder.glob("*_*.*")}:
            if (size := _resident(pid)) is not None:
                found.memory.setdefault(folder.name.partition("-")[0], []).append(size)
    return found


def _resident(pid: int) -> int | None:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except (OSError, IndexError, ValueError):
        return None


def disk(folder: Path) -> tuple[int, int]:
    """(free, size) in bytes."""
    usage = shutil.disk_usage(folder)
    return usage.free, usage.total


def last_backup(data_dir: Path) -> datetime | None:
    """When the last backup that this node knows of was whole; None when none has said so."""
    try:
        moment = datetime.fromisoformat((data_dir / LAST_BACKUP).read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None
    return moment if moment.tzinfo else None


def remember_backup(data_dir: Path, moment: datetime) -> None:
    """After a backup that is whole; a folder that cannot be written spoils none."""
    with contextlib.suppress(OSError):
        (data_dir / LAST_BACKUP).write_text(f"{moment.isoformat(timespec='seconds')}\n")


def following(data_dir: Path) -> dict[str, Any] | None:
    """What `lms backup --follow` said last: `through`, up to when all is kept, and `error`. None when it never ran."""
    try:
        return dict(json.loads((data_dir / "follow.json").read_bytes()))
    except (OSError, ValueError):
        return None


def seen_seconds(workers: Sequence[Seen], now: datetime) -> float | None:
    return min(((now - one.seen_at).total_seconds() for one in workers), default=None)
