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


def manifest(title: str = "Gowning", identifier: str = "gowning-1") -> bytes:
    """Of a SCORM 1.2 package with one page."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="{identifier}" version="1.2" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
  <metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
  <organizations default="org"><organization identifier="org"><title>{title}</title>
    <item identifier="item-1" identifierref="page"><title>Hands</title></item>
  </organization></organizations>
  <resources><resource identifier="page" type="webcontent" adlcp:scormtype="sco" href="index.html">
    <file href="index.html"/></resource></resources>
</manifest>""".encode()


def package_files(page: bytes = b"<p>Wash your hands.</p>", **kwargs: str) -> dict[str, bytes]:
    return {"imsmanifest.xml": manifest(**kwargs), "index.html": page}
