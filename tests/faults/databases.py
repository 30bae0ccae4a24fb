"""A database of each kind with the scene in it, prepared once and copied for each seed."""

import itertools
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import psycopg

from lms.catalogue import queries as catalogue
from lms.core import config, migrate
from lms.core.db import Database
from tests import postgres, serving
from tests.faults import scene
from tests.faults.clusters import Cluster
from tests.faults.scene import Scene

SECRET = "fault tests: 0123456789 abcdefghijklmnop"
TRAINEES = 3
#: Attempts have a time limit and tokens an end: a scene is used for less than that, in seconds.
FRESH = 480
_copies = itertools.count()


@dataclass(frozen=True, slots=True)
class Place:
    """One seed's database and files. `port` is what the addresses in its pages name."""

    folder: Path
    url: str
    scene: Scene
    port: int
    settings: Mapping[str, str] = field(default_factory=dict)

    def with_settings(self, **settings: str) -> "Place":
        return replace(self, settings=settings)

    def at(self, url: str) -> "Place":
        """The same, with its database at another address."""
        return replace(self, url=url)

    @property
    def environment(self) -> dict[str, str]:
        return environment(self.folder, self.url, self.port) | dict(self.settings)


def environment(folder: Path, url: str, port: int) -> dict[str, str]:
    return {
        "LMS_MODE": "test",
        "LMS_DATA_DIR": str(folder),
        "LMS_DATABASE_URL": url,
        "LMS_BASE_URL": f"http://localhost:{port}",
        "LMS_CONTENT_URL": f"http://{{label}}.localhost:{port}",
        "LMS_SECRET_KEY": SECRET,
        "LMS_LOG_LEVEL": "WARNING",
    }


class Template:
    """`admin` is the address of a PostgreSQL database whose user may create others; none: SQLite. `own` is the server
    behind it when the test may stop it."""

    def __init__(self, folder: Path, admin: str = "", own: Cluster | None = None) -> None:
        self.folder, self.admin, self._own = folder, admin, own
        self._held = serving.hold_port()
        self.port = serving.number(self._held)
        self._name = f"lms_faults_{secrets.token_hex(6)}"
        self._made = float("-inf")
        self._scene: Scene | None = None

    @property
    def name(self) -> str:
        return "postgresql" if self.admin else "sqlite"

    def cluster(self) -> Cluster:
        assert self._own, "this fault needs a PostgreSQL server of its own"
        return self._own

    @contextmanager
    def copy(self) -> Iterator[Place]:
        """A copy for one seed, taken away afterwards."""
        prepared = self._prepared()
        folder = Path(tempfile.mkdtemp(prefix="seed-", dir=self.folder))
        shutil.copytree(self.folder / "template", folder, dirs_exist_ok=True)
        name = f"{self._name}_{next(_copies)}"
        try:
            if self.admin:
                self._sql(f'CREATE DATABASE "{name}" TEMPLATE "{self._name}"{self._strategy()}')
                yield Place(folder, self._sibling(name), prepared, self.port)
            else:
                yield Place(folder, f"sqlite:///{folder / 'lms.db'}", prepared, self.port)
        finally:
            if self.admin:
                with suppress(psycopg.OperationalError):  # the fault may have been the end of the server
                    self._sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            shutil.rmtree(folder, ignore_errors=True)

    def _prepared(self) -> Scene:
        if self._scene is None or time.monotonic() - self._made > FRESH:
            self._clear()
            self._made, self._scene = time.monotonic(), self._prepare()
        return self._scene

    def _prepare(self) -> Scene:
        folder = self.folder / "template"
        folder.mkdir(parents=True)
        if self.admin:
            self._sql(f"CREATE DATABASE \"{self._name}\" TEMPLATE template0 ENCODING 'UTF8'")
        url = self._sibling(self._name) if self.admin else f"sqlite:///{folder / 'lms.db'}"
        settings = config.load(environment(folder, url, self.port))
        db = Database(url)
        migrate.upgrade(db)
        made = scene.prepare(settings, db, TRAINEES)
        db.close()
        catalogue.forget()  # what was read of this database is not true of the next
        return made

    def _strategy(self) -> str:
        """Of a copy made through the log, PostgreSQL's sequences fall back in a crash; one of files begins safely."""
        with psycopg.connect(postgres.plain(self.admin)) as connection:
            return " STRATEGY file_copy" if self._own and connection.info.server_version >= 150_000 else ""

    def _sibling(self, name: str) -> str:
        return f"{self.admin.rpartition('/')[0]}/{name}"

    def _sql(self, statement: str) -> None:
        with psycopg.connect(postgres.plain(self.admin), autocommit=True) as connection:
            connection.execute(statement)

    def close(self) -> None:
        self._clear()
        self._held.close()

    def _clear(self) -> None:
        shutil.rmtree(self.folder / "template", ignore_errors=True)
        if self.admin:
            with suppress(psycopg.OperationalError):
                self._sql(f'DROP DATABASE IF EXISTS "{self._name}" WITH (FORCE)')
