"""A ZIP from outside as {path: bytes}, or one sentence that says why not. Nothing is ever written under its names."""

import stat
import unicodedata
import zipfile
import zlib
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


def read_zip(source: BinaryIO, limits: Limits | None = None) -> dict[str, bytes]:
    """All files by path, with `/` between NFC parts; clutter of operating systems is left out.

    Raises BadArchive.
    """
    limits = limits or Limits()
    try:
        with zipfile.ZipFile(source) as archive:
            return _read_all(archive, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        raise BadArchive("This is not a ZIP file, or it is damaged. Pack the folder again.") from None


def _read_all(archive: zipfile.ZipFile, limits: Limits) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > limits.files:
        raise BadArchive(
            f"The ZIP holds {len(entries):,} entries, more than {limits.files:,}. Leave out what is not course."
        )
    files: dict[str, bytes] = {}
    room = limits.bytes
    packed = 0
    for entry in entries:
        path = _path(entry)
        _refuse_special(entry, path)
        if entry.is_dir() or path.endswith("/") or is_clutter(path):
            continue
        if path in files:
            raise BadArchive(f'The ZIP holds "{path}" twice. Pack the folder again.')
        files[path] = _read(archive, entry, path, limits, room)
        room -= len(files[path])
        packed += entry.compress_size
        _refuse_bomb(limits.bytes - room, packed, limits, "The ZIP")
    return files


def _path(entry: zipfile.ZipInfo) -> str:
    """Some programs for Windows write backslashes: they are read as what they mean, and judged as such."""
    if "\0" in entry.orig_filename:
        raise BadArchive("A name in the ZIP holds an invisible character. Pack the folder again.")
    name = decoded_name(entry).replace("\\", "/")
    try:
        return checked(name.rstrip("/")) + "/" * name.endswith("/")
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


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: str, limits: Limits, room: int) -> bytes:
    """What the entry says of its size is not believed: bytes are counted as they come."""
    parts: list[bytes] = []
    size = 0
    with archive.open(entry) as file:
        while part := file.read(CHUNK):
            size += len(part)
            parts.append(part)
            if size > limits.file_bytes:
                raise BadArchive(f'"{path}" is larger than {_mb(limits.file_bytes)}. Make it smaller.')
            if size > room:
                raise BadArchive(f"The ZIP unpacks to more than {_mb(limits.bytes)}. Make its files smaller.")
            _refuse_bomb(size, entry.compress_size, limits, f'"{path}"')
    return b"".join(parts)


def _refuse_bomb(size: int, packed: int, limits: Limits, what: str) -> None:
    if size > limits.free_bytes and size > limits.ratio * max(packed, 1):
        raise BadArchive(f"{what} unpacks to more than {limits.ratio} times its size. It is refused as a ZIP bomb.")


def _shown(name: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in name)[:80]


def _mb(size: int) -> str:
    return f"{size // 1_000_000:,} MB"
