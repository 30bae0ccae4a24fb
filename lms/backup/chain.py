"""A folder that follows a database: copies of the whole, each with what was committed since, and the files of courses.

    status.json             up to when everything is in here
    blobs/                  as in the data folder
    chains/<number>-<time>/ one whole copy and what came after it; the highest number counts
        cleanroom-backup.json, manifest.json, database.sqlite
        <log>-<frame>.wal   a stretch of a write-ahead log: its bytes, then what is known about it

Every file is whole or not there. A chain gets its name when its copy is whole, and a stretch when its bytes are.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from lms.backup import manifest as told
from lms.backup.errors import Damaged
from lms.backup.manifest import END, HEAD, SQLITE, Head, Manifest
from lms.backup.tar import parts_of
from lms.backup.wal import FRAME, Position, Stretch
from lms.core import files

CHAINS, BLOBS, STATUS = "chains", "blobs", "status.json"
NAME = re.compile(r"(\d{6})-\d{8}T\d{6}Z")
STRETCH = re.compile(r"(\d{6})-(\d{10})\.wal")
#: Of the line about a stretch, which ends its file, and of its length, which comes last.
MOST_LINE, TRAILER = 10_000, 4
START = Position()


@dataclass(frozen=True, slots=True)
class Facts:
    """Of a stretch: log `number` of the chain, frames from `start` to before `stop`, and `at`: what had been
    acknowledged by then is in it or before it."""

    number: int
    start: int
    stop: int
    at: str
    header: str
    tail: str
    size: int
    sha256: str


class Chain:
    """One that grows. `position` is up to where the log was read."""

    def __init__(self, folder: Path, number: int = 0, position: Position = START) -> None:
        self.folder, self.number, self.position = folder, number, position
        self.size = sum(one.stat().st_size for one in folder.glob("*.wal"))
        self.count = len(list(folder.glob("*.wal")))
        self.base = (folder / SQLITE).stat().st_size

    def append(self, stretch: Stretch, at: str) -> None:
        """On the disk when this returns."""
        number = self.number + (stretch.start == 0)
        target = self.folder / f"{number:06d}-{stretch.start:010d}.wal"
        digest, size, last = hashlib.sha256(), 0, b""
        with files.whole(target, 0o600) as file:
            for part in stretch.parts:
                digest.update(part)
                size += len(part)
                last = part[-(FRAME + stretch.state.page_size) : -stretch.state.page_size]
                file.write(part)
            header, tail = stretch.state.header.hex(), last.hex()
            facts = Facts(number, stretch.start, stretch.state.frames, at, header, tail, size, digest.hexdigest())
            line = json.dumps(asdict(facts)).encode()
            file.write(line + len(line).to_bytes(TRAILER))
        self.number, self.size, self.count = number, self.size + size, self.count + 1


def begin(folder: Path, moment: datetime) -> Path:
    """A place for a copy; it is no chain before `publish`. A clock that was set back changes no order."""
    known = newest(folder)
    number = int(known[0].name[:6]) + 1 if known else 1
    made = folder / CHAINS / f".new-{number:06d}-{moment:%Y%m%dT%H%M%SZ}"
    files.make_folder(made)
    return made


def describe(made: Path, head: Head) -> None:
    """The copy in `made` is whole: write what it is beside it."""
    base = made / SQLITE
    with base.open("rb") as file:
        digest = hashlib.sha256()
        for part in parts_of(file):
            digest.update(part)
    parts = {SQLITE: {"size": base.stat().st_size, "sha256": digest.hexdigest()}}
    for name, value in ((HEAD, head), (END, Manifest(parts, {}, 0, 0))):
        with files.whole(made / name, 0o600) as file:
            file.write(told.write(value))


def publish(made: Path) -> Path:
    target = made.with_name(made.name.removeprefix(".new-"))
    made.rename(target)
    files.sync_folder(target.parent)
    return target


def clean(folder: Path, keep: int) -> None:
    """Remove what was begun and not finished, and all but the newest chains."""
    chains = folder / CHAINS
    if not chains.is_dir():
        return
    for one in newest(folder)[keep:]:
        one.rename(one.with_name(f".old-{one.name}"))
    for one in chains.glob(".*"):
        shutil.rmtree(one, ignore_errors=True)


def newest(folder: Path) -> list[Path]:
    """All chains, the newest first."""
    chains = folder / CHAINS
    return sorted((one for one in chains.glob("*") if NAME.fullmatch(one.name)), reverse=True)


def head(chain: Path) -> tuple[Head, Manifest]:
    """Raises Damaged."""
    try:
        return told.read_head((chain / HEAD).read_bytes()), told.read_manifest((chain / END).read_bytes())
    except OSError as error:
        raise Damaged(f"{error.filename} cannot be read: {error.strerror}.") from None


def stretches(chain: Path) -> list[Facts]:
    """In order. Raises Damaged when one lacks in between; the last one may, because it may not have been written."""
    found: list[Facts] = []
    for path in sorted(chain.glob("*.wal")):
        with path.open("rb") as file:
            one = _facts(path, file)
        last = found[-1] if found else None
        follows = last and one.number == last.number and one.start == last.stop and one.header == last.header
        begins = one.start == 0 and one.number == (last.number + 1 if last else 1)
        if not (follows or begins) or path.name != f"{one.number:06d}-{one.start:010d}.wal":
            raise Damaged(f"A stretch is missing before {path}. An older folder in {chain.parent} may be whole.")
        found.append(one)
    return found


def _facts(path: Path, file: BinaryIO) -> Facts:
    try:
        file.seek(-TRAILER, os.SEEK_END)
        length = int.from_bytes(file.read(TRAILER))
        file.seek(-TRAILER - min(length, MOST_LINE), os.SEEK_END)
        return Facts(**json.loads(file.read(length)))
    except (OSError, ValueError, TypeError):
        raise Damaged(f"{path} is damaged.") from None


def body(chain: Path, one: Facts) -> Iterator[bytes]:
    """The bytes of a stretch. Raises Damaged at the end when they are not what was written."""
    path = chain / f"{one.number:06d}-{one.start:010d}.wal"
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        for part in parts_of(file, one.size):
            digest.update(part)
            size += len(part)
            yield part
    if (digest.hexdigest(), size) != (one.sha256, one.size):
        raise Damaged(f"{path} is damaged.")


def resumed(chain: Path) -> Chain | None:
    """A chain to go on with, when the log still is the one it was read from; see `Log.fits`. None without any."""
    known = stretches(chain)
    if not known:
        return None
    last = known[-1]
    # Not settled: what was written since has not been read, so the log must not be started anew before it is.
    position = Position(bytes.fromhex(last.header), last.stop, bytes.fromhex(last.tail), settled=False)
    return Chain(chain, last.number, position)
