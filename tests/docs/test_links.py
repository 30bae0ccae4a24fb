"""Links in the papers lead somewhere."""

from pathlib import Path

import pytest

from tests.docs.papers import PAPERS, ROOT, headings, links

NAMES = [path.relative_to(ROOT).as_posix() for path in PAPERS]
MOST_IMAGE_BYTES = 150_000


@pytest.mark.parametrize("name", NAMES)
def test_every_link_leads_to_a_file_and_a_heading(name: str) -> None:
    assert [target for target in links(name) if not _leads(name, target)] == []


def _leads(name: str, target: str) -> bool:
    if target.startswith(("https://", "mailto:")):
        return True
    path, _, anchor = target.partition("#")
    place = (ROOT / name).parent / path if path else ROOT / name
    if not place.exists():
        return False
    return not anchor or anchor in headings(place.resolve().relative_to(ROOT).as_posix())


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "images").glob("*.png")), ids=lambda path: path.name)
def test_pictures_are_light(path: Path) -> None:
    assert path.stat().st_size < MOST_IMAGE_BYTES


def test_every_picture_is_used() -> None:
    used = {target.rpartition("/")[2] for name in NAMES for target in links(name)}
    assert {path.name for path in (ROOT / "docs" / "images").iterdir()} <= used
