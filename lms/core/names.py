"""Names of files that come from outside: what a path inside a course folder may look like."""

import re
import unicodedata

LONGEST_PATH = 300
LONGEST_PART = 150
DEEPEST = 12
#: Of a path in a package, whose names we do not choose.
LONGEST_MEMBER = 1_000
DRIVE = re.compile(r"[A-Za-z]:")
#: Left behind by systems and editors; never part of a course.
CLUTTER = frozenset({"__macosx", "thumbs.db", "desktop.ini", "ehthumbs.db"})


class BadName(ValueError):
    """The name is refused; the text completes the sentence 'the name …:'."""


def checked(path: str) -> str:
    """The path in NFC (Macs write NFD). Raises BadName for what leads out of the folder or is no name everywhere."""
    path = inside(path)
    parts = path.split("/")
    if not path.isprintable():
        raise BadName("it holds an invisible character")
    if any(char in path for char in ':\\*?"<>|'):
        raise BadName('it holds one of : \\ * ? " < > |')
    if len(path) > LONGEST_PATH or any(len(part) > LONGEST_PART for part in parts):
        raise BadName(f"it is longer than {LONGEST_PART} characters, or its path than {LONGEST_PATH}")
    if len(parts) > DEEPEST:
        raise BadName(f"it lies more than {DEEPEST} folders deep")
    return path


def inside(path: str) -> str:
    """The path in NFC of a file that another program named: only what leads out of the folder is refused, and what no
    database stores. Raises BadName."""
    if len(path) > 4 * LONGEST_MEMBER:  # normalising takes time that grows with the square of the length
        raise BadName(f"it is longer than {LONGEST_MEMBER:,} characters")
    path = unicodedata.normalize("NFC", path)
    parts = path.split("/")
    if path.startswith("/") or DRIVE.match(path):
        raise BadName("it begins with a slash or a drive")
    if any(part == ".." for part in parts):
        raise BadName("it leads out of the folder")
    if any(part in ("", ".") for part in parts):
        raise BadName("a part of it is empty")
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in path):
        raise BadName("it holds an invisible character")
    if len(path) > LONGEST_MEMBER:
        raise BadName(f"it is longer than {LONGEST_MEMBER:,} characters")
    return path


def is_clutter(path: str) -> bool:
    """Dot files, and what operating systems leave in folders."""
    return any(part.startswith((".", "~$")) or part.casefold() in CLUTTER for part in path.split("/"))
