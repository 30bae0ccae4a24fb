"""The power goes while trainees work and packages are published: on SQLite, and on a PostgreSQL of its own."""

import os
import signal
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from random import Random

from sqlalchemy import event
from sqlalchemy.pool import Pool

from lms.core import files
from lms.core.db import Database
from lms.core.storage import DiskStorage
from tests.faults import trainee
from tests.faults.databases import Place, Template
from tests.faults.disk import control, published
from tests.faults.disk.control import Control
from tests.faults.disk.cut import Disk
from tests.faults.outcome import Outcome, judged, trainees_of
from tests.faults.product import Part, Web, Worker

#: Syncs after which the power goes: some hundred make a whole run.
MOST_SYNCS = 120
#: Seconds after which the power goes although fewer syncs came: those who trust an unsafe setting sync seldom.
LONGEST = 3.0


def enter(page: str, weak: str) -> None:
    """In each process of the product before it starts. `weak` is what proves that the cut can lose something: a value
    for SQLite's `synchronous` instead of the product's, or `names`: folders are not synced."""
    control.use(page)
    if weak == "names":
        files.sync_folder = lambda _folder: None
    elif weak:
        event.listen(Pool, "checkout", lambda made, *_: made.execute(f"PRAGMA synchronous={weak}"))


class Machine:
    """Everything that loses its power together: web, worker, a publisher, and what `more` starts before them."""

    def __init__(self, place: Place, beside: Path, coin: Random, weak: str = "") -> None:
        self.place, self.coin = place, coin
        self.disk = Disk(place.folder, beside)
        self.control = Control(beside / "control", place.folder, self.disk.store)
        self.control.page.journalled = coin.random() < 0.5
        self.notes = beside / "published"
        prepare = partial(enter, str(self.control.path), weak)
        command = ["tests.faults.disk.publisher", str(self.notes)]
        self.parts: list[Part] = [
            Web(place, place.port, workers=2),
            Worker(place),
            Part("publisher", command, place.environment, place.folder / "publisher.log"),
        ]
        self._prepare = prepare

    def start_database(self) -> None:
        """Nothing to do where the database is a file."""

    def start(self) -> None:
        self.control.page.started_ns = self.disk.started_ns
        self.start_database()
        with control.loaded():
            for part in self.parts:
                part.start(self._prepare)

    def arm(self, syncs: int) -> None:
        page = self.control.page
        page.when, page.cut_at = self.coin.choice((control.BEGINNING, control.MIDDLE, control.END)), page.syncs + syncs

    def cut(self) -> None:
        """No sync returns any more; everybody dies; the folder is what the disk has kept."""
        self.control.page.off = 1
        self.end()
        self.disk.cut(self.coin)
        self.control.page.cut_at = self.control.page.off = 0

    def end(self) -> None:
        for part in reversed(self.parts):
            if part.alive:
                os.kill(part.pid, signal.SIGKILL)  # it may be too young to lead a group
            part.kill()

    def wait(self, over: Callable[[], bool]) -> None:
        """Until the power goes, or there is nothing more that could wait for it."""
        give_up = time.monotonic() + LONGEST
        while not self.control.page.off and not over() and time.monotonic() < give_up:
            time.sleep(0.002)


def sqlite(seed: int, template: Template, weak: str = "") -> Outcome:
    with on_sqlite(template).copy() as place, beside(template) as folder:
        coin = Random(seed)
        return play(seed, Machine(place, folder, coin, weak), whole)


def play(seed: int, machine: Machine, check: Callable[[Place], list[str]]) -> Outcome:
    """Some cuts while people work, and one when all is acknowledged and everything rests."""
    place, coin = machine.place, machine.coin
    people = trainees_of(place, place.port, seed)
    machine.disk.start()
    threads: list[threading.Thread] = []
    try:
        machine.start()
        threads = trainee.play(people, coin.randint(8, 25))
        for _ in range(coin.randint(1, 3)):
            machine.arm(coin.randint(1, MOST_SYNCS))
            machine.wait(lambda: not any(one.is_alive() for one in threads))
            machine.cut()
            machine.start()
        _join(threads)
        machine.cut()
        return _judged(machine, people, check)
    except AssertionError as error:
        return Outcome(lost=[f"It does not start again: {error}"[-2000:]], recovered=False)
    finally:
        machine.end()
        _join(threads)


def _join(threads: list[threading.Thread]) -> None:
    for one in threads:
        one.join()


def _judged(machine: Machine, people: list[trainee.Trainee], check: Callable[[Place], list[str]]) -> Outcome:
    machine.start_database()
    outcome = judged(machine.place.url, people, f"{machine.control.page.syncs} syncs.")
    db = Database(machine.place.url)
    try:
        outcome.lost += published.missing(db, DiskStorage(machine.place.folder / "blobs"), machine.notes)
    finally:
        db.close()
    outcome.odd += check(machine.place)
    return outcome


def whole(place: Place) -> list[str]:
    """What SQLite itself finds wrong."""
    connection = sqlite3.connect(place.folder / "lms.db")
    try:
        found = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        found += [f"foreign key: {row}" for row in connection.execute("PRAGMA foreign_key_check")]
    finally:
        connection.close()
    return [one for one in found if one != "ok"]


@contextmanager
def beside(template: Template) -> Iterator[Path]:
    """A folder on a disk that keeps its power; every process may go in."""
    with tempfile.TemporaryDirectory(prefix="beside-", dir=template.folder) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@cache
def on_sqlite(template: Template) -> Template:
    """SQLite, whatever the others use."""
    return template if not template.admin else Template(template.folder / "sqlite")
