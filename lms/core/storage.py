"""Files stored once, under the SHA-256 of their content."""

import hashlib
import logging
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, Protocol

from lms.core import files
from lms.core.errors import Damaged

log = logging.getLogger(__name__)


class Storage(Protocol):
    """Where blobs live. A blob never changes: the same hash is the same bytes."""

    def put(self, data: bytes) -> str: ...

    def put_parts(self, parts: Iterable[bytes]) -> tuple[str, int]: ...

    def has(self, digest: str) -> bool: ...

    def open(self, digest: str) -> BinaryIO: ...

    def path(self, digest: str) -> Path | None: ...

    def discard(self, digest: str) -> None: ...


class StoreAway(OSError):
    """The store does not answer, or not sensibly: to be tried again, unlike a blob that is not there."""


def named(digest: str) -> str:
    """The name itself. Raises ValueError when it cannot be one."""
    if len(digest) != 64 or not all(c in "0123456789abcdef" for c in digest):
        raise ValueError("a blob is named by 64 hexadecimal digits")
    return digest


def read(storage: Storage, digest: str) -> bytes:
    """The whole blob, checked against its name. Raises FileNotFoundError, or Damaged."""
    with storage.open(digest) as file:
        data = file.read()
    if hashlib.sha256(data).hexdigest() != digest:
        log.error("the file %s is damaged; bring it back from a backup, and run lms doctor --deep", digest)
        raise Damaged()
    return data


class DiskStorage:
    """Blobs in a folder, spread over 256 subfolders, written whole and synced before they have their name.

    What `put` and `put_parts` have returned outlasts a power cut, its name too.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        #: Folders whose own names are known to be on the disk. Another process may have made one a moment ago.
        self._settled: set[Path] = set()

    def put(self, data: bytes) -> str:
        """Store and return the SHA-256 hex. A blob that is already there is left alone, unless it is not whole."""
        digest = hashlib.sha256(data).hexdigest()
        target = self._place(digest)
        if target.exists() and target.stat().st_size == len(data):
            files.sync_folder(target.parent)  # whoever has just put it there may not have come to this yet
            return digest
        return self.put_parts((data,))[0]

    def put_parts(self, parts: Iterable[bytes]) -> tuple[str, int]:
        """Store what comes in parts, never all in memory; returns the SHA-256 hex and the size."""
        self._settle(self.root)
        handle, name = tempfile.mkstemp(dir=self.root, prefix=".part-")
        digest, size = hashlib.sha256(), 0
        try:
            with os.fdopen(handle, "wb") as file:
                for part in parts:
                    file.write(part)
                    digest.update(part)
                    size += len(part)
                file.flush()
                os.fchmod(file.fileno(), 0o640)  # a proxy of the same group may send it (LMS_ACCEL)
                os.fsync(file.fileno())
            target = self._place(digest.hexdigest())
            self._settle(target.parent)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        files.sync_folder(target.parent)
        return digest.hexdigest(), size

    def has(self, digest: str) -> bool:
        return self._place(digest).exists()

    def open(self, digest: str) -> BinaryIO:
        """Raises FileNotFoundError when the blob is not there."""
        return self._place(digest).open("rb")

    def path(self, digest: str) -> Path | None:
        place = self._place(digest)
        return place if place.exists() else None

    def discard(self, digest: str) -> None:
        """For what was kept for a while only, such as a list of people; never for what a record refers to."""
        self._place(digest).unlink(missing_ok=True)

    def _settle(self, folder: Path) -> None:
        files.make_folder(folder)
        if folder not in self._settled:
            files.sync_folder(folder.parent)
            self._settled.add(folder)

    def _place(self, digest: str) -> Path:
        return self.root / named(digest)[:2] / digest
