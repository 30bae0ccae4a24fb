"""Every package that is shipped reads without a remark, is light, is valid HTML and reaches for nothing outside."""

import re
from collections import Counter
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import html5lib
import pytest

from lms.engines.scorm.manifest.package import Read
from lms.engines.scorm.manifest.read import MANIFEST, read_package
from tests.authored.conftest import ROOT

FOLDERS = {path.parent.name: path.parent for path in sorted((ROOT / "modules").glob(f"*/{MANIFEST}"))}
FILES = [(name, path) for name, folder in FOLDERS.items() for path in sorted(folder.rglob("*")) if path.is_file()]
PAGES = [(name, path) for name, path in FILES if path.suffix == ".html"]
MOST_BYTES = 60_000
ADDRESS = re.compile(r"""(?:src|href|url\(|fetch\(|import)\s*[=(]?\s*["']?(?:https?:)?//""", re.IGNORECASE)


@cache
def _read(name: str) -> Read:
    folder = FOLDERS[name]
    names = [path.relative_to(folder).as_posix() for owner, path in FILES if owner == name]
    return read_package(names, lambda inner: (folder / inner).read_bytes())


def _ids(files: list[tuple[str, Path]]) -> list[str]:
    return [path.relative_to(ROOT / "modules").as_posix() for _, path in files]


def test_one_of_each_standard_is_shipped() -> None:
    standards = {read.package.standard for name in FOLDERS if (read := _read(name)).package}
    assert standards == {"scorm-1.2", "scorm-2004-4"}


@pytest.mark.parametrize("name", FOLDERS)
def test_nothing_is_wrong(name: str) -> None:
    assert [str(problem) for problem in _read(name).problems] == []


@pytest.mark.parametrize("name", FOLDERS)
def test_it_says_its_title_language_and_time(name: str) -> None:
    package = _read(name).package
    assert package
    told = package.metadata
    assert (bool(told.title), told.language, bool(told.typical_learning_time)) == (True, "en", True)


@pytest.mark.parametrize("name", FOLDERS)
def test_it_is_light(name: str) -> None:
    assert sum(path.stat().st_size for owner, path in FILES if owner == name) < MOST_BYTES


@pytest.mark.parametrize("name", FOLDERS)
def test_the_manifest_lists_just_the_files(name: str) -> None:
    package, folder = _read(name).package, FOLDERS[name]
    assert package
    listed = {file for resource in package.resources for file in resource.files}
    there = {path.relative_to(folder).as_posix() for owner, path in FILES if owner == name} - {MANIFEST}
    assert listed == there


@pytest.mark.parametrize(("name", "path"), PAGES, ids=_ids(PAGES))
def test_the_page_is_valid(name: str, path: Path) -> None:
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    page = parser.parse(path.read_text("utf-8"))
    assert parser.errors == []
    ids = Counter(element.get("id") for element in page.iter() if element.get("id"))
    assert [one for one, count in ids.items() if count > 1] == []
    assert page.get("lang") == "en"
    assert len(list(page.iter("h1"))) == 1
    assert [image.get("src") for image in page.iter("img") if not image.get("alt")] == []


@pytest.mark.parametrize(("name", "path"), PAGES, ids=_ids(PAGES))
def test_every_question_has_its_right_answer(name: str, path: Path) -> None:
    page = html5lib.parse(path.read_text("utf-8"), namespaceHTMLElements=False)
    wrong = [
        question.get("id")
        for question in page.iter("fieldset")
        if [one.get("value") for one in question.iter("input")].count(question.get("data-right")) != 1
        or {one.get("name") for one in question.iter("input")} != {question.get("id")}
    ]
    assert wrong == []


@pytest.mark.parametrize(("name", "path"), FILES, ids=_ids(FILES))
def test_it_reaches_for_nothing_outside(name: str, path: Path) -> None:
    assert ADDRESS.findall(path.read_text("utf-8")) == []


@pytest.mark.parametrize(("name", "path"), [one for one in FILES if one[1].suffix == ".svg"])
def test_the_drawing_is_well_formed_and_has_a_title(name: str, path: Path) -> None:
    assert ElementTree.parse(path).getroot().findtext("{http://www.w3.org/2000/svg}title")


def test_what_packages_share_is_the_same_in_each() -> None:
    """A package stands alone, so it carries its copy; only how it speaks to the learning system differs."""
    by_name: dict[str, set[bytes]] = {}
    for _, path in FILES:
        if path.parent.name == "shared" and path.name != "record.js":
            by_name.setdefault(path.name, set()).add(path.read_bytes())
    assert [name for name, texts in by_name.items() if len(texts) > 1] == []
