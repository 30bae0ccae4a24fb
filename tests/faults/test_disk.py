"""The disk that loses its power keeps what was synced, and loses what was not."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.faults.disk.control import BEGINNING, END, Control
from tests.faults.disk.cut import Disk

HEAD = """
import os, pathlib, sqlite3
here = pathlib.Path(".")
def sync(name):
    handle = os.open(name, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
"""


class Strict(Random):
    """Nothing survives that was not synced, or everything."""

    def __init__(self, chance: float) -> None:
        super().__init__(1)
        self.chance = chance

    def choice(self, given):  # type: ignore[no-untyped-def]
        return self.chance if isinstance(given[0], float) else given[0]


class Bench:
    def __init__(self, tmp_path: Path) -> None:
        self.folder = tmp_path / "disk"
        self.folder.mkdir()
        (self.folder / "old").write_bytes(b"old" * 3000)
        self.disk = Disk(self.folder, tmp_path / "beside")
        self.disk.start()
        self.control = Control(tmp_path / "control", self.folder, self.disk.store)

    def run(self, code: str) -> None:
        """In a process on the disk; one that waits for a disk without power is killed."""
        process = subprocess.Popen(
            [sys.executable, "-c", HEAD + code], cwd=self.folder, env={**os.environ, **self.control.environment()}
        )
        while process.poll() is None and not self.control.page.off:
            time.sleep(0.001)
        if self.control.page.off:
            process.kill()
        assert process.wait() in (0, -9)

    def after(self, chance: float = 0.0) -> dict[str, bytes]:
        self.disk.cut(Strict(chance))
        places = (path for path in self.folder.rglob("*") if path.is_file())
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in places}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    yield Bench(tmp_path)


OLD = {"old": b"old" * 3000}


def test_what_was_not_synced_is_gone(bench: Bench) -> None:
    bench.run('(here / "new").write_bytes(b"new"); (here / "old").write_bytes(b"changed")')
    assert bench.after() == OLD


def test_all_may_survive_too(bench: Bench) -> None:
    bench.run('(here / "new").write_bytes(b"new"); (here / "old").write_bytes(b"changed")')
    assert bench.after(1.0) == {"old": b"changed", "new": b"new"}


def test_bytes_without_a_name_are_gone(bench: Bench) -> None:
    bench.run('(here / "new").write_bytes(b"new"); sync("new")')
    assert bench.after() == OLD


def test_a_file_system_with_a_journal_keeps_the_name_of_a_synced_file(bench: Bench) -> None:
    bench.control.page.journalled = 1
    bench.run('(here / "new").write_bytes(b"new"); sync("new")')
    assert bench.after() == OLD | {"new": b"new"}


def test_a_name_without_bytes_is_an_empty_file(bench: Bench) -> None:
    bench.run('(here / "new").write_bytes(b"new"); sync(".")')
    assert bench.after() == OLD | {"new": b""}


def test_a_file_and_its_folder_synced_are_there(bench: Bench) -> None:
    bench.run('(here / "new").write_bytes(b"new"); sync("new"); sync(".")')
    assert bench.after() == OLD | {"new": b"new"}


def test_a_rename_that_was_not_synced_is_undone(bench: Bench) -> None:
    bench.run('(here / "part").write_bytes(b"new"); sync("part"); sync("."); (here / "part").rename("old")')
    assert bench.after() == OLD | {"part": b"new"}


def test_a_file_in_a_folder_without_a_name_is_gone(bench: Bench) -> None:
    bench.run('(here / "sub").mkdir(); (here / "sub/new").write_bytes(b"new"); sync("sub/new"); sync("sub")')
    assert bench.after() == OLD


def test_a_removal_that_was_not_synced_is_undone(bench: Bench) -> None:
    bench.run('(here / "old").unlink()')
    assert bench.after() == OLD


def test_an_inode_that_is_used_again_is_another_file(bench: Bench) -> None:
    bench.run('(here / "old").unlink(); (here / "new").write_bytes(b"new"); sync("new")')
    assert bench.after() == OLD


@pytest.mark.parametrize(("when", "kept"), [(BEGINNING, {}), (END, {"new": b"new"})])
def test_the_power_goes_at_a_sync(bench: Bench, when: int, kept: dict[str, bytes]) -> None:
    bench.control.page.cut_at, bench.control.page.when = 2, when
    bench.run('(here / "new").write_bytes(b"new"); sync("new"); sync("."); (here / "not-reached").mkdir(); sync(".")')
    assert bench.after() == OLD | kept


def test_a_clock_that_jumps(bench: Bench) -> None:
    bench.control.page.ahead_ns = 86_400 * 1_000_000_000
    bench.run(
        'import time, datetime; (here / "told").write_text(f"{time.time()} {datetime.datetime.now().timestamp()}")'
    )
    told = [float(one) - time.time() for one in (bench.folder / "told").read_text().split()]
    assert all(86_000 < one < 86_500 for one in told)


def test_a_full_disk_takes_nothing_new(bench: Bench) -> None:
    bench.control.page.full = 1
    bench.run("""
with open("old", "r+b") as file:
    file.write(b"new")
try:
    (here / "more").write_bytes(b"new")
except OSError as error:
    assert error.errno == 28
""")
    assert (bench.folder / "old").read_bytes()[:3] == b"new"
    assert bench.control.page.refused == 1


@pytest.mark.parametrize(("synchronous", "rows"), [("FULL", 50), ("OFF", 0)])
def test_a_commit_of_sqlite_is_kept_when_it_is_synced(bench: Bench, synchronous: str, rows: int) -> None:
    make = 'base.execute("PRAGMA journal_mode=wal"); base.execute("CREATE TABLE act (number INTEGER)")'
    acts = 'for number in range(50): base.execute("INSERT INTO act VALUES (?)", (number,))'
    bench.run(f'base = sqlite3.connect("new.db", isolation_level=None); {make}')
    bench.run('sync("new.db"); sync(".")')
    bench.run(
        f'base = sqlite3.connect("new.db", isolation_level=None); base.execute("PRAGMA synchronous={synchronous}")\n'
        f"{acts}\nos._exit(0)"
    )
    bench.after()
    assert _rows(bench.folder / "new.db") == rows


def _rows(path: Path) -> int:
    code = f'import sqlite3; print(sqlite3.connect("{path}").execute("SELECT count(*) FROM act").fetchone()[0])'
    return int(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout)
