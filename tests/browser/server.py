"""The product as it runs in earnest: gunicorn in processes of its own, on a free port, with its own database."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lms.core.db import Database
from lms.core.storage import DiskStorage
from tests import serving

ROOT = Path(__file__).parents[2]
SECRET = "browser tests: 0123456789 abcdefghijklmnop"


class Server:
    """`folder` holds the database, already migrated, and the files. It can be killed and started again.

    `host` is a name that leads to this machine; in `settings`, `{port}` is replaced.
    """

    def __init__(self, folder: Path, host: str = "localhost", **settings: str) -> None:
        self.folder = folder
        self.host = host
        self._held = serving.hold_port()
        self.port = serving.number(self._held)
        self.db = Database(f"sqlite:///{folder / 'lms.db'}")
        self.storage = DiskStorage(folder / "blobs")
        self._settings = {name: value.replace("{port}", str(self.port)) for name, value in settings.items()}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def start(self) -> None:
        command = [
            sys.executable, "-m", "gunicorn", "wsgi:app", "--chdir", str(ROOT), "--bind", f"127.0.0.1:{self.port}",
            "--worker-class", "gthread", "--workers", "1", "--threads", "6", "--log-level", "warning",
            "--no-control-socket",
        ]  # fmt: skip
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, env=self.environment(), start_new_session=True, stdout=log, stderr=log
            )
        if not serving.wait_for(f"http://127.0.0.1:{self.port}/healthz", self._process):
            raise RuntimeError((self.folder / "server.log").read_text()[-4000:])

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
        return kept | {
            "LMS_MODE": "demo",
            "LMS_DATA_DIR": str(self.folder),
            "LMS_BASE_URL": self.url,
            "LMS_SECRET_KEY": SECRET,
            "LMS_LOG_LEVEL": "WARNING",
            **self._settings,
        }

    def kill(self) -> None:
        """As a power cut does: master and workers get SIGKILL at once."""
        self._signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()
            self._process = None
            serving.wait_until_closed(self.port)

    def restart(self) -> None:
        """On the same port and database."""
        self.kill()
        self.start()

    @contextmanager
    def away(self) -> Iterator[None]:
        """The server is there and does not answer."""
        self._signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._signal(signal.SIGCONT)

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Somebody else holds the database's write lock."""
        other = sqlite3.connect(self.folder / "lms.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")
            other.close()

    def _signal(self, number: int) -> None:
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, number)

    def stop(self) -> None:
        self.kill()
        self.db.close()
        self._held.close()
