"""The worker waits for a database that is away, in few words."""

import logging
import threading

import pytest

from lms import worker
from lms.core.db import Database


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
