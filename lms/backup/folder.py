"""What a restore reads: a folder that followed a database."""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from lms.backup import chain as chains
from lms.backup.chain import BLOBS, Facts
from lms.backup.errors import Damaged
from lms.backup.make import is_whole
from lms.backup.manifest import SQLITE, Head
from lms.backup.tar import parts_of
from lms.core.storage import DiskStorage


@dataclass(frozen=True, slots=True)
class FolderSource:
    """Made by `opened`, which has found every hash of the newest chain right."""

    folder: Path
    chain: Path
    head: Head
    stretches: list[Facts]
    base: int

    @property
    def room(self) -> tuple[int, int]:
        files = sum(one.stat().st_size for one in (self.folder / BLOBS).glob("??/*"))
        return self.base + sum(one.size for one in self.stretches), files

    @property
    def lost(self) -> frozenset[str]:
        return frozenset()

    def database(self, target: Path) -> None:
        """The copy, and then one log after the other, each taken in by SQLite itself as after a power cut."""
        with (self.chain / SQLITE).open("rb") as source, target.open("xb") as file:
            for part in parts_of(source):
                file.write(part)
        for number in sorted({one.number for one in self.stretches}):
            log = [one for one in self.stretches if one.number == number]
            with target.with_name(f"{target.name}-wal").open("xb") as file:
                for one in log:
                    for part in chains.body(self.chain, one):
                        file.write(part)
            _take_in(target, log[-1].stop)

    def blobs(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        stored = DiskStorage(self.folder / BLOBS)
        for path in sorted((self.folder / BLOBS).glob("??/*")):
            if is_whole(stored, path.name):
                with path.open("rb") as file:
                    yield path.name, parts_of(file)


def _take_in(target: Path, frames: int) -> None:
    with closing(sqlite3.connect(target, isolation_level=None)) as connection:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        busy, found, moved = connection.execute("PRAGMA wal_checkpoint(FULL)").fetchone()
    if (busy, found, moved) != (0, frames, frames):
        raise Damaged(f"SQLite reads {found} of {frames} pages of a log. Use another copy.")


def opened(folder: Path) -> FolderSource:
    """Raises Damaged when there is no whole copy in it, or one is not what was written."""
    found = chains.newest(folder)
    if not found:
        raise Damaged(f"{folder} holds no whole copy of a database that lms backup --follow has made.")
    head, manifest = chains.head(found[0])
    told = manifest.parts[SQLITE]
    digest = hashlib.sha256()
    with (found[0] / SQLITE).open("rb") as file:
        for part in parts_of(file):
            digest.update(part)
    if digest.hexdigest() != told["sha256"]:
        raise Damaged(f"{found[0] / SQLITE} is damaged. An older folder in {found[0].parent} may be whole.")
    stretches = chains.stretches(found[0])
    for one in stretches:
        for _part in chains.body(found[0], one):
            pass
    last = stretches[-1].at if stretches else head.made_at
    return FolderSource(folder, found[0], replace(head, made_at=last), stretches, told["size"])
