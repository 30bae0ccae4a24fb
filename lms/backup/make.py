"""`lms backup FILE`: one file, whole or not there, made while the product serves."""

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lms.backup import manifest as told
from lms.backup import moment as moments
from lms.backup.errors import FULL, Refused
from lms.backup.manifest import BLOBS, END, FORMAT, HEAD, Backup, Head, Manifest
from lms.backup.moment import Moment
from lms.backup.tar import Writer, parts_of
from lms.core import files
from lms.core.db import FAILURES, Database
from lms.core.storage import DiskStorage, Storage


@dataclass(frozen=True, slots=True)
class Made:
    path: Path
    size: int
    backup: Backup


def place(target: Path, now: datetime) -> Path:
    """In a folder, a name that says when. Raises Refused when there is such a file already."""
    path = target / f"cleanroom-{now:%Y%m%dT%H%M%SZ}.tar" if target.is_dir() else target
    if path.exists():
        raise Refused(f"{path} exists already. Choose another name; a backup never takes the place of another.")
    if not path.parent.is_dir():
        raise Refused(f"There is no folder {path.parent}. Make it first.")
    return path


def backup(
    db: Database, storage: Storage, target: Path, now: datetime, *, secret_key: str, blobs: bool | None = None
) -> Made:
    """The database comes first, then the files that it names, which are only ever added: so all of them are there.

    `blobs` None: with the files where they are on this machine's disks, and a list of them where they are not.
    Raises Refused, and leaves nothing behind then.
    """
    target = place(target, now)
    included = isinstance(storage, DiskStorage) if blobs is None else blobs
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".cleanroom-backup-") as folder:
            taken = moments.take(db, Path(folder))
            with files.whole(target, 0o600) as file:
                made = _write(Writer(file, int(now.timestamp())), taken, storage, included, now, secret_key)
    except OSError as error:
        if error.errno in FULL:
            raise Refused(
                f"The disk of {target.parent} is full; no backup was made. The file needs room for the database twice "
                "and for the files once."
            ) from None
        raise Refused(f"No backup was made: {error}") from None
    except FAILURES as error:
        raise Refused(f"No backup was made: {str(error).splitlines()[0]}") from None
    return Made(target, target.stat().st_size, made)


def _write(tar: Writer, taken: Moment, storage: Storage, included: bool, now: datetime, secret_key: str) -> Backup:
    head = Head(
        format=FORMAT,
        product=told.product(),
        made_at=now.isoformat(timespec="seconds"),
        database=taken.part,
        database_release=taken.release,
        namespace=taken.namespace,
        schema=taken.schema,
        blobs=included,
        key=told.fingerprint(secret_key),
    )
    _add(tar, HEAD, told.write(head))
    parts = {name: _add_file(tar, name, path) for name, path in ((taken.part, taken.file), (BLOBS, taken.named))}
    count = size = 0
    lost = []
    for digest, known in listed(taken.named):
        count += 1
        if included:
            stored = _add_blob(tar, storage, digest, known)
            size += stored or 0
            lost += [digest] if stored is None else []
        else:
            size += known or 0
    manifest = Manifest(parts, taken.rows, count, size, lost)
    _add(tar, END, told.write(manifest))
    tar.end()
    return Backup(head, manifest)


def _add(tar: Writer, name: str, data: bytes) -> None:
    tar.add(name, len(data), (data,))


def _add_file(tar: Writer, name: str, path: Path) -> dict[str, object]:
    size = path.stat().st_size
    with path.open("rb") as file:
        return {"size": size, "sha256": tar.add(name, size, parts_of(file)).sha256}


def _add_blob(tar: Writer, storage: Storage, digest: str, known: int | None) -> int | None:
    """Its size; None when it is not there, or is not what its name says."""
    try:
        size = known if known is not None else _measure(storage, digest)
        with storage.open(digest) as file:
            written = tar.add(f"blobs/{digest[:2]}/{digest}", size, parts_of(file))
    except FileNotFoundError:
        return None
    return size if written.exact and written.sha256 == digest else None


def _measure(storage: Storage, digest: str) -> int:
    path = storage.path(digest)
    if path is not None:
        return path.stat().st_size
    with storage.open(digest) as file:
        return sum(len(part) for part in parts_of(file))


def listed(path: Path) -> Iterator[tuple[str, int | None]]:
    with path.open(encoding="ascii") as lines:
        for line in lines:
            digest, _, size = line.rstrip("\n").partition(" ")
            yield digest, None if size == "-" else int(size)


def is_whole(storage: Storage, digest: str) -> bool:
    """Whether the stored file is there and is what its name says; a copy in a cache alone is not there."""
    if not storage.has(digest):
        return False
    try:
        with storage.open(digest) as file:
            found = hashlib.sha256()
            for part in parts_of(file):
                found.update(part)
    except FileNotFoundError:
        return False
    return found.hexdigest() == digest
