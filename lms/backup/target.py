"""Where a restore goes: beside the place first, and into it only when everything was found right."""

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy.exc import DBAPIError

from lms.backup import postgres, sqlite
from lms.backup.errors import Busy, Refused
from lms.backup.manifest import POSTGRES, SQLITE, Head
from lms.core import files
from lms.core.db import Database

FULL = "{place} is not empty. Restore into an empty one, or use --replace, which moves what is there aside."


class Target(Protocol):
    """`begin` makes the restored database, `finish` puts it in place, `undo` takes back what `begin` did."""

    def check(self, head: Head, replace: bool) -> None:
        """Raises Refused when the backup cannot go there."""
        ...

    @property
    def folder(self) -> Path: ...

    def begin(self, write: Callable[[Path], None], head: Head) -> Database: ...

    def finish(self) -> str:
        """What became of what was there, as a sentence; empty when there was nothing."""
        ...

    def undo(self) -> None: ...


class SqliteTarget:
    """The database is made in a folder beside its place, and moved there at the end with one rename."""

    def __init__(self, path: Path, now: datetime) -> None:
        self.path = path
        self.folder = path.parent
        self._stage = path.parent / f".restore-{_told(now)}"
        self._aside = path.parent / f"before-restore-{_told(now)}"
        self._db: Database | None = None
        self._began = False

    def check(self, head: Head, replace: bool) -> None:
        if head.database != SQLITE:
            raise Refused(
                "The backup holds a PostgreSQL database. Set LMS_DATABASE_URL to an empty PostgreSQL database."
            )
        if self._there() and not replace:
            raise Refused(FULL.format(place=f"The folder {self.folder}"))
        if self.path.exists():
            with suppress(sqlite.ERRORS):  # a damaged one is moved as it is
                sqlite.settle(self.path)

    def begin(self, write: Callable[[Path], None], head: Head) -> Database:
        self._stage.mkdir(mode=0o700)
        self._began = True
        made = self._stage / self.path.name
        write(made)
        sqlite.check(made)
        self._db = Database(f"sqlite:///{made}", pool_size=2)
        return self._db

    def finish(self) -> str:
        assert self._db is not None
        self._db.close()
        made = self._stage / self.path.name
        sqlite.settle(made)
        sqlite.sync(made)
        there = self._there()
        if there:
            self._keep(there)
        made.replace(self.path)
        files.sync_folder(self.folder)
        shutil.rmtree(self._stage, ignore_errors=True)
        return f"What was there is in {self._aside}." if there else ""

    def _keep(self, there: list[Path]) -> None:
        """The database keeps its name until the new one takes it: a product that starts without one makes one. A log
        of the old one beside the new one would be taken for its own."""
        self._aside.mkdir(mode=0o700)
        for old in there:
            if old == self.path:
                os.link(old, self._aside / old.name)
            else:
                old.replace(self._aside / old.name)
        files.sync_folder(self._aside)
        files.sync_folder(self.folder)

    def undo(self) -> None:
        if self._db is not None:
            self._db.close()
        if self._began:
            shutil.rmtree(self._stage, ignore_errors=True)

    def _there(self) -> list[Path]:
        named = (self.path, *(self.path.with_name(self.path.name + end) for end in sqlite.BESIDE))
        return [one for one in named if one.exists()]


class PostgresTarget:
    """PostgreSQL has no rename of tables into a place; a schema has: what is there goes under another name first."""

    def __init__(self, url: str, folder: Path, now: datetime) -> None:
        self.folder = folder
        self._db = Database(url, pool_size=2)
        self._dump = folder / f".restore-{_told(now)}.pgdump"
        self._aside = f"before_restore_{_told(now)}"
        self._schema = ""
        self._began = self._moved = False

    def check(self, head: Head, replace: bool) -> None:
        if head.database != POSTGRES:
            raise Refused(
                "The backup holds an SQLite database, and LMS_DATABASE_URL names PostgreSQL. "
                "Restore it without LMS_DATABASE_URL, and move it then with lms db move."
            )
        self._schema = postgres.current_schema(self._db)
        if self._schema != head.namespace:
            raise Refused(
                f"The tables of the backup are in the schema {head.namespace}, and this account uses {self._schema}."
            )
        postgres.find("pg_restore", max(int(head.database_release), postgres.server_release(self._db)))
        self._moved = not postgres.is_empty(self._db, self._schema)
        if self._moved and not replace:
            raise Refused(FULL.format(place="The database"))
        if self._moved and (others := postgres.others(self._db)):
            raise Busy(f"{others} others are connected to this database. Stop the product, then restore.")

    def begin(self, write: Callable[[Path], None], head: Head) -> Database:
        write(self._dump)
        self._began = True
        if self._moved:
            self._change(lambda: postgres.move_aside(self._db, self._schema, self._aside))
        postgres.restore(self._db, self._dump, int(head.database_release), self._schema)
        return self._db

    def finish(self) -> str:
        self._dump.unlink(missing_ok=True)
        self._db.close()
        return f"What was there is in the schema {self._aside} of the same database." if self._moved else ""

    def undo(self) -> None:
        self._dump.unlink(missing_ok=True)
        if self._began and self._moved:
            if not postgres.is_empty(self._db, self._aside):
                postgres.move_back(self._db, self._schema, self._aside)
        elif self._began and not postgres.is_empty(self._db, self._schema):
            postgres.empty(self._db, self._schema)
        self._db.close()

    def _change(self, change: Callable[[], None]) -> None:
        try:
            change()
        except DBAPIError as error:
            said = str(error.orig).strip().splitlines()[0]
            raise Refused(f"What is in the database cannot be moved aside: {said}. Its owner can.") from None


def _told(now: datetime) -> str:
    """In names of files and of schemas; two restores are never in the same microsecond."""
    return f"{now:%Y%m%d_%H%M%S_%f}"
