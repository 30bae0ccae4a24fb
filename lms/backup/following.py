"""The files of courses, kept up beside a database that is followed."""

import sqlite3
import time
from pathlib import Path

from lms.backup.tar import parts_of
from lms.catalogue import blobs
from lms.core.db import Database
from lms.core.storage import DiskStorage, Storage

#: Longer the records do not wait for files, in seconds: these go on with the next turn.
MOST = 20.0
#: Changes when a file may have come: cheap enough to ask every few seconds.
MARK = "SELECT (SELECT count(*) FROM blob), count(*), max(id), max(made_at) FROM draft"


class Files:
    """`behind`: how many files the database names that are not in the folder yet."""

    def __init__(self, path: Path, storage: Storage, folder: Path) -> None:
        self.behind = 0
        self._path, self._storage, self._target = path, storage, DiskStorage(folder)
        self._have = {one.name for one in folder.glob("??/*")}
        self._mark: tuple[object, ...] = ()

    def bring(self, *, whole: bool = False) -> None:
        """Copy what the database names by now. `whole`: however long it takes. A file that the product itself does not
        have is left out; a restore will say so."""
        mark = self._ask()
        if mark == self._mark and not self.behind:
            return
        missing = [one for one in self._named() if one not in self._have]
        until = time.monotonic() + MOST
        while missing and (whole or time.monotonic() < until):
            digest = missing.pop()
            try:
                with self._storage.open(digest) as file:
                    self._target.put_parts(parts_of(file))
            except FileNotFoundError:
                continue
            self._have.add(digest)
        self.behind, self._mark = len(missing), mark

    def _ask(self) -> tuple[object, ...]:
        connection = sqlite3.connect(f"file:{self._path}?mode=rw", uri=True, isolation_level=None)
        try:
            return tuple(connection.execute(MARK).fetchone())
        finally:
            connection.close()

    def _named(self) -> list[str]:
        db = Database(f"sqlite:///{self._path}", pool_size=1)
        try:
            with db.reading() as session:
                return [digest for digest, _size in blobs.named(session)]
        finally:
            db.close()
