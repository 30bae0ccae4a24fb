"""A version of a package as a ZIP again, entry by entry as it came: the same names, the same bytes."""

import hashlib
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, BinaryIO

from lms.catalogue import media_types
from lms.core.errors import Damaged
from lms.core.storage import Storage

Json = dict[str, Any]
CHUNK = 1 << 20
#: Packed already; to try again costs time and wins nothing.
PACKED = ("video/", "audio/", "image/jpeg", "image/png", "image/gif", "image/webp", "font/woff", "application/zip")
ZIP64 = 1 << 31


def exported(storage: Storage, facts: Json, files: Mapping[str, Any], made_at: datetime) -> Callable[[BinaryIO], None]:
    """Writes the ZIP into a file. `files` are rows with a hash and a size, by path; times are those of the version."""
    return partial(_export, storage, facts["entries"], files, made_at)


def _export(storage: Storage, entries: Json, files: Mapping[str, Any], made_at: datetime, target: BinaryIO) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, marked in entries["folders"]:
            archive.writestr(_entry(name, marked, made_at), b"")
        for path, row in files.items():
            entry = _entry(*entries["written"].get(path, (path, True)), made_at)
            packed = media_types.of_package(path).startswith(PACKED)
            entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            with storage.open(row.hash) as source, archive.open(entry, "w", force_zip64=row.size >= ZIP64) as part:
                found = hashlib.sha256()
                while data := source.read(CHUNK):
                    found.update(data)
                    part.write(data)
            if found.hexdigest() != row.hash:
                raise Damaged(f"The file {row.hash} is damaged; lms doctor --deep lists all that are.")


def _entry(name: str, marked: bool, made_at: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("x", made_at.timetuple()[:6]) if marked else _Unmarked("x", made_at.timetuple()[:6])
    entry.filename = name  # as it is: the constructor would change it
    entry.external_attr = 0o755 << 16 if name.endswith("/") else 0o644 << 16
    return entry


class _Unmarked(zipfile.ZipInfo):
    """An entry whose name is not marked as UTF-8: its bytes are those that the name has in CP437, as ZIP has it."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("cp437"), self.flag_bits & ~0x800
