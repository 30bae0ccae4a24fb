"""What is wrong with an authored file, where, and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in one file; lines and columns count from 1, as editors show them."""

    path: str
    line: int
    column: int
    severity: Severity
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.severity}: {self.message}"


@dataclass(frozen=True, order=True)
class Position:
    """A place in a file, counted from 1."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True)
class Origin:
    """Where a text stands in its file, so that a place in the text can be told as a place in the file.

    `rest` is the column at which every line after the first begins; None means that the text was folded or escaped,
    so that only its beginning is known.
    """

    first: Position = Position()
    rest: int | None = 1

    def at(self, line: int = 1, column: int = 1) -> Position:
        if self.rest is None:
            return self.first
        if line <= 1:
            return Position(self.first.line, self.first.column + column - 1)
        return Position(self.first.line + line - 1, self.rest + column - 1)

    def inner(self, line: int, indent: int = 0) -> "Origin":
        """Of the text that begins on a line of this one, all its lines indented alike."""
        if self.rest is None:
            return self
        return Origin(self.at(line, indent + 1), self.rest + indent)


class Problems:
    """Collects the problems of many files; a mistake never stops the search for the next one."""

    def __init__(self) -> None:
        self._found: set[Problem] = set()

    def error(self, path: str, at: Position, message: str) -> None:
        self._found.add(Problem(path, at.line, at.column, "error", message))

    def warning(self, path: str, at: Position, message: str) -> None:
        self._found.add(Problem(path, at.line, at.column, "warning", message))

    def extend(self, problems: Iterable[Problem]) -> None:
        self._found.update(problems)

    def extend_as_warnings(self, problems: Iterable[Problem]) -> None:
        """For files that are read but not used, such as a translation of an older original."""
        self._found.update(replace(problem, severity="warning") for problem in problems)

    def sorted(self) -> tuple[Problem, ...]:
        return tuple(sorted(self._found))

    @property
    def has_errors(self) -> bool:
        return any(problem.severity == "error" for problem in self._found)
