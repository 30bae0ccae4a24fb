"""The worker waits for a database that is away, in few words."""

import logging
import threading

import pytest

from lms import worker
from lms.core import jobs, mail
from lms.core.clock import now
from lms.core.config import Settings
from lms.core.db import Database
from lms.core.storage import DiskStorage
from lms.core.tools import Tools


class Impatient(threading.Event):
    """Set after a number of waits, none of which takes time."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most
        self.waits: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout or 0)
        if len(self.waits) == self.most:
            self.set()
        return self.is_set()


@pytest.fixture
def away() -> Database:
    return Database("postgresql+psycopg://nobody@127.0.0.1:1/none")


def test_a_database_that_is_away_is_asked_ever_less_often(away: Database) -> None:
    stop = Impatient(7)
    worker.run(stop, away, {})
    assert stop.waits == [1, 2, 4, 8, 16, 30, 30]


def test_a_database_that_is_away_is_one_line_a_try(away: Database, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "lms.worker"):
        worker.run(Impatient(2), away, {})
    assert [(one.exc_info, "\n" in one.getMessage()) for one in caplog.records] == [(None, False)] * 2


def test_a_database_that_is_there_is_asked_every_second(sqlite_db: Database) -> None:
    stop = Impatient(3)
    worker.run(stop, sqlite_db, {})
    assert stop.waits == [1, 1, 1]


def test_mail_does_not_wait_behind_a_package(sqlite_db: Database) -> None:
    with sqlite_db.writing() as session:
        for name in ("package", "package", "mail"):
            jobs.enqueue(session, name, {}, now())
    sent, stop, late = threading.Event(), threading.Event(), []

    def unpack(*_: object) -> None:
        late.append(not sent.wait(60))
        stop.set()

    worker.work(stop, sqlite_db, {"package": unpack, "mail": lambda *_: sent.set()}, ("package",))
    assert late == [False]


def test_every_slow_job_has_a_handler(settings: Settings, sqlite_db: Database) -> None:
    mailer = mail.mailer("", settings.mail_from, settings.data_dir)
    tools = Tools(settings=settings, storage=DiskStorage(settings.data_dir / "blobs"), mailer=mailer)
    assert set(worker.handlers(tools)) >= worker.SLOW
