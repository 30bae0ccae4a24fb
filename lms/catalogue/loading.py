"""The engine, told where this application serves files and lessons."""

from collections.abc import Mapping
from urllib.parse import quote

from lms.engines.content.load import load_course
from lms.engines.content.model import Folder, Loaded


def served_at(path: str, digest: str) -> str:
    """The address of a file of any version: by hash, so it may be kept for ever; the name is for people."""
    return f"/files/{digest}/{quote(path.rpartition('/')[2])}"


def load(course: Folder, banks: Mapping[str, Folder]) -> Loaded:
    """The course as it is published. Pages of lessons are siblings, so links between them need no address."""
    return load_course(course, banks, served_at)
