"""The table of docs/packages.md: one row a package, from the importer itself."""

from pathlib import Path

from lms.catalogue import packages
from lms.catalogue.packages import Checked

PAPER = Path(__file__).resolve().parents[2] / "docs" / "packages.md"
HEAD = "| Package | Standard | Activities | Result | Why, by line |\n|---|---|---|---|---|\n"
#: Problems that a row tells; the rest is counted.
MOST = 5


def table(paths: list[Path]) -> str:
    return HEAD + "".join(map(row, paths))


def row(path: Path) -> str:
    found = packages.check(path)
    result = f"| {_result(found)} | {_why(found, path.name)} |\n"
    if found.package is None:
        return f"| `{path.stem}` | – | – {result}"
    leaves = sum(1 for one in found.package.organization.root.walk() if one.resource)
    return f"| `{path.stem}` | {found.package.standard} | {leaves} {result}"


def _result(found: Checked) -> str:
    if found.package is None:
        return "refused"
    return "accepted, with warnings" if found.problems else "accepted"


def _why(found: Checked, name: str) -> str:
    """Errors first; warnings say how it came to them."""
    told = sorted(found.problems, key=lambda one: one.severity)
    words = [
        f"{one.path.rpartition(f'{name}/')[2]}:{one.line} {one.message}".replace("|", "\\|").replace("<", "&lt;")
        for one in told[:MOST]
    ]
    more = [f"and {len(told) - MOST} more"] if len(told) > MOST else []
    return "<br>".join([*words, *more])


def in_paper() -> str:
    text = PAPER.read_text(encoding="utf-8")
    return text[text.index(HEAD) :]
