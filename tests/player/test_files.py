"""Files of a package: only with the token, only on its host, with what keeps a browser's powers where they belong."""

import hashlib
import os
import unicodedata
from pathlib import Path
from urllib.parse import quote

import pytest

from lms.catalogue.models import PackageHost
from lms.core import clock, logs
from lms.core.storage import DiskStorage
from lms.learning import service as learning
from tests.client import Client
from tests.packages import KEY, files, publish_package
from tests.people import make_user
from tests.player.desk import Desk

PAGES = {
    "한국어/페이지 1.html": b"<p>korean",
    "old/latin.htm": b"<meta charset=iso-8859-1>\xe9",
    "code.js": b"1",
    "data.bin": b"\0",
    "drawing.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "Mixed/Case.HTML": b"<p>mixed",
    "same.css": b"a{}",
    "SAME.css": b"b{}",
}


@pytest.fixture
def desk(client: Client, tmp_path: Path) -> Desk:
    with client.db.writing() as session:
        storage = DiskStorage(client.app.extensions["lms"].settings.data_dir / "blobs")
        contents = {name: data for name, data in PAGES.items() if name != "SAME.css"}
        publish_package(session, storage, tmp_path, files() | contents)
        alice = make_user(session, "Alice")
        learning.join(session, alice.actor, alice.id, KEY, clock.now(), origin="self")
    client.sign_in(alice.id)
    return Desk(client).open()


def folder(desk: Desk) -> str:
    return desk.delivery["href"].rpartition("/")[0]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("wash.html", "text/html"),
        ("pages/dry.html", "text/html"),
        ("%ED%95%9C%EA%B5%AD%EC%96%B4/%ED%8E%98%EC%9D%B4%EC%A7%80%201.html", "text/html"),
        ("old/latin.htm?x=1&y=2", "text/html"),
        ("code.js", "text/javascript"),
        ("drawing.svg", "image/svg+xml"),
        ("film.mp4", "video/mp4"),
        ("mixed/case.html", "text/html"),
        (quote(unicodedata.normalize("NFD", "한국어/페이지 1.html")), "text/html"),
    ],
)
def test_a_file_is_served_as_what_it_is(desk: Desk, path: str, kind: str) -> None:
    answer = desk.get(f"{folder(desk)}/{path}")
    # No encoding is claimed: the document says its own.
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"].startswith("private, max-age=31536000")
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "unload=(self)" in answer.headers["Permissions-Policy"]
    assert "Set-Cookie" not in answer.headers


def test_what_no_browser_should_run_is_saved(desk: Desk) -> None:
    answer = desk.get(f"{folder(desk)}/data.bin")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "path",
    ["nothing.html", "", "../secret-key", "pages/", "%2e%2e/x", "WASH.HTML%00", "pages/dry.html/", "etc/passwd"],
)
def test_what_is_not_in_the_package_is_not_there(desk: Desk, path: str) -> None:
    answer = desk.get(f"{folder(desk)}/{path}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/plain; charset=utf-8")


def test_a_part_of_a_film(desk: Desk) -> None:
    answer = desk.get(f"{folder(desk)}/film.mp4", Range="bytes=10-19")
    assert (answer.status_code, len(answer.data), answer.headers["Content-Range"]) == (206, 10, "bytes 10-19/3000")


def test_what_the_browser_has_is_not_sent_again(desk: Desk) -> None:
    tag = desk.get(f"{folder(desk)}/wash.html").headers["ETag"]
    assert desk.get(f"{folder(desk)}/wash.html", **{"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("token", ["1-1.abc", "é", "x" * 500, "1-1"])
def test_without_the_token_there_is_nothing(desk: Desk, token: str) -> None:
    assert desk.get(f"/f/{token}/wash.html").status_code == 404


def test_a_write_token_reads_nothing(desk: Desk) -> None:
    assert desk.get(f"/f/{desk.token}/wash.html").status_code == 404


def test_the_token_is_good_on_its_own_host_alone(desk: Desk) -> None:
    for label in ("a" * 52, "shop"):
        other = f"http://{label}.localhost:8000"
        assert desk.client.http.get(f"{folder(desk)}/wash.html", base_url=other).status_code == 404, label
    assert desk.client.get(f"{folder(desk)}/wash.html").status_code in (302, 404)


def test_the_same_address_serves_the_next_visit(desk: Desk) -> None:
    """What the browser has kept stays good."""
    before = folder(desk)
    desk.open()
    assert folder(desk) == before


def test_no_service_worker_is_ever_installed(desk: Desk) -> None:
    assert desk.get(f"{folder(desk)}/code.js", **{"Service-Worker": "script"}).status_code == 403


def test_the_policy_of_a_page(desk: Desk) -> None:
    policy = desk.get(f"{folder(desk)}/wash.html").headers["Content-Security-Policy"]
    assert policy == (
        "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; object-src 'none'; base-uri 'self'; "
        "form-action 'self'; frame-ancestors 'self'"
    )


def test_an_allowed_host_stands_in_the_policy(desk: Desk) -> None:
    with desk.client.db.writing() as session:
        session.add(PackageHost(version_id=1, host="media.example.org", allowed_by=None, allowed_at=clock.now()))
    page = desk.get(f"{folder(desk)}/wash.html").headers["Content-Security-Policy"]
    shell = desk.get("/").headers["Content-Security-Policy"]
    assert "data: blob: https://media.example.org;" in page
    assert "frame-src 'self' https://media.example.org;" in shell


def test_a_page_that_a_browser_keeps_does_not_keep_its_old_policy(desk: Desk) -> None:
    before = folder(desk)
    with desk.client.db.writing() as session:
        session.add(PackageHost(version_id=1, host="media.example.org", allowed_by=None, allowed_at=clock.now()))
    assert folder(desk.open()) != before
    assert desk.get(f"{before}/wash.html").status_code == 200  # a page that is open goes on


def test_the_shell_says_nothing_about_the_person(desk: Desk) -> None:
    answer = desk.get("/")
    assert answer.status_code == 200
    assert "Alice" not in answer.text
    assert "Hand hygiene" in answer.text
    assert f'href="http://localhost:8000/courses/{KEY}"' in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy and "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_shell_is_in_the_language_of_the_learner(desk: Desk) -> None:
    assert '<html lang="en"' in desk.get("/", **{"Accept-Language": "ko"}).text


def test_an_unknown_host_has_no_shell(desk: Desk) -> None:
    for label in ("a" * 52, "shop"):
        assert desk.client.http.get("/", base_url=f"http://{label}.localhost:8000").status_code == 404


def test_the_button_may_lead_to_the_host_of_packages_and_other_forms_may_not(desk: Desk) -> None:
    here = desk.client.get(f"/courses/{KEY}").headers["Content-Security-Policy"]
    elsewhere = desk.client.get("/profile").headers["Content-Security-Policy"]
    assert "form-action 'self' http://*.localhost:8000;" in here
    assert "form-action 'self';" in elsewhere


def test_capabilities_are_masked_in_the_log(desk: Desk) -> None:
    assert logs.masked(desk.delivery["href"]) == "/f/***/wash.html"


def test_a_file_that_is_half_there_is_not_sent_as_if_whole(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    digest = hashlib.sha256(b"<!doctype html><title>Wash</title><p>Wash").hexdigest()
    os.truncate(desk.client.app.extensions["lms"].storage.path(digest), 10)
    page = desk.get(f"{folder(desk)}/wash.html")
    assert (page.status_code, "damaged on the server" in page.text, digest in caplog.text) == (500, True, True)
