"""The product that is measured: `lms serve` started here, or nodes that somebody else has started."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import serving
from tests.load import usage
from tests.load.scene import ROOT
from tests.nodes.farm import Farm, farm

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
        except Exception as error:
            error.add_note(f"The end of what the product said:\n{_unusual(log)}")
            raise
        finally:
            _end(process)


def _unusual(log: Path) -> str:
    """Without the lines about requests that were answered."""
    lines = log.read_text(errors="replace").splitlines()
    return "\n".join(line[:3000] for line in lines if '"lms.access"' not in line)[-6000:]


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


@contextmanager
def behind_nginx(folder: Path, database: str, count: int) -> Iterator[tuple[Farm, Product]]:
    """So many web nodes of one process each, and two workers. They run from the farm's `start` to the block's end."""
    more = {"LMS_MODE": "production", "LMS_ALLOW_HTTP": "yes", "LMS_LOG_LEVEL": "INFO"}
    with farm(folder, database, web=count, workers=2, more=more) as made:
        yield (
            made,
            Product(
                ("127.0.0.1", made.port),
                lambda: [pid for node in made.web for pid in node.pids],
                lambda: [pid for worker in made.workers for pid in worker.pids],
                lambda: family(made.nginx.pid),
            ),
        )


def elsewhere(told: Mapping[str, Any]) -> Product:
    """What `python -m tests.nodes` has written about nodes that run already."""

    def of(parts: Iterable[Mapping[str, Any]]) -> list[int]:
        return sorted({one for part in parts for pid in part["pids"] for one in family(pid)})

    return Product(
        ("127.0.0.1", told["port"]),
        lambda: of(told["web"]),
        lambda: of(told["workers"]),
        lambda: family(told["nginx"]["pid"]),
    )
