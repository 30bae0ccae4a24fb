"""gunicorn in processes of its own, as `lms serve` starts it; ended by id."""

import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.load import usage
from tests.load.databases import Fresh

ROOT = Path(__file__).parents[2]
PRODUCT = "wsgi:app"
#: As `lms serve` starts it, and as anybody starts a small application.
OURS = ("--config", "python:lms.web.gunicorn")
PLAIN = ("--worker-class", "gthread", "--keep-alive", "5", "--log-level", "warning", "--no-control-socket")
#: A server that has not answered by then never will, in seconds.
PATIENCE = 30


def production(folder: Path, fresh: Fresh, port: int) -> dict[str, str]:
    """Production, with nothing of ours switched off."""
    return {
        "LMS_MODE": "production",
        "LMS_SECRET_KEY": secrets.token_urlsafe(48),
        "LMS_DATA_DIR": str(folder),
        "LMS_DATABASE_URL": fresh.url,
        "LMS_BASE_URL": f"http://localhost:{port}",
        "LMS_ALLOW_HTTP": "yes",
        "LMS_CONTENT_URL": f"http://{{label}}.localhost:{port}",
    }


class Running:
    """A web server that answers; `pids` are its master and workers."""

    def __init__(self, port: int, master: int) -> None:
        self.port = port
        self.master = master

    @property
    def pids(self) -> list[int]:
        return [self.master, *usage.children(self.master)]


@contextmanager
def gunicorn(
    app: str, port: int, workers: int, threads: int, environment: Mapping[str, str], log: Path
) -> Iterator[Running]:
    """Serve `app` until the block ends. Raises RuntimeError with the end of its log when it does not come up."""
    command = [
        sys.executable, "-m", "gunicorn", app,
        "--chdir", str(ROOT),
        "--bind", f"127.0.0.1:{port}",
        "--workers", str(workers),
        "--threads", str(threads),
        *(OURS if app == PRODUCT else PLAIN),
    ]  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    with log.open("ab") as out:
        process = subprocess.Popen(command, env={**kept, **environment}, stdout=out, stderr=out, start_new_session=True)
        try:
            _wait(process, port, log)
            yield Running(port, process.pid)
        finally:
            _end(process)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    give_up = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < give_up:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).close()
            return
        except urllib.error.HTTPError:
            return  # it answers, if only that it has no such page
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"the server did not start:\n{log.read_text()[-3000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
