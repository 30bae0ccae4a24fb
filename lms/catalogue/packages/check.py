"""A package where it lies: what it is, and all that is wrong with it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from lms.catalogue import folders
from lms.catalogue.packages.contents import LIMITS, Contents, contents
from lms.core.archive import Limits
from lms.engines.scorm.manifest.names import fold
from lms.engines.scorm.manifest.package import Package
from lms.engines.scorm.manifest.read import read_package
from lms.engines.source.problem import Position, Problem, Problems


@dataclass(frozen=True, slots=True)
class Checked:
    """`package` is None when one of the problems is an error. `contents` give the files once more, to store them."""

    package: Package | None
    problems: tuple[Problem, ...]
    contents: Contents


def is_package(path: Path) -> bool:
    """A file can only be a package; a folder is one if a manifest lies in it."""
    return path.is_file() or folders.holds_manifest(path)


def check(path: Path, limits: Limits = LIMITS, shown_from: Path | None = None) -> Checked:
    """The package at `path`; every byte of a ZIP is read once.

    Problems name their place as `path/inner path:line`.
    """
    shown = folders.shown(path, shown_from)
    problems = Problems()
    held = contents(path, limits, problems)
    _refuse_clashes(held.names, problems)
    package = None
    if not problems.has_errors:
        found = read_package(held.names, held.read)
        package = found.package
        problems.extend(found.problems)
    told = (replace(one, path="/".join(part for part in (shown, one.path) if part)) for one in problems.sorted())
    return Checked(package, tuple(told), held)


def _refuse_clashes(names: Iterable[str], problems: Problems) -> None:
    """A browser asks for the one, a disk that knows no case gives the other."""
    alike: dict[str, list[str]] = defaultdict(list)
    for name in names:
        alike[fold(name)].append(name)
    for group in alike.values():
        if len(group) > 1:
            message = f'there is another file that differs in case or accents only, "{group[0]}"; rename one of them'
            problems.error(group[1], Position(), message)
