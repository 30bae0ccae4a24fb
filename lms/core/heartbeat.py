"""A worker's sign of life: one row for each that runs, written again and again, so that a dead one is missed."""

import logging
import os
import platform
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.core import upsert
from lms.core.db import FAILURES, Base, Database

log = logging.getLogger(__name__)

EVERY = 15.0
#: A worker that was not seen for longer is taken for dead: four beats are missing.
ALIVE = timedelta(seconds=60)
#: Rows of workers that ended without saying so are forgotten after this.
FORGOTTEN = timedelta(days=1)


class WorkerHeartbeat(Base):
    __tablename__ = "worker_heartbeat"

    #: Host and process.
    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    #: The job that has been under way for longest, or None.
    doing: Mapped[str | None] = mapped_column(String(60))
    doing_since: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Seen:
    name: str
    started_at: datetime
    seen_at: datetime
    doing: str | None
    doing_since: datetime | None

    def alive(self, now: datetime) -> bool:
        return now - self.seen_at <= ALIVE


def workers(session: Session) -> list[Seen]:
    """All that were seen in the last day and have not said that they end, the one seen last first."""
    row = WorkerHeartbeat
    wanted = select(row.name, row.started_at, row.seen_at, row.doing, row.doing_since).order_by(row.seen_at.desc())
    return [Seen(*one) for one in session.execute(wanted)]


class Heart:
    """Beats in a thread of its own, so that a long job does not look like a dead worker."""

    def __init__(self, db: Database, clock: Callable[[], datetime]) -> None:
        self._db, self._clock = db, clock
        self.name = f"{socket.gethostname() or platform.node()}:{os.getpid()}"[:120]
        self._started_at = clock()
        self._doing: dict[int, tuple[str, datetime]] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def start(self) -> None:
        self._thread.start()

    @contextmanager
    def doing(self, job: str) -> Iterator[None]:
        """In each thread one at a time."""
        self._doing[threading.get_ident()] = job, self._clock()
        try:
            yield
        finally:
            del self._doing[threading.get_ident()]

    def beat(self) -> None:
        now = self._clock()
        doing = min(list(self._doing.values()), key=lambda one: one[1], default=None)
        values = {
            "name": self.name,
            "started_at": self._started_at,
            "seen_at": now,
            "doing": doing and doing[0],
            "doing_since": doing and doing[1],
        }
        with self._db.writing() as session:
            given = upsert.insert(session, WorkerHeartbeat).values(values)
            session.execute(given.on_conflict_do_update(index_elements=["name"], set_=values))
            session.execute(delete(WorkerHeartbeat).where(WorkerHeartbeat.seen_at < now - FORGOTTEN))

    def stop(self) -> None:
        """Say that this worker ends, if the database can hear it."""
        self._stop.set()
        try:
            with self._db.writing() as session:
                session.execute(delete(WorkerHeartbeat).where(WorkerHeartbeat.name == self.name))
        except FAILURES as error:
            log.warning("the end of this worker is not recorded: %s", error)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.beat()
            except FAILURES as error:
                log.debug("no heartbeat: %s", error)  # the worker itself says that the database is away
            self._stop.wait(EVERY)
