"""A package that was uploaded, looked at as a whole: slow, so it comes before any transaction."""

from dataclasses import dataclass, replace
from pathlib import Path

from lms.catalogue import packages
from lms.catalogue.packages import Checked, Options, Ready
from lms.core.archive import Limits
from lms.core.errors import Invalid
from lms.core.storage import Storage
from lms.engines.source.problem import Problem


@dataclass(frozen=True, slots=True)
class Judged:
    """`ready` is None when one of the problems is an error."""

    problems: list[Problem]
    ready: Ready | None


def judge(path: Path, name: str, options: Options, limits: Limits) -> Judged:
    """What the package at `path` is and would be; nothing is stored. Problems of the ZIP itself stand under `name`."""
    checked = packages.check(path, limits, shown_from=path)
    ready = packages.describe(checked, options) if checked.package else None
    return Judged(_named(checked, name), ready)


def unpack(path: Path, name: str, options: Options, limits: Limits, storage: Storage) -> Judged:
    """The same with its files stored: what is to be published."""
    checked = packages.check(path, limits, shown_from=path)
    problems = _named(checked, name)
    if checked.package is None:
        return Judged(problems, None)
    try:
        return Judged(problems, packages.prepare(storage, checked, options))
    except Invalid as error:  # its bytes have changed under our hands
        return Judged([*problems, Problem(name, 1, 1, "error", error.message)], None)


def _named(checked: Checked, name: str) -> list[Problem]:
    return [replace(one, path=one.path or name) for one in checked.problems]
