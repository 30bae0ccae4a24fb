"""What every answer has: headers, compression, an id; and what every failure looks like."""

import errno
import gzip
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask, request
from sqlalchemy import event, text, update
from sqlalchemy.exc import OperationalError

from lms.accounts.models import UserSession
from lms.app import create_app
from lms.core.config import Settings
from lms.core.db import Database
from lms.core.errors import Conflict, Invalid, NotAllowed, TooMany
from lms.web import transaction
from lms.web.access import public
from tests.client import BASE, Client
from tests.people import make_user


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("Content-Security-Policy", "default-src 'none'"),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("X-Frame-Options", "DENY"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("X-Request-Id", ""),
    ],
)
def test_security_headers_stand_on_every_page(client: Client, header: str, words: str) -> None:
    assert words in client.get("/sign-in").headers[header]


@pytest.mark.parametrize("word", ["unsafe-inline", "unsafe-eval", "*", "http:"])
def test_the_policy_has_no_hole(client: Client, word: str) -> None:
    assert word not in client.get("/sign-in").headers["Content-Security-Policy"]


def test_pages_go_out_compressed(client: Client) -> None:
    page = client.get("/sign-in", headers={"Accept-Encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip" and b"<h1" in gzip.decompress(page.data)


def test_static_files_are_kept_for_ever_under_their_hash(client: Client, app: Flask) -> None:
    name = app.extensions["lms"].static["style.css"]
    answer = client.get(f"/static/{name}", headers={"Accept-Encoding": "gzip"})
    facts = (answer.headers["Cache-Control"], answer.headers["Content-Encoding"])
    answer.close()
    assert "immutable" in facts[0] and facts[1] == "gzip"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:8000.evil.example", ""])
def test_a_foreign_origin_cannot_post(client: Client, origin: str) -> None:
    answer = client.post("/sign-in", {"name": "x"}, headers={"Origin": origin})
    assert answer.status_code == 403


@pytest.mark.parametrize("referer", ["http://[", "http://[::1", "//", "http://localhost:8000.evil.example/"])
def test_a_strange_referer_is_a_foreign_origin(client: Client, referer: str) -> None:
    answer = client.http.post("/sign-in", base_url=BASE, data={"name": "x"}, headers={"Referer": referer})
    assert answer.status_code == 403


@pytest.mark.parametrize("cookie", ["nonsense", "eyJfdXNlcl9pZCI6IngifQ.aaaa.bbbb", ""])
def test_a_tampered_cookie_is_nobody(client: Client, cookie: str) -> None:
    client.http.set_cookie("__Host-lms", cookie, domain="localhost")
    assert client.get("/learning").headers["Location"].startswith("/sign-in")


def _full_database() -> sqlite3.Error:
    """What SQLite says when its file cannot grow."""
    small = sqlite3.connect(":memory:")
    small.execute("PRAGMA max_page_count = 1")
    with pytest.raises(sqlite3.OperationalError) as full:
        small.execute("CREATE TABLE x (a)")
    small.close()
    return full.value


@pytest.fixture
def failing(settings: Settings, sqlite_db: Database) -> Client:
    """An application with pages that fail in every way."""
    app = create_app(settings, sqlite_db)
    failures = {
        "conflict": Conflict("Somebody was faster."),
        "invalid": Invalid("Not so.", {"name": "Too long."}),
        "hidden": NotAllowed(),
        "many": TooMany("Wait.", retry_after=600),
        "database": OperationalError("SELECT 1", {}, sqlite3.OperationalError("database is locked")),
        "disk": OSError(errno.ENOSPC, "No space left on device"),
        "file": OperationalError("CREATE TABLE x (a)", {}, _full_database()),
    }

    @public
    def fail(kind: str) -> str:
        raise failures[kind]

    @public
    def write(kind: str) -> str:
        transaction.session().execute(
            text(
                "INSERT INTO job (name, payload, created_at, run_after, attempts)"
                " VALUES ('x', '{}', '2026-01-01', '2026-01-01', 0)"
            )
        )
        if kind == "fail":
            raise Conflict()
        return kind

    app.add_url_rule("/fail/<string:kind>", "fail", fail)
    app.add_url_rule("/write/<string:kind>", "write", write, methods=["POST"])
    return Client(app)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("conflict", 409),
        ("invalid", 422),
        ("hidden", 404),
        ("many", 429),
        ("database", 503),
        ("disk", 507),
        ("file", 507),
    ],
)
def test_failures_are_pages_with_their_status(failing: Client, kind: str, status: int) -> None:
    page = failing.get(f"/fail/{kind}")
    assert page.status_code == status and "<h1" in page.text


@pytest.mark.parametrize(
    ("kind", "code"),
    [("conflict", "conflict"), ("database", "unavailable"), ("many", "too-many"), ("disk", "no-room")],
)
def test_failures_are_json_for_scripts(failing: Client, kind: str, code: str) -> None:
    answer = failing.get(f"/fail/{kind}", headers={"Accept": "application/json"})
    assert json.loads(answer.data)["error"] == code


@pytest.mark.parametrize(("kind", "seconds"), [("many", "600"), ("database", "5"), ("disk", "60")])
def test_one_is_told_when_to_try_again(failing: Client, kind: str, seconds: str) -> None:
    assert failing.get(f"/fail/{kind}").headers["Retry-After"] == seconds


@pytest.mark.parametrize(("kind", "rows"), [("keep", 1), ("fail", 0)])
def test_a_request_commits_once_or_not_at_all(failing: Client, kind: str, rows: int) -> None:
    failing.post(f"/write/{kind}")
    with failing.db.reading() as session:
        assert session.execute(text("SELECT count(*) FROM job")).scalar_one() == rows


def test_who_is_signed_in_is_told_too_that_the_database_is_away(client: Client) -> None:
    with client.db.writing() as session:
        alice = make_user(session, "Alice")
    client.sign_in(alice.id)
    with client.db.writing() as session:
        session.execute(text("ALTER TABLE user_session RENAME TO away"))
    answer = client.get("/learning")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_a_database_that_cannot_write_spoils_no_reading(client: Client) -> None:
    """The last-seen time is due, and somebody else holds the write lock."""
    with client.db.writing() as session:
        alice = make_user(session, "Alice")
    client.sign_in(alice.id)
    with client.db.writing() as session:
        session.execute(update(UserSession).values(last_seen_at=datetime.now(UTC) - timedelta(minutes=20)))
    client.db.engine.dispose()
    event.listen(client.db.engine, "connect", lambda one, _: one.execute("PRAGMA busy_timeout = 0"))
    with closing(sqlite3.connect(client.db.engine.url.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert client.get("/profile/sessions").status_code == 200


def test_a_database_that_others_write_to_for_long_is_away(failing: Client) -> None:
    """SQLite says so at the statement that begins, and in its own words."""
    event.listen(failing.db.engine, "connect", lambda one, _: one.execute("PRAGMA busy_timeout = 0"))
    failing.db.engine.dispose()
    with closing(sqlite3.connect(failing.db.engine.url.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert failing.post("/write/keep").status_code == 503


def test_a_form_without_its_token_is_refused(failing: Client) -> None:
    assert failing.post("/write/keep", csrf=False).status_code == 400


def test_the_body_is_read_before_the_write_lock(failing: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow line must not hold up other writers: whatever opens a session finds the body taken in."""
    seen: list[bool] = []
    original = Database.write_session
    monkeypatch.setattr(Database, "write_session", lambda self: (seen.append(_body_is_in()), original(self))[1])
    failing.http.post("/write/keep", base_url=BASE, data={"csrf_token": failing.csrf_token()}, headers={"Origin": BASE})
    assert seen and all(seen)


def _body_is_in() -> bool:
    return "form" in request.__dict__


@pytest.fixture
def unmigrated(settings: Settings, tmp_path: Path) -> Iterator[Client]:
    db = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    yield Client(create_app(settings, db))
    db.close()


def test_readiness_says_what_is_missing(unmigrated: Client) -> None:
    answer = unmigrated.get("/readyz")
    assert (answer.status_code, "lms db upgrade" in answer.text) == (503, True)


def test_liveness_needs_no_database(unmigrated: Client) -> None:
    assert unmigrated.get("/healthz").status_code == 200


@pytest.mark.parametrize("path", ["/sign-in", "/sign-up", "/write/keep", "/desk/upload", "/people/import"])
def test_strangers_cannot_make_us_read_much(failing: Client, path: str) -> None:
    answer = failing.post(path, {"name": "x" * 2_500_000})
    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["/courses/%00", "/verify?number=%00", "/courses?%00=1"])
def test_an_address_with_nul_is_not_there(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404
