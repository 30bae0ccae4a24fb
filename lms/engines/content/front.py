"""A lesson's file: front matter between two lines of ---, then Markdown."""

from dataclasses import dataclass

from lms.engines.content.model import Folder
from lms.engines.content.sheet import Sheet, parse_sheet
from lms.engines.source.encoding import decode
from lms.engines.source.markdown import MOST_TEXT
from lms.engines.source.problem import Origin, Position, Problems

FENCE = "---"


@dataclass(frozen=True)
class LessonFile:
    path: str  # the full one
    front: Sheet
    body: str
    origin: Origin


def open_lesson(folder: Folder, name: str, problems: Problems) -> LessonFile | None:
    """None when the front matter cannot be read (collected)."""
    path = folder.full(name)
    text = decode(folder.files[name], path, problems, most=MOST_TEXT)
    if text is None:
        return None
    lines = text.split("\n")
    if lines[0].rstrip() != FENCE:
        problems.error(path, Position(), "the front matter is missing: begin with ---, title: …, minutes: …, ---")
        return None
    end = next((index for index, line in enumerate(lines[1:], 1) if line.rstrip() == FENCE), None)
    if end is None:
        problems.error(path, Position(), "the front matter is never closed; add a line --- after its last key")
        return None
    front = parse_sheet("\n".join(lines[1:end]), path, problems, Origin(Position(2, 1), 1))
    if front is None:
        return None
    return LessonFile(path, front, "\n".join(lines[end + 1 :]), Origin(Position(end + 2, 1), 1))
