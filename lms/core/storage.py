"""Files stored once, under the SHA-256 of their content."""

import hashlib
import os
import tempfile
from pathlib import Path
from typing import BinaryIO, Protocol


class Storage(Protocol):
    """Where blobs live. A blob never changes: the same hash is the same bytes."""

    def put(self, data: bytes) -> str: ...

    def open(self, digest: str) -> BinaryIO: ...

    def path(self, digest: str) -> Path | None: ...

    def discard(self, digest: str) -> None: ...


class DiskStorage:
    """Blobs in a folder, spread over 256 subfolders, written whole and synced before they have their name."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, data: bytes) -> str:
        """Store and return the SHA-256 hex. A blob that is already there is left alone."""
        digest = hashlib.sha256(data).hexdigest()
        target = self._place(digest)
        if target.exists():
            return digest
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".part-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return digest

    def open(self, digest: str) -> BinaryIO:
        """Raises FileNotFoundError when the blob is not there."""
        return self._place(digest).open("rb")

    def path(self, digest: str) -> Path | None:
        place = self._place(digest)
        return place if place.exists() else None

    def discard(self, digest: str) -> None:
        """For what was kept for a while only, such as a list of people; never for what a record refers to."""
        self._place(digest).unlink(missing_ok=True)

    def _place(self, digest: str) -> Path:
        if len(digest) != 64 or not all(c in "0123456789abcdef" for c in digest):
            raise ValueError("a blob is named by 64 hexadecimal digits")
        return self.root / digest[:2] / digest
