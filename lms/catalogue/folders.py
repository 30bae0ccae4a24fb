"""Authored folders, on disk or in an upload, as values for the engine: which are courses, banks, or packages."""

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lms.core.names import BadName, checked, is_clutter
from lms.engines.content.model import Folder
from lms.engines.scorm.manifest.read import MANIFEST
from lms.engines.source.problem import Position, Problem, Problems

COURSE, BANK = "course.yaml", "bank.yaml"
MOST_FILES = 5_000
MOST_BYTES = 300_000_000
MOST_FILE_BYTES = 200_000_000
#: How deep in an upload a course may lie: `repository/modules/<course>`, with one folder around it.
DEEPEST = 4
ID = re.compile(rb"""^id:[ \t]*["']?([a-z0-9][a-z0-9-]{0,59})["']?[ \t\r]*(?:#.*)?$""", re.MULTILINE)


@dataclass
class Found:
    """Folders by id, and what was wrong with the files as files. `courses` and `banks` hold what could be read.

    `packages` are only found: they may be far larger than anything that is written by hand.
    """

    courses: dict[str, Folder] = field(default_factory=dict)
    banks: dict[str, Folder] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    packages: dict[str, Path] = field(default_factory=dict)

    def add(self, other: "Found") -> None:
        """A second folder of the same name is a problem, not a silent winner."""
        for mine, theirs, word in ((self.courses, other.courses, "course"), (self.banks, other.banks, "bank")):
            for name, folder in theirs.items():
                if name in mine and mine[name].path != folder.path:
                    message = f'there is another {word} "{name}" in {mine[name].path}; rename one of them'
                    self.problems.append(Problem(folder.path, 1, 1, "error", message))
                mine.setdefault(name, folder)
        self.problems += other.problems
        self._add_packages(other)

    def _add_packages(self, other: "Found") -> None:
        """Packages are courses too, and share their names."""
        for name, path in other.packages.items():
            first = self.courses[name].path if name in self.courses else self.packages.get(name, path)
            if first != path:
                message = f'there is another course "{name}" in {first}; rename one of them'
                self.problems.append(Problem(str(path), 1, 1, "error", message))
            else:
                self.packages[name] = path


def search(roots: Iterable[Path], shown_from: Path | None = None) -> Found:
    """Courses and packages in `modules/`, banks in `quizzes/`. Paths in problems are relative to `shown_from`."""
    found = Found()
    for root in roots:
        packages = {one.name: one for one in _folders(root / "modules") if is_package_folder(one)}
        courses, problems = _read_all(root / "modules", shown_from, packages)
        banks, more = _read_all(root / "quizzes", shown_from)
        found.add(Found(courses, banks, [*problems, *more], packages))
    return found


def is_package_folder(path: Path) -> bool:
    """A package that lies among authored courses: it holds a manifest, and nobody wrote a course there."""
    return holds_manifest(path) and not (path / COURSE).is_file()


def holds_manifest(path: Path) -> bool:
    return any(one.name.lower() == MANIFEST for one in path.iterdir())


def search_banks(roots: Iterable[Path]) -> dict[str, Folder]:
    """The banks of the roots alone; of two with one name the first. Courses, which may be big, are not read."""
    found: dict[str, Folder] = {}
    for root in roots:
        found = _read_all(root / "quizzes", None)[0] | found
    return found


def _read_all(
    home: Path, shown_from: Path | None, without: Collection[str] = ()
) -> tuple[dict[str, Folder], list[Problem]]:
    read = {folder.name: read_folder(folder, shown_from) for folder in _folders(home) if folder.name not in without}
    problems = [problem for _, told in read.values() for problem in told]
    return {name: folder for name, (folder, _) in read.items()}, problems


def _folders(path: Path) -> list[Path]:
    if not path.is_dir():
        return []
    return sorted(one for one in path.iterdir() if one.is_dir() and not is_clutter(one.name))


def shown(path: Path, shown_from: Path | None) -> str:
    """The path as a problem names it: short where that is possible, nothing for the folder one stands in."""
    path, here = path.absolute(), (shown_from or Path.cwd()).absolute()
    if path == here:
        return ""
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else path.as_posix()


def read_folder(path: Path, shown_from: Path | None = None) -> tuple[Folder, list[Problem]]:
    """All files of a folder. Links are refused: what they lead to is neither versioned nor safe to show."""
    name, problems = shown(path, shown_from), Problems()
    files: dict[str, bytes] = {}
    size = 0
    for file in _walk(path):
        inner = file.relative_to(path).as_posix()
        if is_clutter(inner):
            continue
        if len(files) >= MOST_FILES or size > MOST_BYTES:
            problems.error(
                name, Position(), f"more than {MOST_FILES:,} files or {MOST_BYTES // 1_000_000} MB; make it smaller"
            )
            break
        data = _read(file, f"{name}/{inner}", problems)
        if data is not None:
            size += len(data)
            files[_checked(inner, f"{name}/{inner}", problems)] = data
    return Folder(name, files), list(problems.sorted())


def _walk(path: Path) -> Iterator[Path]:
    for folder, inner, names in os.walk(path, followlinks=False):
        inner[:] = sorted(name for name in inner if not is_clutter(name))
        links = [name for name in inner if (Path(folder) / name).is_symlink()]
        yield from (Path(folder) / name for name in sorted([*names, *links]))


def _read(file: Path, name: str, problems: Problems) -> bytes | None:
    if file.is_symlink():
        problems.error(name, Position(), "a link; put the file itself here")
    elif not file.is_file():
        problems.error(name, Position(), "neither a file nor a folder; take it away")
    elif file.stat().st_size > MOST_FILE_BYTES:
        problems.error(name, Position(), f"the file is larger than {MOST_FILE_BYTES // 1_000_000} MB; make it smaller")
    else:
        try:
            return file.read_bytes()
        except OSError as error:
            problems.error(name, Position(), f"the file cannot be read ({error.strerror}); check its rights")
    return None


def _checked(inner: str, name: str, problems: Problems) -> str:
    try:
        return checked(inner)
    except BadName as error:
        problems.error(name, Position(), f"the file's name is not good everywhere: {error}; rename it")
        return inner


def arrange(files: Mapping[str, bytes]) -> Found:
    """The courses and banks of an upload: each folder that holds course.yaml or bank.yaml, wherever it lies."""
    roots = {
        path.rpartition("/")[0]: path.rpartition("/")[2]
        for path in files
        if path.rpartition("/")[2] in (COURSE, BANK) and path.count("/") <= DEEPEST
    }
    inner: dict[str, dict[str, bytes]] = {root: {} for root in roots}
    for path, data in files.items():
        root = _nearest(path, roots)
        if root is not None:
            inner[root][path.removeprefix(f"{root}/") if root else path] = data
    found = Found()
    for root, kind in sorted(roots.items()):
        target, home = (found.courses, "modules") if kind == COURSE else (found.banks, "quizzes")
        name = _name(root, inner[root][kind], home)
        if name in target:
            message = f'"{name}" is in the upload twice; leave one of them out'
            found.problems.append(Problem(f"{root}/{kind}", 1, 1, "error", message))
        target.setdefault(name, Folder(f"{home}/{name}", inner[root]))
    return found


def _nearest(path: str, roots: Mapping[str, str]) -> str | None:
    folder = path.rpartition("/")[0]
    while folder not in roots:
        if not folder:
            return None
        folder = folder.rpartition("/")[0]
    return folder


def _name(root: str, data: bytes, home: str) -> str:
    """In `modules/` and `quizzes/` a folder's name counts; elsewhere it is chance, such as `course-main (2)`."""
    parent, _, name = root.rpartition("/")
    if parent.rpartition("/")[2] == home:
        return name
    found = ID.search(data)
    return found.group(1).decode() if found else (name or "course")
