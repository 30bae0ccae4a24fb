"""The course that docs/instructor.md shows, as folders for the engine."""

from lms.engines.content.load import load_course
from lms.engines.content.model import Folder, Loaded
from tests.docs.papers import examples

GUIDE = "docs/instructor.md"
#: Files that the page names and cannot show.
BINARY = ("assets/card.pdf", "assets/hands.mp4", "assets/hands-small.mp4", "assets/rule.mp3")


def folders(changes: dict[str, str] | None = None) -> tuple[Folder, dict[str, Folder]]:
    """The course and its banks; `changes` replaces files by title."""
    files = {title: text.encode() for title, text in (examples(GUIDE) | (changes or {})).items() if "/" in title}
    course = _inside(files, "modules/first-air-basics") | dict.fromkeys(BINARY, b"x")
    bank = _inside(files, "quizzes/first-air-questions")
    name = "first-air-questions"
    return Folder("modules/first-air-basics", course), {name: Folder(f"quizzes/{name}", bank)}


def _inside(files: dict[str, bytes], folder: str) -> dict[str, bytes]:
    return {path.removeprefix(f"{folder}/"): data for path, data in files.items() if path.startswith(f"{folder}/")}


def load(changes: dict[str, str] | None = None) -> Loaded:
    course, banks = folders(changes)
    return load_course(course, banks, lambda path, digest: f"/files/{digest}/{path}")
