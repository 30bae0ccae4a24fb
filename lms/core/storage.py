"""Files stored once, under the SHA-256 of their content."""

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, Protocol


class Storage(Protocol):
    """Where blobs live. A blob never changes: the same hash is the same bytes."""

    def put(self, data: bytes) -> str: ...

    def put_parts(self, parts: Iterable[bytes]) -> tuple[str, int]: ...

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
        return self.put_parts((data,))[0]

    def put_parts(self, parts: Iterable[bytes]) -> tuple[str, int]:
        """Store what comes in parts, never all in memory; returns the SHA-256 hex and the size."""
        self.root.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.root, prefix=".part-")
        digest, size = hashlib.sha256(), 0
        try:
            with os.fdopen(handle, "wb") as file:
                for part in parts:
                    file.write(part)
                    digest.update(part)
                    size += len(part)
                file.flush()
                os.fsync(file.fileno())
            target = self._place(digest.hexdigest())
            target.parent.mkdir(exist_ok=True)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return digest.hexdigest(), size

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
