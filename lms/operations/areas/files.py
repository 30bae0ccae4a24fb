"""Are the files of courses there, and what they were?"""

import hashlib
from collections.abc import Iterator

from lms.catalogue import blobs
from lms.core import ready
from lms.core.errors import SettingError
from lms.operations.findings import Finding
from lms.operations.subject import Subject

PART = 1_000_000
#: So many of a kind are named; more say nothing new.
MOST = 10


def store(subject: Subject) -> Iterator[Finding]:
    try:
        ready.is_writable(subject.storage)
        if (try_out := getattr(subject.storage, "try_out", None)) is not None:
            try_out()
    except (OSError, SettingError) as error:
        yield Finding("storage-refused", (getattr(error, "strerror", None) or str(error)).rstrip("."))


def whole(subject: Subject) -> Iterator[Finding]:
    """Every file by name and size; with `deep` every byte is read."""
    named: dict[str, int] = {}
    with subject.db.reading() as session:
        for digest, size in blobs.named(session):
            code = _wrong(subject, digest, size)
            if code:
                named[code] = named.get(code, 0) + 1
                if named[code] <= MOST:
                    yield Finding(code, digest)
    for code, number in named.items():
        if number > MOST:
            yield Finding(code, f"and {number - MOST} more")


def _wrong(subject: Subject, digest: str, size: int | None) -> str | None:
    if not subject.deep:
        return _looks_wrong(subject, digest, size)
    try:
        with subject.storage.open(digest) as file:
            found, length = hashlib.sha256(), 0
            while part := file.read(PART):
                found.update(part)
                length += len(part)
    except FileNotFoundError:
        return "blob-missing"
    if size is not None and length != size:
        return "blob-size"
    return None if found.hexdigest() == digest else "blob-altered"


def _looks_wrong(subject: Subject, digest: str, size: int | None) -> str | None:
    """By name and size; an object store is asked for the name alone, because it would send the whole file."""
    if getattr(subject.storage, "root", None) is None:
        return None if subject.storage.has(digest) else "blob-missing"
    path = subject.storage.path(digest)
    if path is None:
        return "blob-missing"
    return None if size in (None, path.stat().st_size) else "blob-size"
