"""The power goes below a PostgreSQL server, the product and its files at once: they are one machine."""

import atexit
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from random import Random

import psycopg

from tests.faults import clusters
from tests.faults.clusters import Cluster
from tests.faults.databases import FRESH, Place, Template
from tests.faults.disk.cut import copy_tree
from tests.faults.disk.power import Machine, beside, play
from tests.faults.outcome import Outcome

#: Small, so that a run has many segments, checkpoints and recycled files, and copies are cheap.
SMALL = {
    # As PostgreSQL comes, whatever this machine's sample file says.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "8MB",
    "min_wal_size": "2MB",
    "max_wal_size": "4MB",
    "checkpoint_timeout": "30s",
    "autovacuum_naptime": "1s",
    "max_connections": "60",
    # Nothing outside the folder that a kill would leave behind.
    "dynamic_shared_memory_type": "mmap",
}


class Server(Cluster):
    """Runs on a folder that is copied for each seed, with what the fault puts before libc."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.environment: dict[str, str] = {}
        self.settings = dict(SMALL)

    def make(self) -> None:
        self.run(
            "initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--wal-segsize=1"
        )
        self.start()
        with self.superuser() as connection:
            connection.execute(f"CREATE ROLE {clusters.ROLE} LOGIN CREATEDB")

    def move(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "data"

    @property
    def runs(self) -> bool:
        return self._server is not None and self._server.poll() is None

    def start(self, **settings: str) -> None:
        kept = {name: os.environ.get(name) for name in self.environment}
        os.environ.update(self.environment)
        try:
            super().start(**settings)
        finally:
            for name, value in kept.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value

    def kill(self) -> None:
        """Every process has a session of its own, and one that waits for the disk does not see that the others died."""
        if self._server is None:
            return
        self._server.send_signal(signal.SIGSTOP)  # it starts no more
        children = _children(self._server.pid)
        for pid in (self._server.pid, *children):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._server.wait(clusters.PATIENCE)
        self._server = None
        _wait_for(children)
        self._forget_memory()

    def _forget_memory(self) -> None:
        """A segment of System V outlives its processes; the machine that has lost its power has none."""
        place = self.data / "postmaster.pid"
        lines = place.read_text().splitlines() if place.exists() else []
        if len(lines) > 6 and lines[6].split():
            subprocess.run(["ipcrm", "-m", lines[6].split()[-1]], check=False, capture_output=True)


def _children(parent: int) -> list[int]:
    found = []
    for place in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = place.read_text().rpartition(")")[2].split()
            if int(fields[1]) == parent:
                found.append(int(place.parent.name))
    return found


def _wait_for(pids: list[int]) -> None:
    give_up = time.monotonic() + clusters.PATIENCE
    while any(map(_lives, pids)) and time.monotonic() < give_up:
        time.sleep(0.005)


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Prepared:
    """The scene in a server of its own, stopped, as folders that each seed copies."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made = time.monotonic()
        self._room = ExitStack()
        room = self._room.enter_context(clusters.room())
        self.server = Server(room)
        self.server.make()
        self.template = Template(folder / "files", self.server.admin, self.server)
        with self.template.copy() as place:
            self.place = place
            self._drop_others(place.url.rpartition("/")[2])
            self.server.stop()
            copy_tree(place.folder, folder / "frozen")
        copy_tree(room, folder / "frozen" / "pg")

    def _drop_others(self, name: str) -> None:
        """Nobody makes a database any more, and most files need not be copied."""
        with self.server.superuser() as connection:
            connection.execute("UPDATE pg_database SET datistemplate = false")
            found = connection.execute("SELECT datname FROM pg_database WHERE datname NOT IN ('postgres', %s)", [name])
            for (other,) in found.fetchall():
                connection.execute(f'DROP DATABASE "{other}" WITH (FORCE)')

    @contextmanager
    def copy(self) -> Iterator[Place]:
        with tempfile.TemporaryDirectory(prefix="seed-", dir=self.folder) as given:
            folder = Path(given) / "machine"
            copy_tree(self.folder / "frozen", folder)
            for one in (folder, folder.parent):
                one.chmod(0o755)
            self.server.move(folder / "pg")
            yield replace(self.place, folder=folder)

    def close(self) -> None:
        self.server.close()
        self.template.close()
        self._room.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Rack(Machine):
    """With PostgreSQL on the same disk."""

    def __init__(self, place: Place, beside: Path, coin: Random, server: Server, weak: dict[str, str]) -> None:
        super().__init__(place, beside, coin)
        # It creates files that only their own sync keeps, as every file system in use does.
        self.control.page.journalled = 1
        self.server, self.server.environment = server, self.control.environment()
        self.server.settings = SMALL | weak

    def start_database(self) -> None:
        # What starts PostgreSQL with the machine takes away a stale file, which may be half written.
        (self.server.data / "postmaster.pid").unlink(missing_ok=True)
        self.server.start()

    def end(self) -> None:
        super().end()
        self.server.kill()


_prepared: dict[Template, Prepared] = {}


def prepared(template: Template) -> Prepared:
    known = _prepared.get(template)
    if known is None or time.monotonic() - known.made > FRESH:
        if known:
            known.close()
        folder = Path(tempfile.mkdtemp(prefix="postgres-", dir=template.folder))
        for one in (template.folder, folder):
            one.chmod(0o755)
        known = _prepared[template] = Prepared(folder)
        atexit.register(known.close)
    return known


def postgresql(seed: int, template: Template, **weak: str) -> Outcome:
    """`weak` are settings of the server that do not keep the promise."""
    ready = prepared(template)
    with ready.copy() as place, beside(template) as folder:
        return play(seed, Rack(place, folder, Random(seed), ready.server, weak), readable)


def readable(place: Place) -> list[str]:
    """What PostgreSQL itself finds wrong: every row of every table, and every entry of every index."""
    with psycopg.connect(place.url.replace("+psycopg", ""), autocommit=True) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        try:
            for (table,) in tables:
                connection.execute(f'SELECT count(to_json("{table}")::text) FROM "{table}"')
                connection.execute(f'REINDEX TABLE "{table}"')
        except psycopg.Error as error:
            return [str(error)]
    return []
