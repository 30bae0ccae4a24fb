"""The product that is measured: `lms serve` started here, or nodes that somebody else has started."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import serving
from tests.load import usage
from tests.load.scene import ROOT

SERVE = "from lms.cli import main; main()"
#: Seconds to finish what is under way.
GRACE = 60


@dataclass(frozen=True, slots=True)
class Product:
    """Where it is asked, and which processes belong to it: `web` and `worker` with all their children."""

    address: tuple[str, int]
    web: Callable[[], list[int]]
    worker: Callable[[], list[int]]
    proxy: Callable[[], list[int]] = list


@contextmanager
def served(port: int, environment: Mapping[str, str], log: Path) -> Iterator[Product]:
    """Web server and worker as `lms serve` starts them, until the block ends."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, "serve"],
            cwd=ROOT, env={**kept, **environment, "LMS_BIND": f"127.0.0.1:{port}"},
            stdout=out, stderr=out, start_new_session=True,
        )  # fmt: skip
        try:
            if not serving.wait_for(f"http://127.0.0.1:{port}/healthz", process):
                raise RuntimeError(f"the product did not start:\n{log.read_text()[-3000:]}")
            yield Product(
                ("127.0.0.1", port), lambda: _of(process.pid, b"gunicorn"), lambda: _of(process.pid, b"lms.worker")
            )
        finally:
            _end(process)


def _of(pid: int, word: bytes) -> list[int]:
    """The children whose command names it, and theirs."""
    found = [child for child in usage.children(pid) if word in _command(child)]
    return [one for child in found for one in family(child)]


def _command(pid: int) -> bytes:
    try:
        return (usage.PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return b""


def family(pid: int) -> list[int]:
    """A process and all that it has started."""
    try:
        return [pid, *(one for child in usage.children(pid) for one in family(child))]
    except OSError:
        return []


def _end(process: subprocess.Popen[bytes]) -> None:
    """Web server and worker have sessions of their own: they are ended by their supervisor, and by us if it does
    not."""
    mine = family(process.pid)
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        for pid in mine:
            _kill(pid)
        process.wait()


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        time.sleep(0)


def elsewhere(address: tuple[str, int], file: Path) -> Product:
    """Nodes started by somebody else. `file` is JSON: {"web": [pid, ...], "worker": [...], "proxy": [...]}, where the
    children of each count with it."""
    told = json.loads(file.read_text())

    def of(name: str) -> Callable[[], list[int]]:
        return lambda: [one for pid in told.get(name, []) for one in family(pid)]

    return Product(address, of("web"), of("worker"), of("proxy"))
