"""Content packages (SCORM, IMS) as other tools export them, in a ZIP or a folder: checked where they lie."""

import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from lms.catalogue import folders
from lms.core.archive import BadArchive, Limits, members
from lms.core.names import inside
from lms.engines.scorm.manifest.names import fold
from lms.engines.scorm.manifest.package import Read
from lms.engines.scorm.manifest.read import MANIFEST, read_package
from lms.engines.source.problem import Position, Problem, Problems

LIMITS = Limits(files=20_000, bytes=8_000_000_000, file_bytes=4_000_000_000, ratio=200)
#: Of a manifest or a metadata file; the engine says what is wrong with a larger one.
MOST_XML_BYTES = 20_000_001


def is_package(path: Path) -> bool:
    """A file can only be a package; a folder is one if a manifest lies in it."""
    return path.is_file() or any(one.name.lower() == MANIFEST for one in path.iterdir())


def check(path: Path) -> Read:
    """The package at `path`, and all that is wrong with it; every byte of a ZIP is read once.

    Problems name their place as `path/inner path:line`.
    """
    shown = folders.shown(path, None)
    problems = Problems()
    contents = _Folder(path, problems) if path.is_dir() else _Zip(path, problems)
    _refuse_clashes(contents.names, problems)
    found = Read(None, ()) if problems.has_errors else read_package(contents.names, contents.read)
    problems.extend(found.problems)
    told = (replace(one, path="/".join(part for part in (shown, one.path) if part)) for one in problems.sorted())
    return Read(found.package, tuple(told))


def _refuse_clashes(names: Iterable[str], problems: Problems) -> None:
    """A browser asks for the one, a disk that knows no case gives the other."""
    alike: dict[str, list[str]] = defaultdict(list)
    for name in names:
        alike[fold(name)].append(name)
    for group in alike.values():
        if len(group) > 1:
            message = f'there is another file that differs in case or accents only, "{group[0]}"; rename one of them'
            problems.error(group[1], Position(), message)


@dataclass
class _Folder:
    path: Path
    problems: Problems

    def __post_init__(self) -> None:
        self.names = sorted(one.relative_to(self.path).as_posix() for one in self._files())

    def _files(self) -> Iterator[Path]:
        for one in self.path.rglob("*"):
            if one.is_symlink():
                name = one.relative_to(self.path).as_posix()
                self.problems.error(name, Position(), "a link; put the file itself here")
            elif one.is_file():
                yield one

    def read(self, name: str) -> bytes | None:
        with (self.path / name).open("rb") as file:
            return file.read(MOST_XML_BYTES)


@dataclass
class _Zip:
    path: Path
    problems: Problems

    def __post_init__(self) -> None:
        self.names: list[str] = []
        try:
            with self.path.open("rb") as source:
                self._entries = self._tried(source)
        except BadArchive as error:
            self.problems.extend([Problem("", 1, 1, "error", error.message)])
        else:
            self.names = sorted(self._entries)

    def _tried(self, source: BinaryIO) -> dict[str, zipfile.ZipInfo]:
        """What is damaged, too large or badly named is told before anything is done with the rest."""
        entries = {}
        for member in members(source, LIMITS, inside):
            entries[member.path] = member.entry
            for _part in member.parts:
                pass
        return entries

    def read(self, name: str) -> bytes | None:
        with zipfile.ZipFile(self.path) as archive, archive.open(self._entries[name]) as file:
            return file.read(MOST_XML_BYTES)
