"""Blobs in an S3-compatible store, with a read cache on this machine that cannot be stale: a name is a hash."""

import hashlib
import io
import os
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import parse_qsl, urlsplit

import obstore
from obstore import exceptions
from obstore.store import S3Store

from lms.core.blobcache import BlobCache
from lms.core.errors import SettingError
from lms.core.storage import StoreAway, named

#: Read at a time: a reply of this size arrives well before the store's patience ends.
PIECE = 8_000_000
TIMEOUT, CONNECT = timedelta(seconds=30), timedelta(seconds=3)
RETRIES = 2
#: After a failure nobody waits for the store for so long, in seconds: threads that wait save no records.
REST = 5.0
#: How long a request waits for a slot, in seconds.
TURN = 2.0
#: How files begin that browsers play; a store tells them by their type.
KINDS = ((4, b"ftyp", "video/mp4"), (0, b"\x1aE\xdf\xa3", "video/webm"), (0, b"OggS", "audio/ogg"))
KINDS += ((0, b"ID3", "audio/mpeg"), (0, b"\xff\xfb", "audio/mpeg"), (8, b"WAVE", "audio/wav"))


@dataclass(frozen=True, slots=True)
class Place:
    """What LMS_BLOBS_URL says."""

    bucket: str
    prefix: str
    endpoint: str
    region: str

    @classmethod
    def of(cls, url: str) -> "Place":
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query))
        return cls(parts.netloc, parts.path.strip("/"), options.get("endpoint", ""), options.get("region", "us-east-1"))

    def connect(self) -> S3Store:
        """Keys are taken from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, else from the machine's own role."""
        config: dict[str, Any] = {"region": self.region}
        if self.endpoint:
            config["endpoint"] = self.endpoint
        for name in ("access_key_id", "secret_access_key", "session_token"):
            if value := os.environ.get(f"AWS_{name.upper()}"):
                config[name] = value
        return S3Store(
            self.bucket,
            prefix=self.prefix or None,
            config=config,  # type: ignore[arg-type]
            client_options={
                "allow_http": self.endpoint.startswith("http://"),
                "timeout": TIMEOUT,
                "connect_timeout": CONNECT,
            },
            retry_config={"max_retries": RETRIES, "retry_timeout": TIMEOUT},
        )


class ObjectStorage:
    """`slots`: how many threads of this process may wait for the store at once; the others go on saving records.

    A store that does not answer is a StoreAway, which is tried again later, never a blob that is missing.
    """

    def __init__(self, url: str, cache: BlobCache, slots: int = 4) -> None:
        self.place = Place.of(url)
        self.cache = cache
        self._slots = threading.BoundedSemaphore(slots)
        self._resting_until = 0.0
        self._made: tuple[int, S3Store] | None = None

    @property
    def _store(self) -> S3Store:
        """Made by the process that uses it: its threads do not outlive a fork."""
        if self._made is None or self._made[0] != os.getpid():
            self._made = (os.getpid(), self.place.connect())
        return self._made[1]

    def put(self, data: bytes) -> str:
        """Store and return the SHA-256 hex. What is there already is not sent again."""
        return self.put_parts((data,))[0]

    def put_parts(self, parts: Iterable[bytes]) -> tuple[str, int]:
        """Store what comes in parts, never all in memory: first whole on this machine, then whole in the store,
        where it has no name before it is complete."""
        with tempfile.NamedTemporaryFile(dir=self.cache.ready(), prefix=".part-") as file:
            digest, size = hashlib.sha256(), 0
            for part in parts:
                file.write(part)
                digest.update(part)
                size += len(part)
            file.flush()
            name = digest.hexdigest()
            if self.size(name) != size:
                self._send(name, Path(file.name))
            self.cache.keep(Path(file.name), name, size)
        return name, size

    def _send(self, digest: str, path: Path) -> None:
        with path.open("rb") as file:
            kind = kind_of(file.read(12))
        with self._asking():
            obstore.put(self._store, key(digest), path, attributes={"Content-Type": kind}, max_concurrency=2)

    def has(self, digest: str) -> bool:
        return self.size(digest) is not None

    def size(self, digest: str) -> int | None:
        try:
            with self._asking():
                return obstore.head(self._store, key(digest))["size"]
        except FileNotFoundError:
            return None

    def open(self, digest: str) -> BinaryIO:
        """Raises FileNotFoundError when the blob is not there, StoreAway when nobody can say. May be sought in."""
        kept = self.path(digest)
        if kept is not None:
            try:
                return kept.open("rb")
            except FileNotFoundError:
                pass  # cleared away this moment
        return self.open_there(digest)

    def open_there(self, digest: str) -> BinaryIO:
        """As `open`, past the cache."""
        size = self.size(digest)
        if size is None:
            raise FileNotFoundError(digest)
        return io.BufferedReader(_Remote(self, digest, size), PIECE)

    def path(self, digest: str) -> Path | None:
        """Where it lies on this machine, fetched when it must be; None when it is not there, or too large to keep."""
        kept = self.cache.find(named(digest))
        if kept is not None:
            return kept
        size = self.size(digest)
        if size is None or not self.cache.takes(size):
            return None
        try:
            return self.cache.fill(digest, self._pieces(digest, size), size)
        except FileNotFoundError:
            return None

    def _pieces(self, digest: str, size: int) -> Iterator[bytes]:
        for start in range(0, size, PIECE):
            yield self.piece(digest, start, min(PIECE, size - start))

    def piece(self, digest: str, start: int, length: int) -> bytes:
        with self._asking():
            return bytes(obstore.get_range(self._store, key(digest), start=start, length=length))

    def discard(self, digest: str) -> None:
        """For what was kept for a while only, such as a list of people; never for what a record refers to."""
        self.cache.forget(named(digest))
        with self._asking():
            obstore.delete(self._store, key(digest))

    def link(self, digest: str, seconds: int) -> str:
        """An address in the store from which anybody can read the blob for so long."""
        return obstore.sign(self._store, "GET", key(digest), timedelta(seconds=seconds))

    @property
    def origin(self) -> str:
        """Where links lead."""
        return self.place.endpoint or f"https://s3.{self.place.region}.amazonaws.com"

    def try_out(self) -> None:
        """Raises SettingError when the store refuses us, StoreAway when it does not answer."""
        where = f"the bucket {self.place.bucket} of LMS_BLOBS_URL"
        try:
            obstore.put(self._store, "tried", b"Cleanroom may write here.\n")
            obstore.get(self._store, "tried").bytes()
        except (exceptions.UnauthenticatedError, exceptions.PermissionDeniedError):
            raise SettingError(
                f"The object store refuses our key for {where}. Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
                "and that this key may read, write and delete there."
            ) from None
        except (exceptions.NotFoundError, FileNotFoundError):
            raise SettingError(
                f"There is no {where.removeprefix('the ')}. Make the bucket, or correct its name."
            ) from None
        except exceptions.BaseError as error:
            if _is_refusal(error):
                raise SettingError(
                    f"The object store refuses our key for {where}. Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
                ) from None
            raise StoreAway(_short(error)) from None

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """One question to the store, by few at a time, and by nobody while it has just failed."""
        if time.monotonic() < self._resting_until:
            raise StoreAway("the object store did not answer a moment ago")
        if not self._slots.acquire(timeout=TURN):
            raise StoreAway("too many wait for the object store")
        try:
            yield
        except (exceptions.NotFoundError, FileNotFoundError) as error:
            if "NoSuchBucket" in str(error):
                self._resting_until = time.monotonic() + REST
                raise StoreAway("the bucket is gone") from None
            raise FileNotFoundError(_short(error)) from None
        except exceptions.BaseError as error:
            self._resting_until = time.monotonic() + REST
            raise StoreAway(_short(error)) from None
        finally:
            self._slots.release()


class _Remote(io.RawIOBase):
    """A blob that stays in the store: read piece by piece."""

    def __init__(self, storage: ObjectStorage, digest: str, size: int) -> None:
        self._storage, self._digest, self._size, self._at = storage, digest, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = max(0, offset + (0, self._at, self._size)[whence])
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        wanted = min(len(buffer), self._size - self._at)
        if wanted <= 0:
            return 0
        data = self._storage.piece(self._digest, self._at, wanted)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def key(digest: str) -> str:
    """Spread as on a disk, so that both can be copied by any tool."""
    return f"{named(digest)[:2]}/{digest}"


def kind_of(head: bytes) -> str:
    """A store sends no other headers than it was given with the file."""
    return next((kind for at, mark, kind in KINDS if head[at:].startswith(mark)), "application/octet-stream")


def _is_refusal(error: Exception) -> bool:
    return any(word in str(error) for word in ("InvalidAccessKeyId", "SignatureDoesNotMatch", "AccessDenied", "403"))


def _short(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
