"""Blobs of an object store that were used lately, on this machine's own disk. Deleting any of it loses nothing."""

import errno
import hashlib
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from lms.core.storage import StoreAway

#: What was used so recently is not cleared away: a proxy may be about to send it.
RECENT = 600.0
#: Part of the limit that one blob may take.
LARGEST = 4


class BlobCache:
    """At most `limit` bytes, shared by all processes of the machine, apart from what was used in the last minutes."""

    def __init__(self, folder: Path, limit: int) -> None:
        self.folder, self.limit = folder, limit
        self._added = limit  # unknown: looked at with the first
        self._lock = threading.Lock()

    def ready(self) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder

    def takes(self, size: int) -> bool:
        return size <= self.limit // LARGEST

    def find(self, digest: str) -> Path | None:
        place = self._place(digest)
        try:
            os.utime(place)
        except FileNotFoundError:
            return None
        return place

    def fill(self, digest: str, parts: Iterable[bytes], size: int) -> Path | None:
        """Keep what comes in parts, if it is what its name says. None when there is no room for it."""
        try:
            with tempfile.NamedTemporaryFile(dir=self.ready(), prefix=".part-") as file:
                found = hashlib.sha256()
                for part in parts:
                    file.write(part)
                    found.update(part)
                file.flush()
                if found.hexdigest() != digest:
                    raise StoreAway(f"the object store holds {digest} damaged")
                return self.keep(Path(file.name), digest, size)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                return None
            raise

    def keep(self, part: Path, digest: str, size: int) -> Path | None:
        """Give a whole file in our folder its second name; the first one may go."""
        if not self.takes(size):
            return None
        place = self._place(digest)
        try:
            place.parent.mkdir(exist_ok=True)
            with suppress(FileExistsError):
                os.link(part, place)
                place.chmod(0o640)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                return None
            raise
        self._make_room(size)
        return place

    def forget(self, digest: str) -> None:
        self._place(digest).unlink(missing_ok=True)

    def clear(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _place(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest

    def _make_room(self, size: int) -> None:
        """Now and then: each look at all of it costs a while."""
        with self._lock:
            self._added += size
            if self._added < self.limit // 20:
                return
            self._added = 0
        found = []
        for path in self.folder.glob("??/*"):
            with suppress(FileNotFoundError):
                facts = path.stat()
                found.append((facts.st_mtime, facts.st_size, path))
        over = sum(size for _used, size, _path in found) - self.limit * 9 // 10
        now = time.time()
        for used, size, path in sorted(found):
            if over <= 0 or now - used < RECENT:
                break
            path.unlink(missing_ok=True)
            over -= size
