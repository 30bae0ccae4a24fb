"""The web server as `lms serve` starts it, on loopback, with a database of its own; its memory, and its end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import serving

ROOT = Path(__file__).parents[2]
SECRET = "tests only: 0123456789 abcdefghijklmnop"
WORKERS, THREADS = 2, 4
PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Site:
    port: int
    master: int
    folder: Path

    @property
    def log(self) -> str:
        return (self.folder / "server.log").read_text()

    @property
    def workers(self) -> list[int]:
        return [int(pid) for pid in Path(f"/proc/{self.master}/task/{self.master}/children").read_text().split()]

    @property
    def memory(self) -> int:
        """Bytes of the largest worker that are its own."""
        return max(_own_memory(pid) for pid in self.workers)

    @property
    def processor(self) -> float:
        """Seconds of processor time of all workers so far."""
        return sum(_processor(pid) for pid in self.workers)

    def wait_until_quiet(self) -> None:
        """Until the workers do nothing more, because there is nothing to do or nobody lets them."""
        until, before = time.monotonic() + PATIENCE, -1.0
        while before != (spent := self.processor) and time.monotonic() < until:
            before = spent
            time.sleep(0.5)


def _own_memory(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Private_Dirty:"):
            return int(line.split()[1]) * 1024
    raise AssertionError(f"process {pid} does not tell its memory")


def _processor(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running(folder: Path, url: str, *, threads: int = THREADS, port: int = 0, **more: str) -> Iterator[Site]:
    """Serve the database at `url` until the block ends; every process has gone then. `port` is one that the caller
    holds; `more` are settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    with serving.hold_port() as held, (folder / "server.log").open("wb") as log:
        port = port or serving.number(held)
        environment = {
            "LMS_MODE": "test",
            "LMS_DATA_DIR": str(folder / "data"),
            "LMS_DATABASE_URL": url,
            "LMS_SECRET_KEY": SECRET,
            "LMS_BASE_URL": f"http://localhost:{port}",
            "LMS_LOG_LEVEL": "WARNING",
        }
        command = [
            sys.executable, "-m", "gunicorn", "wsgi:app",
            "--chdir", str(ROOT), "--config", "python:lms.web.gunicorn", "--bind", f"127.0.0.1:{port}",
            "--workers", str(WORKERS), "--threads", str(threads), "--graceful-timeout", "2",
        ]  # fmt: skip
        process = subprocess.Popen(
            command, env=kept | environment | more, stdout=log, stderr=log, start_new_session=True
        )
        try:
            if not serving.wait_for(f"http://127.0.0.1:{port}/readyz", process):
                raise RuntimeError(f"the server did not start:\n{(folder / 'server.log').read_text()[-3000:]}")
            yield Site(port, process.pid, folder)
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
