"""Course folders packed as ZIP."""

import io
import zipfile
from collections.abc import Mapping

from tests.courses import ROOT


def tiny_files(**changed: bytes) -> dict[str, bytes]:
    """The tiny course and its bank; `course` and `questions` replace course.yaml and questions.yaml."""
    files = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in ROOT.rglob("*") if path.is_file()}
    names = {"course": "modules/tiny-course/course.yaml", "questions": "quizzes/tiny-bank/questions.yaml"}
    return files | {names[name]: data for name, data in changed.items()}


def course_file(old: str = "", new: str = "") -> bytes:
    text = (ROOT / "modules/tiny-course/course.yaml").read_text()
    assert old in text
    return text.replace(old, new).encode()


def packed(files: Mapping[str, bytes], inside: str = "") -> io.BytesIO:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(f"{inside}{name}", data)
    made.seek(0)
    return made
