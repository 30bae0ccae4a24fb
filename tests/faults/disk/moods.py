"""A disk that is slow or full, and a clock that jumps, while trainees work. Nobody sets anything right by hand but the
disk's room and the clock themselves."""

import errno
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from random import Random
from threading import Thread

from tests.faults import trainee
from tests.faults.databases import Place, Template
from tests.faults.disk import control
from tests.faults.disk.control import Control
from tests.faults.disk.power import beside, enter, on_sqlite, whole
from tests.faults.disk.powered import Server, prepared, readable
from tests.faults.outcome import Outcome, judged, trainees_of
from tests.faults.product import Part, Web, Worker
from tests.faults.trainee import Trainee

#: Seconds within which somebody has met a full disk, or never will.
LONGEST = 10.0
#: Seconds that the clock is off. A jump ahead of a quiz's end closes it, which is right and needs no test of faults.
JUMPS = (-86_400, -3_600, -300, -20, 20, 90)


class Stage:
    """Web and worker, and PostgreSQL where that is the database, on a disk and a clock that the test holds."""

    def __init__(self, place: Place, page: Control, server: Server | None) -> None:
        self.place, self.control, self.server = place, page, server
        self.parts: list[Part] = [Web(place, place.port, workers=2), Worker(place)]

    def start(self) -> None:
        if self.server:
            self.server.environment = self.control.environment()
            self.server.start()
        with control.loaded():
            for part in self.parts:
                part.start(partial(enter, str(self.control.path), ""))

    def tend(self) -> None:
        """As what runs the services does: start again what has ended."""
        if self.server and not self.server.runs:
            self.server.start()
        for part in self.parts:
            if not part.alive:
                part.start(partial(enter, str(self.control.path), ""))

    def end(self) -> None:
        for part in self.parts:
            part.kill()
        if self.server:
            self.server.kill()


@contextmanager
def stage(template: Template, *, on_postgresql: bool) -> Iterator[Stage]:
    with ExitStack() as stack:
        folder = stack.enter_context(beside(template))
        server = None
        if on_postgresql:
            ready = prepared(template)
            place, server = stack.enter_context(ready.copy()), ready.server
            root = place.folder / "pg"
        else:
            place = stack.enter_context(on_sqlite(template).copy())
            root = place.folder
        made = Stage(place, Control(folder / "control", root), server)
        try:
            yield made
        finally:
            made.end()


def play(seed: int, made: Stage, fault: Callable[[Random, list[Thread], list[Trainee]], bool]) -> Outcome:
    coin = Random(seed)
    people = trainees_of(made.place, made.place.port, seed)
    made.start()
    threads = trainee.play(people, coin.randint(15, 40))
    try:
        met = fault(coin, threads, people)
    finally:
        for one in threads:
            one.join()
    for part in made.parts:
        part.kill()
    outcome = judged(made.place.url, people, met=met)
    outcome.odd += (readable if made.server else whole)(made.place)
    return outcome


def slow(seed: int, template: Template, *, on_postgresql: bool = False) -> Outcome:
    """Each sync takes its time, up to a second."""
    with stage(template, on_postgresql=on_postgresql) as made:
        made.control.page.seed = seed
        made.control.page.slow_us = Random(seed).choice((5_000, 30_000, 100_000))

        def wait(_coin: Random, threads: list[Thread], _people: list[Trainee]) -> bool:
            for one in threads:
                one.join()
            return made.control.page.syncs > 0

        return play(seed, made, wait)


def clock(seed: int, template: Template, *, on_postgresql: bool = False) -> Outcome:
    """The machine's clock is set forward and back, several times, and at last right."""
    with stage(template, on_postgresql=on_postgresql) as made:

        def jump(coin: Random, threads: list[Thread], _people: list[Trainee]) -> bool:
            for _ in range(coin.randint(2, 5)):
                made.control.page.ahead_ns = coin.choice(JUMPS) * 1_000_000_000
                _rest(threads, coin.uniform(0.05, 0.5))
            made.control.page.ahead_ns = 0
            return True

        return play(seed, made, jump)


def _rest(threads: list[Thread], seconds: float) -> None:
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up and any(one.is_alive() for one in threads):
        time.sleep(0.005)


def full(seed: int, template: Template, *, on_postgresql: bool = False) -> Outcome:
    """No room for a while, in which the services may be started anew; then there is room again."""
    with stage(template, on_postgresql=on_postgresql) as made, _disk(made) as (fill, free):

        def run(coin: Random, threads: list[Thread], people: list[Trainee]) -> bool:
            _rest(threads, coin.uniform(0, 0.5))
            fill()
            met = _told(people, threads)
            if coin.random() < 0.3:
                made.parts[0].kill()
                with suppress(AssertionError):
                    made.tend()
            free()
            while any(one.is_alive() for one in threads):
                made.tend()
                _rest(threads, 0.2)
            return met

        return play(seed, made, run)


def _told(people: list[Trainee], threads: list[Thread]) -> bool:
    """Whether somebody has heard that there is no room, or that the database is away."""
    give_up = time.monotonic() + LONGEST
    while time.monotonic() < give_up and any(one.is_alive() for one in threads):
        if any(word.startswith(("507", "503")) for one in people for word in one.seen.told):
            return True
        time.sleep(0.005)
    return False


@contextmanager
def _disk(made: Stage) -> Iterator[tuple[Callable[[], None], Callable[[], None]]]:
    """What fills the disk of the database and what frees it: a file system of its own where one can be mounted, else
    writes are refused before they reach the kernel."""
    page = made.control.page
    target = None if made.server else _mounted(made)
    if target is None:
        yield partial(setattr, page, "full", 1), partial(setattr, page, "full", 0)
        return
    filler = target / "filler"
    try:
        yield partial(_fill, filler), partial(filler.unlink, missing_ok=True)
    finally:
        made.end()
        subprocess.run(["umount", target], check=True)


def _fill(filler: Path) -> None:
    with filler.open("ab", buffering=0) as file:
        for size in (65_536, 4_096):
            try:
                while True:
                    file.write(bytes(size))
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise


def _mounted(made: Stage) -> Path | None:
    folder = made.place.folder
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) + 8_000_000
    with tempfile.TemporaryDirectory() as kept:
        shutil.copytree(folder, kept, dirs_exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
        if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
            return None
        shutil.copytree(kept, folder, dirs_exist_ok=True)
    return folder
