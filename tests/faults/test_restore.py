"""A copy of the database made while people work is whole: what was acknowledged before is in it, and it serves."""

import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from lms.learning.models import LearningEvent
from tests.browser.people import Trainee
from tests.browser.quiz import begin, choose, door, says, until
from tests.browser.server import Server

pytestmark = pytest.mark.verify
#: Flags go up and down at this pace until a page is told to stop.
WRITE = """() => {
    window.busy = setInterval(() => document.querySelector('[data-flag]').click(), 10);
}"""
REST = "() => clearInterval(window.busy)"


def test_a_copy_made_under_load_is_whole_and_serves(server: Server, alice: Trainee, tmp_path: Path) -> None:
    page, made = alice.page(), tmp_path / "copy.db"
    attempt = begin(page)
    page.evaluate(WRITE)
    until(lambda: len(numbers(server, attempt)) > 100)
    before = numbers(server, attempt)
    copy(server.folder / "lms.db", made)
    until(lambda: len(numbers(server, attempt)) > len(before) + 100)
    page.evaluate(REST)
    says(page, "saved")
    copied = flags_of(made, attempt)
    assert copied == list(range(1, len(copied) + 1))
    assert len(before) <= len(copied) < len(numbers(server, attempt))
    restore(server, made)
    assert len(numbers(server, attempt)) == len(copied)
    goes_on(server, alice.page(), attempt)


def goes_on(server: Server, page: Page, attempt: int) -> None:
    page.goto(f"/attempts/{attempt}/questions/1")
    choose(page, "two")
    until(lambda: door(server, attempt) == "two")


def numbers(server: Server, attempt: int) -> list[int]:
    of_attempt = select(LearningEvent.number).where(LearningEvent.attempt_id == attempt, LearningEvent.kind == "flag")
    with server.db.reading() as session:
        return sorted(session.scalars(of_attempt))


def copy(source: Path, target: Path) -> None:
    """As the guide tells operators to."""
    with sqlite3.connect(source) as live, sqlite3.connect(target) as made:
        live.backup(made, pages=64)
    live.close()
    made.close()


def flags_of(database: Path, attempt: int) -> list[int]:
    connection = sqlite3.connect(database)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    rows = connection.execute(
        "SELECT number FROM learning_event WHERE attempt_id = ? AND kind = 'flag' ORDER BY number", (attempt,)
    ).fetchall()
    connection.close()
    return [number for (number,) in rows]


def restore(server: Server, database: Path) -> None:
    """Stop, put the copy in place of the database and what belongs to it, start."""
    server.kill()
    server.db.engine.dispose()
    for rest in ("lms.db-wal", "lms.db-shm"):
        (server.folder / rest).unlink(missing_ok=True)
    database.replace(server.folder / "lms.db")
    server.start()
