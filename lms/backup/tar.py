"""A tar as a stream, in which only plain files stand: names are never used as paths, and no header asks for memory."""

import hashlib
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from lms.backup.errors import Damaged

BLOCK = 512
PART = 1024 * 1024
PLAIN = (tarfile.REGTYPE, tarfile.AREGTYPE)
CUT = "The backup is not whole: it was cut off or changed. Use another copy."


def parts_of(file: BinaryIO, size: int | None = None) -> Iterator[bytes]:
    """What a file holds from here on, or its next `size` bytes, never much of it in memory."""
    left = size
    while left is None or left:
        part = file.read(PART if left is None else min(PART, left))
        if not part:
            return
        if left is not None:
            left -= len(part)
        yield part


@dataclass(frozen=True, slots=True)
class Written:
    """`exact`: as many bytes as were announced. Too many were left out, and zeros stand for what lacked."""

    sha256: str
    exact: bool


class Writer:
    def __init__(self, file: BinaryIO, moment: int) -> None:
        self._file = file
        self._moment = moment

    def add(self, name: str, size: int, parts: Iterable[bytes]) -> Written:
        """The header comes first, so the size must be known. Returns the hash of what came, not of what stands."""
        head = tarfile.TarInfo(name)
        head.size, head.mode, head.mtime = size, 0o600, self._moment
        self._file.write(head.tobuf(tarfile.GNU_FORMAT))
        digest, left, exact = hashlib.sha256(), size, True
        for part in parts:
            digest.update(part)
            exact = exact and len(part) <= left
            self._file.write(part[:left])
            left -= min(left, len(part))
        exact = exact and not left
        self._zeros(left + -size % BLOCK)
        return Written(digest.hexdigest(), exact)

    def end(self) -> None:
        self._zeros(2 * BLOCK)

    def _zeros(self, count: int) -> None:
        while count:
            step = min(count, PART)
            self._file.write(bytes(step))
            count -= step


@dataclass(frozen=True, slots=True)
class Member:
    name: str
    size: int
    parts: Iterator[bytes]


def members(file: BinaryIO) -> Iterator[Member]:
    """In order; each must be read to its end before the next. Raises Damaged for what no backup of ours holds."""
    while True:
        block = file.read(BLOCK)
        if block == bytes(BLOCK):
            if file.read(BLOCK) != bytes(BLOCK) or file.read(1):
                raise Damaged(CUT)
            return
        head = _head(block)
        yield Member(head.name, head.size, _body(file, head.size))


def _head(block: bytes) -> tarfile.TarInfo:
    if len(block) < BLOCK:
        raise Damaged(CUT)
    try:
        head = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
    except (tarfile.HeaderError, UnicodeError):
        raise Damaged("The file is damaged, or it is no backup that lms backup has made.") from None
    if head.type not in PLAIN or head.size < 0:
        raise Damaged("The file is no backup that lms backup has made: it holds something other than plain files.")
    return head


def _body(file: BinaryIO, size: int) -> Iterator[bytes]:
    left = size
    for part in parts_of(file, size):
        left -= len(part)
        yield part
    padding = bytes(-size % BLOCK)
    if left or file.read(len(padding)) != padding:
        raise Damaged(CUT)
