"""Hosts elsewhere of a package: proposed at the import, allowed by administrators, each change in the audit log."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.audit.models import AuditDetail, AuditEvent
from lms.catalogue import queries
from lms.catalogue.service import hosts as service
from lms.core.clock import now
from lms.core.errors import Invalid, NotAllowed, NotFound
from lms.core.storage import DiskStorage
from tests.client import Client
from tests.packages import KEY, files, publish_package
from tests.people import People, make_people

FONT = {
    "wash.html": b'<!doctype html><title>Wash</title><link rel="stylesheet" href="https://fonts.example.org/a.css">'
}


@pytest.fixture
def version(session: Session, tmp_path: Path) -> int:
    return publish_package(session, DiskStorage(tmp_path / "blobs"), tmp_path, files() | FONT).version_id


@pytest.fixture
def people(session: Session) -> People:
    return make_people(session)


def acts(session: Session) -> list[tuple[str, object, object, str | None]]:
    wanted = (
        select(AuditEvent.verb, AuditDetail.old, AuditDetail.new, AuditDetail.reason)
        .join(AuditDetail, AuditDetail.event_id == AuditEvent.id)
        .where(AuditEvent.verb.like("package.host-%"))
        .order_by(AuditEvent.id)
    )
    return [tuple(row) for row in session.execute(wanted)]


def test_nothing_is_allowed_by_itself(session: Session, version: int) -> None:
    package = queries.package(session, version)
    assert package and package.facts["hosts"] == ["fonts.example.org"]
    assert queries.allowed_hosts(session, version) == []


def test_allowing_and_forbidding_are_acts_with_their_reason(session: Session, people: People, version: int) -> None:
    service.allow(session, people.dora.actor, version, ["Fonts.example.org", "cdn.example.org:8443"], "Known", now())
    assert queries.allowed_hosts(session, version) == ["cdn.example.org:8443", "fonts.example.org"]
    service.allow(session, people.dora.actor, version, ["fonts.example.org"], "Not needed", now())
    assert queries.allowed_hosts(session, version) == ["fonts.example.org"]
    assert acts(session) == [
        ("package.host-allowed", None, {"host": "cdn.example.org:8443"}, "Known"),
        ("package.host-allowed", None, {"host": "fonts.example.org"}, "Known"),
        ("package.host-forbidden", {"host": "cdn.example.org:8443"}, None, "Not needed"),
    ]


@pytest.mark.parametrize(
    "host",
    ["*", "*.example.org", "example", "https://a.example", "a.example;script-src *", "a b.example", "'self'", ""],
)
def test_what_is_no_host_is_refused(session: Session, people: People, version: int, host: str) -> None:
    with pytest.raises(Invalid):
        service.allow(session, people.dora.actor, version, [host], "Why not", now())
    assert queries.allowed_hosts(session, version) == []


@pytest.mark.parametrize("host", ["learn.example.org", "a.packages.example.org", "packages.example.org:443"])
def test_a_host_of_this_server_is_refused(session: Session, people: People, version: int, host: str) -> None:
    own = ("learn.example.org", "packages.example.org")
    with pytest.raises(Invalid):
        service.allow(session, people.dora.actor, version, [host], "Why not", now(), own)


@pytest.mark.parametrize("who", ["alice", "bob", "quentin", "ines"])
def test_only_administrators_decide(session: Session, people: People, version: int, who: str) -> None:
    with pytest.raises(NotAllowed):
        service.allow(session, getattr(people, who).actor, version, ["cdn.example.org"], "Why not", now())


def test_only_packages_have_hosts(session: Session, people: People, version: int) -> None:
    with pytest.raises(NotFound):
        service.allow(session, people.dora.actor, version + 1000, ["cdn.example.org"], "Why not", now())


@pytest.fixture
def dora(app: Flask, client: Client, tmp_path: Path) -> Client:
    storage = DiskStorage(app.extensions["lms"].settings.data_dir / "blobs")
    with client.db.writing() as session:
        someone = make_people(session)
        publish_package(session, storage, tmp_path, files() | FONT)
    client.sign_in(someone.dora.id)
    return client


def decide(client: Client, **fields: object) -> TestResponse:
    return client.post(f"/desk/courses/{KEY}/hosts/1", {"reason": "Known", **fields})


def allowed(client: Client) -> list[str]:
    with client.db.reading() as session:
        course = queries.course_by_key(session, KEY)
        assert course and course.current_version_id
        return queries.allowed_hosts(session, course.current_version_id)


def test_an_administrator_finds_the_page_from_the_gradebook(dora: Client) -> None:
    assert f"/desk/courses/{KEY}/hosts" in dora.get(f"/gradebook/{KEY}").text
    page = dora.get(f"/desk/courses/{KEY}/hosts").text
    assert "fonts.example.org" in page and "Shut" in page and "Found at the import" in page


def test_what_is_ticked_is_allowed_and_the_rest_forbidden(dora: Client) -> None:
    decide(dora, hosts=["fonts.example.org"], others="cdn.example.org")
    assert allowed(dora) == ["cdn.example.org", "fonts.example.org"]
    assert "Added by an administrator" in dora.get(f"/desk/courses/{KEY}/hosts").text
    decide(dora, hosts=["cdn.example.org"])
    assert allowed(dora) == ["cdn.example.org"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": ""}, "Say why"),
        ({"others": "nothing"}, "is no host"),
        ({"others": "localhost:8000"}, "is no host"),
        ({"hosts": ["made-up.example"]}, "There is a problem"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(dora: Client, fields: dict[str, object], words: str) -> None:
    answer = decide(dora, **fields)
    assert answer.status_code == 422 and words in answer.text
    assert allowed(dora) == []


def test_a_course_in_files_has_no_such_page(dora: Client) -> None:
    assert dora.get("/desk/courses/tiny-course/hosts").status_code == 404
    assert dora.get(f"/desk/courses/{KEY}/hosts/9").status_code == 404
