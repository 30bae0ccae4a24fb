"""A ZIP from outside, file by file, or one sentence that says why not. Nothing is ever written under its names."""

import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from lms.core.errors import Invalid
from lms.core.names import BadName, checked, is_clutter

UTF8_FLAG = 0x800
ENCRYPTED_FLAG = 0x1
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
KINDS = (0, stat.S_IFREG, stat.S_IFDIR)
CHUNK = 64 * 1024
HANGUL = ("\uac00", "\ud7a3")


class BadArchive(Invalid):
    """The archive cannot be taken; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Limits:
    """`ratio` is unpacked to packed, of each file and of all; the first `free_bytes` of each are not judged."""

    files: int = 5_000
    bytes: int = 300_000_000
    file_bytes: int = 200_000_000
    ratio: int = 100
    free_bytes: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Member:
    """One file. `path` is how we name it, `entry` what the archive says of it; `parts` is read before the next."""

    path: str
    entry: zipfile.ZipInfo
    parts: Iterator[bytes]


def read_zip(source: BinaryIO, limits: Limits | None = None) -> dict[str, bytes]:
    """All files of an authored folder by path; clutter of operating systems is left out. Raises BadArchive."""
    return {one.path: b"".join(one.parts) for one in members(source, limits or Limits()) if not is_clutter(one.path)}


def members(source: BinaryIO, limits: Limits, rule: Callable[[str], str] = checked) -> Iterator[Member]:
    """The files one after the other, never all in memory. `rule` returns the path as it is kept, or raises BadName.

    Raises BadArchive, also while parts are read.
    """
    with _damage_told(), zipfile.ZipFile(source) as archive:
        yield from _members(archive, limits, rule)


@contextmanager
def _damage_told() -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        raise BadArchive("This is not a ZIP file, or it is damaged. Pack the folder again.") from None


def _members(archive: zipfile.ZipFile, limits: Limits, rule: Callable[[str], str]) -> Iterator[Member]:
    entries = archive.infolist()
    if len(entries) > limits.files:
        raise BadArchive(
            f"The ZIP holds {len(entries):,} entries, more than {limits.files:,}. Leave out what is not course."
        )
    seen: set[str] = set()
    count = _Count(limits)
    for entry in entries:
        path = _path(entry, rule)
        _refuse_special(entry, path)
        if entry.is_dir() or path.endswith("/"):
            continue
        if path in seen:
            raise BadArchive(f'The ZIP holds "{path}" twice. Pack the folder again.')
        seen.add(path)
        yield Member(path, entry, count.parts(archive, entry, path))


def _path(entry: zipfile.ZipInfo, rule: Callable[[str], str]) -> str:
    """Some programs for Windows write backslashes: they are read as what they mean, and judged as such."""
    if "\0" in entry.orig_filename:
        raise BadArchive("A name in the ZIP holds an invisible character. Pack the folder again.")
    name = decoded_name(entry).replace("\\", "/")
    try:
        return rule(name.rstrip("/")) + "/" * name.endswith("/")
    except BadName as error:
        raise BadArchive(
            f'The ZIP holds the name "{_shown(name)}": {error}. Pack the folder itself, and nothing around it.'
        ) from None


def decoded_name(entry: zipfile.ZipInfo) -> str:
    """Without the flag for UTF-8 a name may be in UTF-8 (Mac), in Korean (Windows) or in CP437 (the norm)."""
    name = entry.orig_filename
    if entry.flag_bits & UTF8_FLAG or name.isascii():
        return name
    raw = name.encode("cp437")
    for encoding, plausible in (("utf-8", str.isprintable), ("cp949", _is_korean), ("cp437", _is_latin)):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if plausible(text):
            return text
    raise BadArchive(
        f'The name "{_shown(name)}" in the ZIP is in an unknown encoding. Use Latin letters, or pack with UTF-8 names.'
    )


def _is_korean(text: str) -> bool:
    return all(char.isascii() or HANGUL[0] <= char <= HANGUL[1] for char in text)


def _is_latin(text: str) -> bool:
    return all(char.isascii() or (char.isalpha() and unicodedata.name(char, "").startswith("LATIN")) for char in text)


def _refuse_special(entry: zipfile.ZipInfo, path: str) -> None:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind == stat.S_IFLNK:
        raise BadArchive(f'"{path}" in the ZIP is a link. Put the file itself there.')
    if kind not in KINDS:
        raise BadArchive(f'"{path}" in the ZIP is neither a file nor a folder. Leave it out.')
    if entry.flag_bits & ENCRYPTED_FLAG:
        raise BadArchive("The ZIP has a password. Pack it without one.")
    if entry.compress_type not in METHODS:
        raise BadArchive(f'"{path}" is packed by a method that is not taken here. Pack an ordinary ZIP (deflate).')


class _Count:
    """What the entries say of their sizes is not believed: bytes are counted as they come."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.size = 0
        self.packed = 0

    def parts(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: str) -> Iterator[bytes]:
        size = 0
        self.packed += entry.compress_size
        with _damage_told(), archive.open(entry) as file:
            while part := file.read(CHUNK):
                size += len(part)
                self.size += len(part)
                if size > self.limits.file_bytes:
                    raise BadArchive(f'"{path}" is larger than {_mb(self.limits.file_bytes)}. Make it smaller.')
                if self.size > self.limits.bytes:
                    raise BadArchive(f"The ZIP unpacks to more than {_mb(self.limits.bytes)}. Make its files smaller.")
                _refuse_bomb(size, entry.compress_size, self.limits, f'"{path}"')
                yield part
        _refuse_bomb(self.size, self.packed, self.limits, "The ZIP")


def _refuse_bomb(size: int, packed: int, limits: Limits, what: str) -> None:
    if size > limits.free_bytes and size > limits.ratio * max(packed, 1):
        raise BadArchive(f"{what} unpacks to more than {limits.ratio} times its size. It is refused as a ZIP bomb.")


def _shown(name: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in name)[:80]


def _mb(size: int) -> str:
    return f"{size // 1_000_000:,} MB"
