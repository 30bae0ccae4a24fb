"""A package becomes a version: what is kept of it, what another state of it changes, and what is refused."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalogue import queries, service
from lms.catalogue.models import CourseVersion
from lms.catalogue.packages.naming import chosen, slug
from lms.core.actor import Actor
from lms.core.errors import Conflict, Invalid, NotAllowed
from lms.core.storage import DiskStorage
from tests.courses import publish_tiny
from tests.packages import KEY, PUBLISHED_AT, files, manifest, publish_package, ready

ALICE = Actor(1, "Alice", frozenset({"trainee"}))
BOB = Actor(2, "Bob", frozenset({"instructor"}))


@pytest.fixture
def storage(tmp_path: Path) -> DiskStorage:
    return DiskStorage(tmp_path / "blobs")


def test_every_file_is_stored_and_listed(session: Session, storage: DiskStorage, tmp_path: Path) -> None:
    made = publish_package(session, storage, tmp_path)
    found = queries.files(session, made.version_id)
    kept = {}
    for path, row in found.items():
        with storage.open(row.hash) as file:
            kept[path] = file.read()
    assert kept == files()
    assert {path: row.media_type for path, row in found.items()} == {
        "imsmanifest.xml": "text/xml",
        "wash.html": "text/html",
        "pages/dry.html": "text/html",
        "film.mp4": "video/mp4",
    }


@pytest.mark.parametrize(
    ("standard", "order", "rule"),
    [
        ("1.2", ["sco-1", "sco-2"], {"completed": "all"}),
        ("ims", ["sco-1", "sco-2"], {"completed": "all"}),
        ("2004", ["package", "sco-1", "sco-2"], {"completed": ["package"]}),
    ],
)
def test_its_activities_are_those_that_can_be_launched(
    session: Session, storage: DiskStorage, tmp_path: Path, standard: str, order: list[str], rule: dict[str, Any]
) -> None:
    outline = queries.outline(session, publish_package(session, storage, tmp_path, files(standard)).version_id)
    assert (outline.order, outline.completion, outline.packaged) == (order, rule, True)
    assert [outline.activity_title(key, "ko") for key in order[-2:]] == ["Wash", "Dry"]
    assert outline.activity("sco-2")["href"] == "pages/dry.html"
    assert (outline.activity("sco-2")["bytes"], outline.activity("sco-2")["media_bytes"]) == (39, 3_000)


def test_the_tree_is_what_the_manifest_said(session: Session, storage: DiskStorage, tmp_path: Path) -> None:
    contents = files("2004")
    made = publish_package(session, storage, tmp_path, contents)
    found = queries.package(session, made.version_id)
    assert found and found.standard == "scorm-2004-4"
    assert found.organization == ready(storage, tmp_path, contents).package.organization
    assert found.key_of == {"o": "package", "wash": "sco-1", "dry": "sco-2"}
    assert found.tree.root.identifier == "o"


def test_nothing_is_read_twice(session: Session, storage: DiskStorage, tmp_path: Path) -> None:
    number = publish_package(session, storage, tmp_path).version_id
    assert queries.files(session, number) is queries.files(session, number)
    assert queries.package(session, number) is queries.package(session, number)


def test_an_authored_course_is_no_package(session: Session, storage: DiskStorage) -> None:
    made = publish_tiny(session, storage)
    assert queries.package(session, made.version_id) is None
    assert not queries.outline(session, made.version_id).packaged


def test_the_same_content_is_never_a_second_version(session: Session, storage: DiskStorage, tmp_path: Path) -> None:
    first = publish_package(session, storage, tmp_path)
    again = publish_package(session, storage, tmp_path)
    assert (again.created, again.version_id) == (False, first.version_id)
    assert list(session.scalars(select(CourseVersion.number))) == [1]


def test_how_pages_without_a_script_count_makes_another_version(
    session: Session, storage: DiskStorage, tmp_path: Path
) -> None:
    publish_package(session, storage, tmp_path)
    marked = ready(storage, tmp_path, unscripted="marked")
    made = service.publish_package(session, BOB, marked, KEY, PUBLISHED_AT)
    assert (made.number, made.level) == (2, "major")
    assert queries.outline(session, made.version_id).activity("sco-1")["unscripted"] == "marked"


def told(changes: list[Any]) -> list[tuple[str, ...]]:
    return [(one["kind"], one["where"], one["what"], one["old"], one["new"], one["level"]) for one in changes]


def test_another_state_says_what_it_changes(session: Session, storage: DiskStorage, tmp_path: Path) -> None:
    publish_package(session, storage, tmp_path)
    more = '<item identifier="glove" identifierref="r1"><title>Glove</title></item>'
    changed = files() | {"imsmanifest.xml": manifest(second="Dry well", extra=more), "new.html": b"<p>New"}
    del changed["film.mp4"]
    made = publish_package(session, storage, tmp_path, changed)
    assert (made.number, made.level) == (2, "major")
    found = told(made.changes)
    assert ("structure", "package", "activities", "", "Glove", "major") in found
    assert ("wording", "activity dry", "title", "Dry", "Dry well", "editorial") in found
    assert ("asset", "file film.mp4", "content", "film.mp4", "", "minor") in found
    assert ("asset", "file new.html", "content", "", "new.html", "minor") in found
    assert sum(one[1] == "file imsmanifest.xml" for one in found) == 1 and len(found) == 5


def test_another_edition_is_told(session: Session, storage: DiskStorage, tmp_path: Path) -> None:
    publish_package(session, storage, tmp_path)
    made = publish_package(session, storage, tmp_path, files("2004"))
    assert ("structure", "package", "standard", "scorm-1.2", "scorm-2004-4", "major") in told(made.changes)


def test_changed_rules_are_told(session: Session, storage: DiskStorage, tmp_path: Path) -> None:
    publish_package(session, storage, tmp_path, files("2004"))
    contents = files("2004")
    contents["imsmanifest.xml"] = contents["imsmanifest.xml"].replace(b'flow="true"', b'flow="false"')
    made = publish_package(session, storage, tmp_path, contents)
    rules = [one for one in told(made.changes) if one[2] == "rules"]
    assert [(one[0], one[1], one[5]) for one in rules] == [("threshold", "activity o", "major")]


def test_many_changed_files_are_counted(session: Session, storage: DiskStorage, tmp_path: Path) -> None:
    publish_package(session, storage, tmp_path)
    made = publish_package(session, storage, tmp_path, files() | {f"more/{number}.txt": b"-" for number in range(150)})
    assert len(made.changes) == 101
    assert made.changes[-1]["what"] == "added besides these" and made.changes[-1]["new"] == "50"


def test_a_written_course_never_becomes_a_package(session: Session, storage: DiskStorage, tmp_path: Path) -> None:
    publish_tiny(session, storage)
    with pytest.raises(Conflict, match="another ID"):
        publish_package(session, storage, tmp_path, key="tiny-course")


def test_a_package_never_becomes_a_written_course(session: Session, storage: DiskStorage, tmp_path: Path) -> None:
    publish_package(session, storage, tmp_path, key="tiny-course")
    with pytest.raises(Conflict, match="another ID"):
        publish_tiny(session, storage)


def test_it_requires_permission(session: Session, storage: DiskStorage, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        service.publish_package(session, ALICE, ready(storage, tmp_path), KEY, PUBLISHED_AT)


@pytest.mark.parametrize("key", ["", "Hands", "a b", "-a", "x" * 61, "손-위생"])
def test_a_course_is_called_as_all_courses_are(
    session: Session, storage: DiskStorage, tmp_path: Path, key: str
) -> None:
    with pytest.raises(Invalid, match="cannot name a course"):
        service.publish_package(session, BOB, ready(storage, tmp_path), key, PUBLISHED_AT)


def test_without_an_id_a_package_finds_its_course_again(session: Session, storage: DiskStorage, tmp_path: Path) -> None:
    package = ready(storage, tmp_path).package
    assert chosen(session, package, None) == KEY
    publish_package(session, storage, tmp_path)
    assert chosen(session, package, None) == KEY
    stranger = ready(storage, tmp_path, files("2004")).package
    assert chosen(session, stranger, None) == f"{KEY}-2"


@pytest.mark.parametrize(
    ("title", "expected"),
    [("Hand hygiene", "hand-hygiene"), ("Été à l'usine", "ete-a-l-usine"), ("손 위생", ""), ("— 4 —", "4")],
)
def test_titles_as_ids(title: str, expected: str) -> None:
    assert slug(title) == expected


def test_thousands_of_files(session: Session, storage: DiskStorage, tmp_path: Path) -> None:
    """More rows than a statement takes values."""
    many = {f"data/{number}.txt": str(number).encode() for number in range(3_000)}
    made = publish_package(session, storage, tmp_path, files() | many)
    assert len(queries.files(session, made.version_id)) == 3_004
