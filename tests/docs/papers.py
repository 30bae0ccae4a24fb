"""What the papers hold: marked examples, links, words in code marks."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAPERS = [ROOT / "README.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCED = re.compile(r"^(?P<fence>`{3,})(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=fence)$", re.DOTALL | re.MULTILINE)
TITLED = re.compile(r'title="(?P<title>[^"]+)"')
IN_CODE = re.compile(r"`+ ?([^`\n]+?) ?`+")
LINK = re.compile(r"!?\[[^\]]*\]\((?P<link>[^)\s]+)\)|<img src=\"(?P<image>[^\"]+)\"")


def paper(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def examples(name: str) -> dict[str, str]:
    """Blocks that carry a title, by it."""
    found = {}
    for block in FENCED.finditer(paper(name)):
        if title := TITLED.search(block["info"]):
            found[title["title"]] = block["body"]
    return found


def words_in_code(name: str) -> set[str]:
    """What stands between code marks in the running text and in tables."""
    return set(IN_CODE.findall(FENCED.sub("", paper(name))))


def links(name: str) -> list[str]:
    return [found["link"] or found["image"] for found in LINK.finditer(_without_code(paper(name)))]


def headings(name: str) -> set[str]:
    """Anchors as code hosts make them of headings."""
    titles = re.findall(r"^#{1,6} (.+)$", FENCED.sub("", paper(name)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def _without_code(text: str) -> str:
    return re.sub(r"`[^`\n]*`", "", FENCED.sub("", text))
