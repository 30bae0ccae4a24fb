"""Processes of a test, each killed at its end at the latest."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lms.core.config import Settings

ROOT = Path(__file__).parents[2]
#: Seconds, on a machine that does other things too.
PATIENCE = 180


def environment(settings: Settings | None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    if settings is None:
        return kept
    return kept | {
        "LMS_MODE": "test",
        "LMS_DATA_DIR": str(settings.data_dir),
        "LMS_DATABASE_URL": settings.database_url,
        "LMS_SECRET_KEY": settings.secret_key,
    }


@contextmanager
def running(*command: str, settings: Settings | None = None, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    kept = environment(settings)
    with log.open("ab") as out:
        process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=kept, stdout=out, stderr=out)
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
    process.wait()


def wait_for(true: Callable[[], bool], *processes: subprocess.Popen[bytes]) -> None:
    """Fails at once when a process has ended."""
    give_up = time.monotonic() + PATIENCE
    while not true():
        assert all(one.poll() is None for one in processes), "a process has ended"
        assert time.monotonic() < give_up, "it did not come true"
        time.sleep(0.02)


def noted(path: Path) -> list[tuple[int, float]]:
    """Numbers that were acknowledged, and when at the latest; a line that is not whole was not."""
    lines = path.read_text().splitlines(keepends=True) if path.exists() else []
    return [(int(line.split()[0]), float(line.split()[1])) for line in lines if line.endswith("\n")]
