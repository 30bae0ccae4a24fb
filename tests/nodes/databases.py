"""An empty PostgreSQL database of its own, reached directly or through pgbouncer."""

import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from tests import postgres, serving


@contextmanager
def fresh(*, pooled: bool = False) -> Iterator[str]:
    admin, name = postgres.admin_url(), f"lms_nodes_{secrets.token_hex(6)}"
    with psycopg.connect(postgres.plain(admin), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        try:
            url = f"{admin.rpartition('/')[0]}/{name}"
            if pooled:
                with pgbouncer(url) as through:
                    yield through
            else:
                yield url
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def pgbouncer(url: str) -> Iterator[str]:
    """The address of the same database through a pgbouncer that hands out connections for one transaction each."""
    parts, folder = urlsplit(url), Path(tempfile.mkdtemp(prefix="lms-pgbouncer-"))
    held = serving.hold_port()
    port, name = serving.number(held), parts.path.strip("/")
    (folder / "users.txt").write_text(f'"{parts.username}" ""\n')
    (folder / "pgbouncer.ini").write_text(
        f"[databases]\n{name} = host={parts.hostname} port={parts.port or 5432} dbname={name} user={parts.username}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        f"auth_type = any\nauth_file = {folder}/users.txt\npool_mode = transaction\n"
        "default_pool_size = 8\nmax_client_conn = 400\n"
        f"logfile = {folder}/pgbouncer.log\npidfile = {folder}/pgbouncer.pid\n"
    )
    user = "nobody" if os.geteuid() == 0 else None  # it refuses to run as root
    if user:
        for path in (folder, *folder.iterdir()):
            shutil.chown(path, user)
    process = subprocess.Popen(
        [shutil.which("pgbouncer") or "/usr/sbin/pgbouncer", str(folder / "pgbouncer.ini")],
        user=user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder,
    )  # fmt: skip
    try:
        give_up = time.monotonic() + serving.PATIENCE
        while not serving.listens(port) and process.poll() is None and time.monotonic() < give_up:
            time.sleep(0.02)
        if process.poll() is not None:
            raise AssertionError((folder / "pgbouncer.log").read_text())
        yield f"postgresql+psycopg://{parts.username}@127.0.0.1:{port}/{name}"
    finally:
        process.terminate()
        process.wait(serving.PATIENCE)
        held.close()
        shutil.rmtree(folder, ignore_errors=True)
