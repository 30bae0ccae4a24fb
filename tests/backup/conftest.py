"""A product with courses, people and a record, and empty places to restore it into."""

import itertools
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest

from lms.backup import make, restore, source
from lms.backup.make import Made
from lms.backup.restore import Restored
from lms.core.clock import now
from lms.core.config import Settings
from lms.core.db import Database
from lms.core.storage import Storage
from lms.core.stores import storage_of
from tests import postgres
from tests.courses import publish_tiny
from tests.packages import publish_package
from tests.people import make_people

_numbers = itertools.count()


@pytest.fixture(autouse=True)
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump and pg_restore of the server that the tests may have started themselves."""
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}:{postgres.binaries()}")


@dataclass(frozen=True)
class Place:
    """Settings of a product, and what they lead to."""

    settings: Settings

    @property
    def storage(self) -> Storage:
        return storage_of(self.settings)

    def open(self) -> Database:
        return Database(self.settings.database_url)

    def backup(self, target: Path, **how: bool | None) -> Made:
        db = self.open()
        try:
            return make.backup(db, self.storage, target, now(), secret_key=self.settings.secret_key, **how)
        finally:
            db.close()

    def restore(self, file: Path, **how: bool) -> Restored:
        return restore.restore(self.settings, self.storage, source.opened(file), now(), **how)

    def files(self) -> list[str]:
        """All but what the product makes by itself."""
        root = self.settings.data_dir
        found = (path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
        return sorted(one for one in found if not one.startswith("static/") and not one.endswith("-turn"))


@pytest.fixture
def product(db: Database, settings: Settings) -> Place:
    return filled(db, settings)


@pytest.fixture
def on_sqlite(sqlite_db: Database, settings: Settings) -> Place:
    return filled(sqlite_db, settings)


def filled(db: Database, settings: Settings) -> Place:
    place = Place(replace(settings, database_url=db.engine.url.render_as_string(hide_password=False)))
    settings.data_dir.mkdir(exist_ok=True)
    with db.writing() as session:
        make_people(session)
        publish_tiny(session, place.storage)
        publish_package(session, place.storage, settings.data_dir.parent)
    return place


@pytest.fixture
def empty(kind: str, settings: Settings, tmp_path: Path) -> Iterator[Callable[[], Place]]:
    """Places with nothing in them, of the same kind of database."""
    made: list[str] = []

    def make_one() -> Place:
        number = next(_numbers)
        folder = tmp_path / f"empty-{number}"
        folder.mkdir()
        if kind == "sqlite":
            return Place(replace(settings, data_dir=folder, database_url=f"sqlite:///{folder / 'lms.db'}"))
        admin, name = postgres.admin_url(), f"lms_restore_{tmp_path.name[-30:].lower()}_{number}".replace("-", "_")
        with psycopg.connect(postgres.plain(admin), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
        made.append(name)
        return Place(replace(settings, data_dir=folder, database_url=admin.rsplit("/", 1)[0] + "/" + name))

    yield make_one
    if made:
        with psycopg.connect(postgres.plain(postgres.admin_url()), autocommit=True) as connection:
            for name in made:
                connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def elsewhere(settings: Settings, tmp_path: Path) -> Callable[[], Place]:
    """Empty places for SQLite."""

    def make_one() -> Place:
        folder = tmp_path / f"elsewhere-{next(_numbers)}"
        folder.mkdir()
        return Place(replace(settings, data_dir=folder, database_url=f"sqlite:///{folder / 'lms.db'}"))

    return make_one
