"""What a restore reads: a backup file, every part of which is checked before anything is touched."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lms.backup import manifest as told
from lms.backup import tar
from lms.backup.errors import Damaged, Refused
from lms.backup.manifest import BLOBS, END, HEAD, MOST_BYTES, POSTGRES, SQLITE, Head
from lms.backup.tar import Member

BLOB = re.compile(r"blobs/([0-9a-f]{2})/(\1[0-9a-f]{62})")


class Source(Protocol):
    """A backup, in whatever form it is kept."""

    @property
    def head(self) -> Head: ...

    #: Bytes that a restore needs on the disk of the database, and on that of the files.
    @property
    def room(self) -> tuple[int, int]: ...

    #: Files that were missing when it was made.
    @property
    def lost(self) -> frozenset[str]: ...

    def database(self, target: Path) -> None:
        """Write the database file, or the dump, to `target`."""
        ...

    def blobs(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """The files that it holds: hash, and the bytes in parts."""
        ...


@dataclass(frozen=True, slots=True)
class FileSource:
    """Made by `opened`, which has read the whole file and found every hash right."""

    path: Path
    backup: told.Backup

    @property
    def head(self) -> Head:
        return self.backup.head

    @property
    def room(self) -> tuple[int, int]:
        files = self.backup.manifest.blob_bytes if self.head.blobs else 0
        return self.backup.manifest.parts[self.head.database]["size"], files

    @property
    def lost(self) -> frozenset[str]:
        return frozenset(self.backup.manifest.lost)

    def database(self, target: Path) -> None:
        digest = hashlib.sha256()
        with _members(self.path) as members, target.open("xb") as file:
            for member in members:
                if member.name == self.head.database:
                    for part in member.parts:
                        digest.update(part)
                        file.write(part)
                    break
                _skip(member)
        if digest.hexdigest() != self.backup.manifest.parts[self.head.database]["sha256"]:
            raise Damaged(f"{self.path} was changed while it was read.")

    def blobs(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        with _members(self.path) as members:
            for member in members:
                if (found := BLOB.fullmatch(member.name)) and found[2] not in self.lost:
                    yield found[2], member.parts
                _skip(member)


def opened(path: Path) -> FileSource:
    """Reads the whole file once. Raises Damaged when it is cut off, changed, no backup, or too new."""
    with _members(path) as members:
        first = next(members, None)
        if first is None or first.name != HEAD:
            raise Damaged(told.FOREIGN)
        head = told.read_head(_small(first))
        found, end, last, right, wrong = {}, None, "", 0, set()
        for member in members:
            if end is not None:
                raise Damaged(told.FOREIGN)
            if member.name == END:
                end = told.read_manifest(_small(member))
            elif member.name in (SQLITE, POSTGRES, BLOBS) and member.name not in found:
                found[member.name] = {"size": member.size, "sha256": _hash(member)}
            elif (blob := BLOB.fullmatch(member.name)) and blob[2] > last:  # they are in order, so none comes twice
                last = blob[2]
                if _hash(member) == last:
                    right += 1
                else:
                    wrong.add(last)
            else:
                raise Damaged(told.FOREIGN)
    if end is None:
        raise Damaged(tar.CUT)
    lost = set(end.lost)
    expected = end.blobs - len(lost) if head.blobs else 0
    if found != end.parts or head.database not in found or right != expected or not wrong <= lost:
        raise Damaged("The backup is damaged: a part of it is not what was written. Use another copy.")
    return FileSource(path, told.Backup(head, end))


@contextmanager
def _members(path: Path) -> Iterator[Iterator[Member]]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from None
    with file:
        yield tar.members(file)


def _small(member: Member) -> bytes:
    if member.size > MOST_BYTES:
        raise Damaged(told.FOREIGN)
    return b"".join(member.parts)


def _hash(member: Member) -> str:
    digest = hashlib.sha256()
    for part in member.parts:
        digest.update(part)
    return digest.hexdigest()


def _skip(member: Member) -> None:
    for _part in member.parts:
        pass
