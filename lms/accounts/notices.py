"""The privacy notice: dated files in several languages; the newest that has begun to hold is the one to accept."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt

FOLDER = Path(__file__).resolve().parents[1] / "privacy"


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice in one language. `version` is its date; `hash` is of the file, so that what was read can be shown."""

    version: str
    locale: str
    hash: str
    html: str


@cache
def all_notices(folder: Path = FOLDER) -> dict[str, dict[str, Notice]]:
    """Version → language → notice, from files named `<date>.<language>.md`."""
    found: dict[str, dict[str, Notice]] = {}
    for path in sorted(folder.glob("*.*.md")):
        version, locale, _ = path.name.rsplit(".", 2)
        data = path.read_bytes()
        html = MarkdownIt("commonmark", {"html": False}).render(data.decode())
        found.setdefault(version, {})[locale] = Notice(version, locale, hashlib.sha256(data).hexdigest(), html)
    return found


def latest(locale: str) -> Notice:
    """The newest notice, in this language or in English."""
    notices = all_notices()
    texts = notices[max(notices)]
    return texts.get(locale) or texts["en"]
