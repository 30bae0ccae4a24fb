"""A course that is a package, on every page that shows courses, and in its record."""

from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.catalogue import queries as catalogue
from lms.core.errors import Invalid
from lms.core.storage import DiskStorage
from lms.learning import queries, service
from tests.learning.conftest import NOW
from tests.learning.site import Site, site
from tests.packages import KEY, files, manifest, publish_package
from tests.people import People, make_people

__all__ = ["site"]


@pytest.fixture(params=["1.2", "2004"])
def reg(request: pytest.FixtureRequest, session: Session, storage: DiskStorage, people: People, tmp_path: Path) -> int:
    publish_package(session, storage, tmp_path, files(request.param))
    return service.join(session, people.alice.actor, people.alice.id, KEY, NOW, origin="self")


def report(session: Session, reg: int, key: str, status: str, score: int | None = None) -> None:
    service.set_state(
        session, reg, key, status=status, now=NOW, evidence="reported", score=None if score is None else Decimal(score)
    )


def is_2004(session: Session, reg: int) -> bool:
    return "package" in service.settle(session, reg, NOW).outline.order


def test_it_is_complete_when_all_is_reported(session: Session, reg: int) -> None:
    report(session, reg, "sco-1", "completed")
    assert not service.settle(session, reg, NOW).result.complete
    report(session, reg, "sco-2", "passed", 80)
    if is_2004(session, reg):
        assert not service.settle(session, reg, NOW).result.complete
        report(session, reg, "package", "passed", 75)
    assert service.settle(session, reg, NOW).result.complete
    done = queries.completion(session, reg)
    expected = Decimal(75 if is_2004(session, reg) else 80)
    assert done and (done.score, done.evidence) == (expected, "reported")


def test_what_is_failed_is_not_complete(session: Session, reg: int) -> None:
    for key in ("sco-1", "sco-2", *(["package"] if is_2004(session, reg) else [])):
        report(session, reg, key, "failed", 20)
    standing = service.settle(session, reg, NOW)
    assert not standing.result.complete and standing.progress.done == 0


@pytest.mark.parametrize(
    ("reported", "holds"),
    [
        (["completed", "failed"], "failed"),
        (["failed", "completed"], "completed"),
        (["passed", "failed"], "passed"),
        (["passed", "completed"], "passed"),
        (["completed", "in-progress"], "completed"),
    ],
)
def test_which_of_two_reports_holds(session: Session, reg: int, reported: list[str], holds: str) -> None:
    for status in reported:
        report(session, reg, "sco-1", status)
    assert queries.states(session, reg)["sco-1"].status == holds


@pytest.mark.parametrize(
    ("status", "score", "complete"),
    [("completed", None, True), ("passed", Decimal(90), True), ("waived", None, True), ("failed", Decimal(20), False)],
)
def test_a_person_enters_a_result(
    session: Session, people: People, reg: int, status: str, score: Decimal | None, complete: bool
) -> None:
    keys = ["package"] if is_2004(session, reg) else ["sco-1", "sco-2"]
    for key in keys:
        service.enter(session, people.dora.actor, reg, key, now=NOW, reason="On paper", status=status, score=score)
    standing = service.settle(session, reg, NOW)
    assert standing.result.complete is complete
    assert queries.states(session, reg)[keys[0]].evidence == "entered"


def test_a_score_alone_decides_nothing(session: Session, people: People, reg: int) -> None:
    """A package keeps its pass mark to itself."""
    with pytest.raises(Invalid):
        service.enter(session, people.dora.actor, reg, "sco-1", now=NOW, reason="On paper", score=Decimal(90))
    with pytest.raises(Invalid):
        service.enter(session, people.dora.actor, reg, "sco-1", now=NOW, reason="On paper", status="read")


@pytest.fixture(params=["1.2", "2004"])
def packaged(request: pytest.FixtureRequest, app: Flask, tmp_path: Path) -> tuple[Site, int]:
    context = app.extensions["lms"]
    with context.db.writing() as session:
        people = make_people(session)
        publish_package(session, context.storage, tmp_path, files(request.param))
    site = Site(app, people)
    number = site.enrol(course=KEY)
    with context.db.writing() as session:
        report(session, number, "sco-1", "completed", 80)
        service.server_event(
            session, registration_id=number, activity_key="sco-1", kind="set", body={"e": "cmi.location"}, now=NOW
        )
        service.settle(session, number, NOW)
    return site, number


@pytest.mark.parametrize("lang", ["en", "ko", "fr"])
@pytest.mark.parametrize(
    ("person", "path"),
    [
        ("alice", "/learning"),
        ("alice", "/courses"),
        ("alice", "/courses/hand-hygiene"),
        ("alice", "/courses/hand-hygiene/why"),
        ("charlie", "/courses/hand-hygiene"),
        ("bob", "/desk"),
        ("bob", "/desk/courses/hand-hygiene"),
        ("bob", "/gradebook"),
        ("bob", "/gradebook/hand-hygiene"),
        ("bob", "/gradebook/hand-hygiene/{reg}"),
        ("bob", "/gradebook/hand-hygiene/export.csv"),
        ("bob", "/gradebook/hand-hygiene/export.json"),
        ("bob", "/gradebook/hand-hygiene/export.xlsx"),
        ("bob", "/questions"),
    ],
)
def test_every_page_shows_it(packaged: tuple[Site, int], person: str, path: str, lang: str) -> None:
    site, number = packaged
    page = site.as_(person).get(f"{path.format(reg=number)}?lang={lang}")
    assert page.status_code == 200


def test_the_course_page_lists_what_is_in_it(packaged: tuple[Site, int]) -> None:
    site, _number = packaged
    page = site.as_("alice").get("/courses/hand-hygiene").text
    assert page.count('data-state="completed"') == 1 and "Completed · 80" in page
    assert "What you will learn" not in page and "Hours" not in page
    assert 'href="/courses/hand-hygiene/lessons' not in page


def test_without_a_player_there_is_no_button(packaged: tuple[Site, int]) -> None:
    site, _number = packaged
    site.app.view_functions.pop("player.start", None)
    assert "data-launch" not in site.as_("alice").get("/courses/hand-hygiene").text


def test_with_a_player_there_is_one(packaged: tuple[Site, int]) -> None:
    site, _number = packaged
    if "player.start" not in site.app.view_functions:
        site.app.add_url_rule("/courses/<course>/package", "player.start", lambda course: course, methods=["POST"])
    page = site.as_("alice").get("/courses/hand-hygiene").text
    assert page.count("data-launch") == 1 and 'action="/courses/hand-hygiene/package"' in page
    assert "Continue" in page


def test_the_export_says_who_reported(packaged: tuple[Site, int]) -> None:
    site, _number = packaged
    data = site.as_("bob").get("/gradebook/hand-hygiene/export.json").json
    (row,) = data["rows"] if isinstance(data, dict) else data
    assert (row["sco-1 status"], row["sco-1 score"], row["sco-1 evidence"]) == ("completed", 80, "reported")


def test_who_has_begun_stays_on_their_version(site: Site, tmp_path: Path) -> None:
    with site.db.writing() as session:
        first = publish_package(session, site.storage, tmp_path)
    old = site.enrol(course=KEY)
    with site.db.writing() as session:
        second = publish_package(session, site.storage, tmp_path, files(second="Dry well") | {"wash.html": b"<p>New"})
    new = site.enrol("charlie", course=KEY)
    with site.db.reading() as session:
        regs = [queries.registration(session, number) for number in (old, new)]
        assert [reg.version_id for reg in regs if reg] == [first.version_id, second.version_id]
        kept = catalogue.files(session, first.version_id)["wash.html"]
    with site.storage.open(kept.hash) as file:
        assert file.read() == files()["wash.html"]
    page = site.as_("alice").get("/courses/hand-hygiene").text
    assert "You take version 1. New trainees take version 2." in page and "Dry well" not in page


def test_a_gradebook_page_of_a_large_package_stays_small(app: Flask, tmp_path: Path) -> None:
    leaves = "".join(
        f'<item identifier="m{number}" identifierref="r1"><title>M{number}</title></item>' for number in range(100)
    )
    context = app.extensions["lms"]
    with context.db.writing() as session:
        people = make_people(session)
        publish_package(session, context.storage, tmp_path, files() | {"imsmanifest.xml": manifest(extra=leaves)})
    site = Site(app, people)
    site.enrol(course=KEY)
    page = site.as_("bob").get("/gradebook/hand-hygiene").text
    assert "22 more activities are not shown here." in page and ">M77<" in page and ">M78<" not in page
