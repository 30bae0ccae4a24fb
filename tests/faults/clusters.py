"""PostgreSQL servers of our own, on ports of their own: restarted, filled up, and failed over to a standby."""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from tests import postgres, serving

#: Seconds, on a machine that does other things too.
PATIENCE = 60
#: The product's own role: no superuser, for whom PostgreSQL keeps places free.
ROLE = "lms"


class Cluster:
    """`folder` belongs to whom the server runs as. It can be killed, restarted and copied."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "data"
        self._held = serving.hold_port()
        self.port = serving.number(self._held)
        self.settings: dict[str, str] = {}
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def admin(self) -> str:
        """The address of a database whose user may create others."""
        return f"postgresql+psycopg://{ROLE}@127.0.0.1:{self.port}/postgres"

    def make(self) -> None:
        self.run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        self.start()
        with self.superuser() as connection:
            connection.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")

    def start(self, **settings: str) -> None:
        """`settings` stay until others are given."""
        self.settings |= settings
        # What the system's cache holds outlives every process: power cuts are another test's.
        fixed = {"listen_addresses": "127.0.0.1", "port": str(self.port), "unix_socket_directories": "", "fsync": "off"}
        given = [part for name, value in (fixed | self.settings).items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "postgres.log").open("ab") as log:
            self._server = subprocess.Popen(
                [_program("postgres"), "-D", self.data, *given],
                user=_user(),
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        _until(self._answers, f"the PostgreSQL server did not start:\n{self.said}")

    def _answers(self) -> bool:
        assert self._server
        if self._server.poll() is not None:
            raise AssertionError(f"the PostgreSQL server has ended:\n{self.said}")
        try:
            self.superuser().close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self, mode: str = "fast") -> None:
        """`fast` ends all sessions and writes what is left; `immediate` ends all processes at once."""
        if self._server is not None:
            self._server.send_signal({"fast": signal.SIGINT, "immediate": signal.SIGQUIT}[mode])
            self._ended()

    def kill(self) -> None:
        """As when the machine is gone: every process at once."""
        if self._server is not None:
            self.tell(signal.SIGKILL)
            self._ended()

    def tell(self, number: int) -> None:
        """A signal to every process; each leads a group of its own."""
        assert self._server
        pid = self._server.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for one in (pid, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(one, number)

    def _ended(self) -> None:
        assert self._server
        self._server.wait(PATIENCE)
        self._server = None

    def restart(self, mode: str = "fast", **settings: str) -> None:
        self.stop(mode)
        self.start(**settings)

    def promote(self) -> None:
        """From now on it takes writes."""
        with self.superuser() as connection:
            connection.execute("SELECT pg_promote()")

    def standby(self, folder: Path) -> "Cluster":
        """A copy that follows this server, started; it takes no writes."""
        made = Cluster(folder)
        source = f"host=127.0.0.1 port={self.port} user=postgres application_name=standby"
        self.run("pg_basebackup", "-D", made.data, "-d", source, "-R", "-X", "stream", "-c", "fast", "--no-sync")
        made.start()
        return made

    def wait_for_standby(self) -> None:
        """From now on nothing is committed that the standby does not have."""
        with self.superuser() as connection:
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = 'standby'")
            connection.execute("SELECT pg_reload_conf()")
            asked = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"
            _until(lambda: connection.execute(asked).fetchone() == (1,), "the standby does not follow")

    def alone(self) -> None:
        """Again without a standby, and running."""
        if self._server is None:
            self.start()
        with self.superuser() as connection:
            connection.execute("ALTER SYSTEM RESET synchronous_standby_names")
            connection.execute("SELECT pg_reload_conf()")

    def superuser(self) -> psycopg.Connection:
        return psycopg.connect(
            f"host=127.0.0.1 port={self.port} user=postgres dbname=postgres", autocommit=True, connect_timeout=5
        )

    def run(self, program: str, *given: object) -> None:
        done = subprocess.run(
            [_program(program), *map(str, given)], user=_user(), cwd=self.folder, capture_output=True, check=False
        )
        if done.returncode:
            raise AssertionError(f"{program}: {done.stderr.decode()[-2000:]}")

    @property
    def said(self) -> str:
        path = self.folder / "postgres.log"
        return path.read_text(errors="replace")[-3000:] if path.exists() else ""

    def close(self) -> None:
        self.kill()
        self._held.close()


def _program(name: str) -> str:
    return str(postgres.binaries() / name)


def _user() -> str | None:
    """PostgreSQL refuses to run as root."""
    return "nobody" if os.geteuid() == 0 else None


def _until(condition: object, words: str) -> None:
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        if condition():  # type: ignore[operator]
            return
        time.sleep(0.02)
    raise AssertionError(words)


@contextmanager
def room() -> Iterator[Path]:
    """A folder that the server's user may use."""
    folder = Path(tempfile.mkdtemp(prefix=f"lms-cluster-{secrets.token_hex(2)}-"))
    if user := _user():
        shutil.chown(folder, user)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A server that runs, with its data in a folder of its own."""
    with room() as folder:
        made = Cluster(folder)
        try:
            made.make()
            yield made
        finally:
            made.close()
