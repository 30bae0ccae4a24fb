"""One YAML file (or front matter, or body of a directive) and what is told about it."""

from dataclasses import dataclass

from lms.engines.content.model import Folder
from lms.engines.source.encoding import decode
from lms.engines.source.problem import Origin, Position, Problems
from lms.engines.source.yaml import MOST_BYTES, Document, Path, read


@dataclass(frozen=True)
class Sheet:
    """`path` is the full one, as problems name it."""

    path: str
    document: Document
    problems: Problems

    def error(self, where: Path, message: str) -> None:
        self.problems.error(self.path, self.document.at(where), message)

    def warning(self, where: Path, message: str) -> None:
        self.problems.warning(self.path, self.document.at(where), message)

    def key_error(self, where: Path, message: str) -> None:
        self.problems.error(self.path, self.document.key_at(where), message)

    def key_warning(self, where: Path, message: str) -> None:
        self.problems.warning(self.path, self.document.key_at(where), message)

    def origin(self, where: Path) -> Origin:
        return self.document.origin(where)


def open_sheet(folder: Folder, name: str, problems: Problems) -> Sheet | None:
    """None when the file is not there, not text or not YAML; the last two are collected, the first is the caller's."""
    if name not in folder.files:
        return None
    path = folder.full(name)
    text = decode(folder.files[name], path, problems, most=MOST_BYTES)
    return None if text is None else parse_sheet(text, path, problems)


def parse_sheet(text: str, path: str, problems: Problems, origin: Origin | None = None) -> Sheet | None:
    document = read(text, path, problems, origin)
    return None if document is None else Sheet(path, document, problems)


START = Position()
