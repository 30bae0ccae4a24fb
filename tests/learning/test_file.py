import os
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from lms.catalogue import queries
from lms.catalogue.models import Blob, VersionAsset
from lms.enrolments.models import Enrolment
from tests.client import Client
from tests.learning.site import NOW, Site, publish, site, titled
from tests.statements import counted

__all__ = ["site"]


@pytest.fixture
def client(site: Site) -> Client:
    """Alice, who takes the course."""
    site.enrol("alice")
    return site.as_("alice")


@pytest.fixture
def address(site: Site) -> str:
    with site.db.reading() as session:
        course = queries.course_by_key(session, "tiny-course")
        assert course and course.current_version_id
        found = queries.files(session, course.current_version_id)["assets/doors.svg"]
    return f"/files/{found.hash}/doors.svg"


def test_it_works(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 200 and response.mimetype == "image/svg+xml" and b"Airlock" in response.data


def test_strangers_sign_in_first(client: Client, address: str) -> None:
    client.http = client.app.test_client()
    assert client.get(address).status_code == 302


@pytest.mark.parametrize(
    ("name", "status"), [("alice", 200), ("charlie", 404), ("bob", 200), ("dora", 200), ("quentin", 200), ("ines", 200)]
)
def test_it_is_for_those_who_may_read_the_version(
    site: Site, client: Client, address: str, name: str, status: int
) -> None:
    assert site.as_(name).get(address).status_code == status


@pytest.mark.parametrize("name", ["x%0d%0aSet-Cookie:%20a=b", "x%0ay", "x%1by"])
def test_a_name_with_a_line_break_is_no_file(client: Client, address: str, name: str) -> None:
    assert client.get(address.replace("doors.svg", name)).status_code == 404


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("%EB%AC%B8.svg", "filename*=UTF-8''%EB%AC%B8.svg"),
        ("a%22;filename=b.exe", r'filename="a\";filename=b.exe"'),
    ],
)
def test_any_other_name_is_said_in_full(client: Client, address: str, name: str, said: str) -> None:
    assert said in client.get(address.replace("doors.svg", name)).headers["Content-Disposition"]


def test_what_only_a_version_of_others_holds_is_not_shown(site: Site, client: Client, address: str) -> None:
    with site.db.writing() as session:
        course = queries.course_by_key(session, "tiny-course")
        assert course
        taken = course.current_version_id
    publish(site, texts=titled("Another version"))
    with site.db.writing() as session:
        session.execute(delete(VersionAsset).where(VersionAsset.version_id == taken))
    assert client.get(address).status_code == 404


def test_who_has_left_the_course_reads_on_in_what_they_did(site: Site, client: Client, address: str) -> None:
    with site.db.writing() as session:
        session.execute(update(Enrolment).values(withdrawn_at=NOW))
    assert client.get(address).status_code == 200


def test_it_costs_one_statement_besides_who_asks(site: Site, client: Client, address: str) -> None:
    with counted(site.db.engine) as statements:
        client.get(address)
    assert len(statements) == 2


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Cache-Control", "private, max-age=31536000, immutable"),
        ("X-Content-Type-Options", "nosniff"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    ],
)
def test_headers(client: Client, address: str, header: str, value: str) -> None:
    assert client.get(address).headers[header] == value


def test_a_file_opened_by_itself_can_do_nothing(client: Client, address: str) -> None:
    policy = client.get(address).headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'") and "script-src" not in policy


def test_a_part_can_be_asked_for(client: Client, address: str) -> None:
    whole = client.get(address).data
    response = client.get(address, headers={"Range": "bytes=5-9"})
    assert response.status_code == 206 and response.data == whole[5:10]
    assert response.headers["Content-Range"] == f"bytes 5-9/{len(whole)}"


def test_what_the_browser_has_is_not_sent_again(client: Client, address: str) -> None:
    tag = client.get(address).headers["ETag"]
    response = client.get(address, headers={"If-None-Match": tag})
    assert response.status_code == 304 and response.data == b""


def test_the_name_is_only_for_people(client: Client, address: str) -> None:
    assert client.get(address.replace("doors.svg", "anything.html")).mimetype == "image/svg+xml"


@pytest.mark.parametrize("digest", ["0" * 64, "0" * 63, "..", "A" * 64])
def test_unknown_files(client: Client, address: str, digest: str) -> None:
    assert client.get(f"/files/{digest}/a.svg").status_code == 404


def test_a_blob_of_no_version_is_not_served(client: Client, address: str) -> None:
    digest = client.app.extensions["lms"].storage.put(b"<svg>draft</svg>")
    assert client.get(f"/files/{digest}/a.svg").status_code == 404


@pytest.mark.parametrize("left", [None, 10])
def test_a_file_that_is_lost_or_half_there_is_said_to_be_damaged(
    client: Client, address: str, left: int | None, caplog: pytest.LogCaptureFixture
) -> None:
    digest = address.split("/")[2]
    place = client.app.extensions["lms"].storage.path(digest)
    assert isinstance(place, Path)
    if left is None:
        place.unlink()
    else:
        os.truncate(place, left)
    page = client.get(address)
    assert (page.status_code, "damaged on the server" in page.text, digest in caplog.text) == (500, True, True)


@pytest.mark.parametrize(("kind", "status", "saved"), [("text/html", 404, False), ("application/pdf", 200, True)])
def test_kinds_that_are_not_shown(client: Client, address: str, kind: str, status: int, saved: bool) -> None:
    with client.db.writing() as session:
        session.execute(update(Blob).values(media_type=kind))
    response = client.get(address)
    assert response.status_code == status
    assert response.headers.get("Content-Disposition", "").startswith("attachment") is saved
