"""The worker: drains the outbox until it is asked to stop.

Two threads take jobs, each one after the other. The second leaves alone what may take minutes, so that mail, the end of
a quiz and a certificate never wait behind a package of a gigabyte.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable, Collection
from datetime import datetime
from types import ModuleType
from typing import Any

from sqlalchemy.orm import Session

from lms import schema
from lms.accounts import jobs as accounts
from lms.admin import jobs as admin
from lms.catalogue import jobs as catalogue
from lms.certificates import jobs as certificates
from lms.core import config, jobs, logs, mail, metrics, stores, watch
from lms.core.clock import now
from lms.core.db import FAILURES, Database
from lms.core.heartbeat import Heart
from lms.core.jobs import Handler
from lms.core.tools import Tools
from lms.learning import jobs as learning
from lms.quizzes import jobs as quizzes

log = logging.getLogger(__name__)

#: Modules with a function `handlers(tools)`.
FEATURES: tuple[ModuleType, ...] = (accounts, admin, catalogue, certificates, learning, quizzes)
#: Names of jobs that may take minutes; features name their own.
SLOW = frozenset(name for feature in FEATURES for name in getattr(feature, "SLOW", ()))
#: How long an idle worker waits before it looks again, in seconds.
IDLE = 1.0
#: How long it waits at most for a database that is away, in seconds.
LONGEST = 30.0
#: How often an idle worker looks after the database itself, and after the outbox, in seconds.
TIDY, FORGET = 60.0, 3600.0


def handlers(tools: Tools) -> dict[str, Handler]:
    """Every job's name and what does it; a name without a handler is a bug that a test finds."""
    table: dict[str, Handler] = {}
    for feature in FEATURES:
        table |= feature.handlers(tools)
    return table


def watched(table: dict[str, Handler], heart: Heart) -> dict[str, Handler]:
    """The same handlers; what they do is seen by the heart and by the metrics."""

    def seen(name: str, handler: Handler) -> Handler:
        def handle(session: Session, payload: dict[str, Any], moment: datetime) -> None:
            began, result = time.perf_counter(), "failed"
            try:
                with heart.doing(name):
                    handler(session, payload, moment)
                result = "done"
            finally:
                metrics.count("lms_jobs_total", name, result)
                metrics.observe("lms_job_seconds", time.perf_counter() - began, name)

        return handle

    return {name: seen(name, handler) for name, handler in table.items()}


def run(
    stop: threading.Event,
    db: Database,
    table: dict[str, Handler],
    without: Collection[str] = (),
    idle: Callable[[], None] = lambda: None,
) -> None:
    """Work until `stop` is set. A database that is away is waited for, ever longer, and is not a reason to die.

    `idle` is called whenever nothing is due.
    """
    pause = IDLE
    while not stop.is_set():
        try:
            busy = jobs.run_one(db, table, now, without)
            if not busy:
                idle()
            pause = IDLE
        except FAILURES as error:  # the outbox itself cannot be read; jobs keep their own failures
            log.warning("the database is away, trying again in %.0f s: %s", pause, _in_short(error))
            stop.wait(pause)
            pause = min(2 * pause, LONGEST)
        except Exception:
            log.exception("the outbox cannot be read; trying again")
            stop.wait(LONGEST)
        else:
            if not busy:
                stop.wait(IDLE)


def work(
    stop: threading.Event,
    db: Database,
    table: dict[str, Handler],
    slow: Collection[str] = SLOW,
    idle: Callable[[], None] = lambda: None,
) -> None:
    """Both threads, until `stop` is set and what each had in hand is done."""
    quick = threading.Thread(target=run, args=(stop, db, table, slow), name="quick jobs")
    quick.start()
    run(stop, db, table, idle=idle)
    quick.join()


class Chores:
    """What somebody must do now and then, and the worker does when it has nothing else to do."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._tidied = self._forgot = time.monotonic()

    def __call__(self) -> None:
        moment = time.monotonic()
        if moment - self._tidied > TIDY:
            self._tidied = moment
            self._db.tidy()
        if moment - self._forgot > FORGET:
            self._forgot = moment
            jobs.forget(self._db, now())


def _in_short(error: Exception) -> str:
    """What the database says, without the statement."""
    return (str(getattr(error, "orig", None) or error).strip().splitlines() or [type(error).__name__])[0]


def main() -> None:
    settings = config.load()
    logs.configure(settings.log_level)
    assert schema.metadata.tables  # all tables are known before the first query
    db = Database(settings.database_url, pool_size=5)  # two jobs, their leases, the heart
    folder = metrics.folder_of(settings.data_dir, "worker")
    metrics.sweep(folder)
    if settings.metrics_token:
        metrics.start(folder)
    watch.watch(db, settings.slow_query_ms)
    tools = Tools(
        settings=settings,
        storage=watch.Watched(stores.storage_of(settings)),
        mailer=mail.mailer(settings.mail_url, settings.mail_from, settings.data_dir),
    )
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    heart = Heart(db, now)
    heart.start()
    work(stop, db, watched(handlers(tools), heart), idle=Chores(db))
    heart.stop()
    db.close()


if __name__ == "__main__":
    main()
