"""The files of a package where they lie, in a ZIP or a folder: their names, and their bytes one after the other."""

import hashlib
import os
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

from lms.core.archive import CHUNK, UTF8_FLAG, BadArchive, Limits, members
from lms.core.config import limits_of_packages
from lms.core.names import CLUTTER, BadName, inside
from lms.engines.source.problem import Position, Problem, Problems

LIMITS = limits_of_packages(files=20_000, megabytes=8_000, ratio=200)
#: Of a manifest or a metadata file; the engine says what is wrong with a larger one.
MOST_XML_BYTES = 20_000_001
#: What lies in folders and no tool exports. A ZIP is kept as it is, entry by entry.
LEFT_OUT = CLUTTER | {".ds_store", ".git"}


@dataclass(frozen=True, slots=True)
class Item:
    """One file under the path by which we know it; `parts` is read before the next item is asked for."""

    path: str
    parts: Iterator[bytes]


class Contents(Protocol):
    """`names` are the paths of all files, sorted; `written` and `folders` say what a ZIP called its entries: by path
    where that differs, as [name, whether it is marked as UTF-8]; and the entries that are no files."""

    names: list[str]
    written: dict[str, list[object]]
    folders: list[list[object]]

    def read(self, name: str) -> bytes | None:
        """The bytes of a small file."""

    def hashes(self) -> dict[str, tuple[str, int]]:
        """SHA-256 and size of each file, by path. Raises BadArchive."""

    def items(self, wanted: Collection[str]) -> Iterator[Item]:
        """These files. Raises BadArchive."""


def contents(path: Path, limits: Limits, problems: Problems) -> Contents:
    """What lies at `path`; every byte of a ZIP is read once, and what is wrong with it is told."""
    return Folder(path, limits, problems) if path.is_dir() else Zip(path, limits, problems)


@dataclass
class Folder:
    path: Path
    limits: Limits
    problems: Problems
    written: dict[str, list[object]] = field(default_factory=dict)
    folders: list[list[object]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._files: dict[str, Path] = {}
        self._hashes: dict[str, tuple[str, int]] = {}
        size = 0
        for one in self._walk():
            inner = one.relative_to(self.path).as_posix()
            if (name := self._name(one, inner)) is None:
                continue
            size += one.stat().st_size
            self._files[name] = one
            if len(self._files) > self.limits.files or size > self.limits.bytes:
                most = f"{self.limits.files:,} files or {self.limits.bytes // 1_000_000:,} MB"
                self.problems.error("", Position(), f"more than {most}; make it smaller")
                break
        self.names = sorted(self._files)

    def _walk(self) -> Iterator[Path]:
        """Links to folders are told as links, never followed."""
        for folder, inner, names in os.walk(self.path, followlinks=False):
            inner[:] = sorted(name for name in inner if name.casefold() not in LEFT_OUT)
            links = [name for name in inner if (Path(folder) / name).is_symlink()]
            files = [name for name in names if name.casefold() not in LEFT_OUT]
            yield from (Path(folder) / name for name in sorted([*files, *links]))

    def _name(self, file: Path, inner: str) -> str | None:
        wrong = ""
        if file.is_symlink():
            wrong = "a link; put the file itself here"
        elif not file.is_file():
            wrong = "neither a file nor a folder; take it away"
        elif file.stat().st_size > self.limits.file_bytes:
            wrong = f"the file is larger than {self.limits.file_bytes // 1_000_000:,} MB; make it smaller"
        elif not os.access(file, os.R_OK):
            wrong = "the file cannot be read; check its rights"
        try:
            name = inside(inner)
        except BadName as error:
            name, wrong = inner.encode(errors="replace").decode(), f"the file's name cannot be kept: {error}; rename it"
        if not wrong and name in self._files:
            wrong = "there is another file of the same name in other Unicode; rename one of them"
        if wrong:
            self.problems.error(name, Position(), wrong)
        return None if wrong else name

    def read(self, name: str) -> bytes | None:
        with self._files[name].open("rb") as file:
            return file.read(MOST_XML_BYTES)

    def hashes(self) -> dict[str, tuple[str, int]]:
        if not self._hashes:
            self._hashes = {item.path: hashed(item.parts) for item in self.items(self.names)}
        return self._hashes

    def items(self, wanted: Collection[str]) -> Iterator[Item]:
        for name in self.names:
            if name not in wanted:
                continue
            try:
                with self._files[name].open("rb") as file:
                    yield Item(name, iter(lambda file=file: file.read(CHUNK), b""))  # type: ignore[misc]
            except OSError as error:
                raise BadArchive(f'"{name}" cannot be read ({error.strerror}). Check the folder.') from None


@dataclass
class Zip:
    path: Path
    limits: Limits
    problems: Problems
    written: dict[str, list[object]] = field(default_factory=dict)
    folders: list[list[object]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.names: list[str] = []
        self._entries: dict[str, zipfile.ZipInfo] = {}
        self._hashes: dict[str, tuple[str, int]] = {}
        try:
            with self.path.open("rb") as source:
                self._try(source)
        except BadArchive as error:
            self.problems.extend([Problem("", 1, 1, "error", error.message)])
        except OSError as error:
            self.problems.extend([Problem("", 1, 1, "error", f"the file cannot be read ({error.strerror})")])
        else:
            self.names = sorted(self._entries)

    def _try(self, source: BinaryIO) -> None:
        """What is damaged, too large or badly named is told before anything is done with the rest."""
        for member in members(source, self.limits, inside):
            entry = member.entry
            self._entries[member.path] = entry
            if (name := _written(entry)) != [member.path, True]:
                self.written[member.path] = name
            self._hashes[member.path] = hashed(member.parts)
        with zipfile.ZipFile(source) as archive:
            files = {one.header_offset for one in self._entries.values()}
            self.folders = [_written(one) for one in archive.infolist() if one.header_offset not in files]

    def read(self, name: str) -> bytes | None:
        with zipfile.ZipFile(self.path) as archive, archive.open(self._entries[name]) as file:
            return file.read(MOST_XML_BYTES)

    def hashes(self) -> dict[str, tuple[str, int]]:
        return self._hashes

    def items(self, wanted: Collection[str]) -> Iterator[Item]:
        with self.path.open("rb") as source:
            for member in members(source, self.limits, inside):
                if member.path in wanted:
                    yield Item(member.path, member.parts)


def hashed(parts: Iterator[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for part in parts:
        digest.update(part)
        size += len(part)
    return digest.hexdigest(), size


def _written(entry: zipfile.ZipInfo) -> list[object]:
    """The name as the archive has it, and whether it says that this is UTF-8, as which ASCII counts."""
    name = entry.orig_filename
    return [name, name.isascii() or bool(entry.flag_bits & UTF8_FLAG)]
