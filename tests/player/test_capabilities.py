"""Who may read and who may write: codes, tokens, origins, and the sign-in that began it all."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from lms.accounts.models import User, UserSession
from lms.app import create_app
from lms.core.config import Settings
from lms.core.db import Database
from lms.scorm.models import PackageLaunch
from tests.client import Client
from tests.packages import KEY
from tests.player.desk import Desk, Moving, alice_takes

POSTS = ("take", "operations", "trace")


@pytest.fixture
def desk(client: Client, tmp_path: Path, clock: Moving) -> Desk:
    alice_takes(client, tmp_path)
    return Desk(client).open()


def try_all(desk: Desk, **headers: str) -> set[int]:
    return {desk.post(address, desk.batch(), **headers).status_code for address in POSTS}


def test_a_code_is_good_once(desk: Desk) -> None:
    again = desk.post("exchange", {"code": desk.code})
    assert (again.status_code, again.json) == (401, {"error": "code", "back": f"http://localhost:8000/courses/{KEY}"})


def test_a_code_ends_after_five_minutes(desk: Desk, clock: Moving) -> None:
    desk.start()
    clock.on(minutes=5, seconds=1)
    assert desk.post("exchange", {"code": desk.code}).status_code == 401


def test_a_code_is_kept_as_a_hash(desk: Desk, client: Client) -> None:
    desk.start()
    with client.db.reading() as session:
        assert desk.code not in str(session.scalars(select(PackageLaunch.code_hash)).all())


@pytest.mark.parametrize("code", ["", "wrong", None, 7, ["a"], "é", "\ud800", "x" * 5000])
def test_what_is_no_code(desk: Desk, code: object) -> None:
    assert desk.post("exchange", {"code": code}).status_code in (401, 413)


def test_another_registration_can_not_use_it(desk: Desk, client: Client, tmp_path: Path) -> None:
    other = Client(client.app)
    with client.db.writing() as session:
        session.execute(update(User).where(User.user_name == "alice").values(user_name="alice-before"))
    alice_takes(other, tmp_path, course="other-course", title="Other")
    stranger = Desk(other, "other-course").open()
    assert stranger.host != desk.host
    stranger.start()
    assert desk.post("exchange", {"code": stranger.code}).status_code == 401
    assert {desk.post(one, desk.batch(), Authorization=f"Bearer {stranger.token}").status_code for one in POSTS} <= {
        403,
        404,
    }
    # Not even on the stranger's own host with this page load, nor here with theirs.
    assert stranger.post("operations", desk.batch()).status_code == 403
    assert desk.post("operations", stranger.batch()).status_code == 403


@pytest.mark.parametrize("token", ["", "1-1-6920.abc", "é", "1", "x" * 10_000])
def test_a_made_up_token_opens_nothing(desk: Desk, token: str) -> None:
    assert try_all(desk, Authorization=f"Bearer {token}".encode().decode("latin-1")) == {401}
    assert try_all(desk, Authorization="") == {401}


def test_a_file_token_is_no_write_token(desk: Desk) -> None:
    token = desk.delivery["href"].split("/")[2]
    assert try_all(desk, Authorization=f"Bearer {token}") == {401}


def test_a_write_token_lasts_half_an_hour(desk: Desk, clock: Moving) -> None:
    clock.on(minutes=30, seconds=2)
    answer = desk.post("operations", desk.batch())
    assert (answer.status_code, answer.json) == (
        401,
        {"error": "expired", "url": f"http://localhost:8000/courses/{KEY}"},
    )


def test_a_worn_token_is_renewed_by_an_answer(desk: Desk, clock: Moving) -> None:
    assert "token" not in desk.send()
    clock.on(minutes=6)
    assert "token" in desk.send()
    clock.on(minutes=28)
    assert desk.post("operations", desk.batch()).status_code == 200


def test_signing_out_ends_it(desk: Desk, client: Client) -> None:
    client.post("/sign-out", {})
    answer = desk.post("operations", desk.batch(desk.op("init")))
    assert (answer.status_code, answer.json["error"]) == (401, "signed-in")
    assert try_all(desk) == {401}


def test_nothing_is_kept_of_a_batch_after_signing_out(desk: Desk, client: Client) -> None:
    client.post("/sign-out", {})
    sent = desk.batch(desk.op("init"))
    desk.post("operations", sent)
    client.sign_in(1)
    fresh = Desk(client).open()
    reply = fresh.post("operations", sent)
    assert reply.json["acked"] == 1
    assert reply.json["late"] == [1]


def test_a_disabled_person_is_out(desk: Desk, client: Client, clock: Moving) -> None:
    with client.db.writing() as session:
        session.execute(update(User).values(disabled_at=clock.now))
    assert try_all(desk) == {401}


def test_sitting_idle_ends_it_as_it_ends_the_sign_in(desk: Desk, client: Client, clock: Moving) -> None:
    for _turn in range(4):
        clock.on(minutes=25)
        desk.send()
    with client.db.reading() as session:
        assert session.scalars(select(UserSession.last_seen_at)).all()[-1] == clock.now
    clock.on(minutes=29)
    assert desk.post("operations", desk.batch()).status_code == 200


@pytest.mark.parametrize(
    "origin", ["", "null", "http://localhost:8000", "http://localhost", "https://evil.example", "http://b.localhost"]
)
def test_only_its_own_page_posts(desk: Desk, origin: str) -> None:
    assert try_all(desk, Origin=origin) == {403}
    assert desk.post("exchange", {"code": "x"}, Origin=origin).status_code == 403


def test_a_host_without_a_registration_takes_nothing(desk: Desk) -> None:
    desk.start()
    desk.host = "http://shop.localhost:8000"
    assert try_all(desk) == {404}
    assert desk.post("exchange", {"code": desk.code}).status_code == 404


def test_a_run_is_held_before_the_sign_in(desk: Desk, client: Client, clock: Moving) -> None:
    """Two tabs of one person would wait for each other in a circle."""
    order: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith(("UPDATE package_run", "UPDATE user_session")):
            order.append(statement.split()[1])

    event.listen(client.db.engine, "before_cursor_execute", note)
    event.listen(client.db.engine, "commit", lambda _connection: order.append("kept"))
    for address in ("take", "operations"):
        clock.on(minutes=6)
        order.clear()
        desk.post(address, desk.batch(desk.op("init")))
        places = [order.index(one) for one in ("package_run", "kept", "user_session")]
        assert places == sorted(places), address


def test_a_form_can_not_post(desk: Desk) -> None:
    headers = {"Origin": desk.host, "Authorization": f"Bearer {desk.token}", "Content-Type": "text/plain"}
    answer = desk.client.http.post("/x/take", base_url=desk.host, data="{}", headers=headers)
    assert answer.status_code == 415


def test_the_lms_takes_nothing_from_the_host_of_a_package(desk: Desk, client: Client) -> None:
    for path in ("/sign-out", f"/courses/{KEY}/package", f"/courses/{KEY}/join", "/profile"):
        assert client.post(path, {}, headers={"Origin": desk.host}).status_code == 403, path
        assert client.post(path, {}, headers={"Sec-Fetch-Site": "same-site"}).status_code == 403, path


def test_who_does_not_take_the_course_can_not_start_it(desk: Desk, client: Client) -> None:
    assert client.post("/courses/nothing/package", {}).status_code == 404
    stranger = Client(client.app)
    assert "/sign-in" in stranger.post(f"/courses/{KEY}/package", {}).headers["Location"]


def test_start_is_a_post_with_a_token_of_the_page(desk: Desk, client: Client) -> None:
    assert client.get(f"/courses/{KEY}/package").status_code == 405
    assert client.post(f"/courses/{KEY}/package", {}, csrf=False).status_code == 400


def test_without_a_host_for_packages_the_page_says_what_is_missing(
    settings: Settings, sqlite_db: Database, tmp_path: Path
) -> None:
    app: Flask = create_app(replace(settings, content_url=""), sqlite_db)
    client = Client(app)
    alice_takes(client, tmp_path)
    answer = client.post(f"/courses/{KEY}/package", {})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/courses/{KEY}")
    assert "LMS_CONTENT_URL" in client.get(f"/courses/{KEY}").text


def test_where_no_wildcard_is_to_be_had_all_packages_share_a_host(
    settings: Settings, sqlite_db: Database, tmp_path: Path
) -> None:
    client = Client(create_app(replace(settings, content_url="http://packages.test:8000"), sqlite_db))
    alice_takes(client, tmp_path)
    desk = Desk(client).open()
    assert desk.host == "http://packages.test:8000"
    assert desk.get("/").status_code == 200
    assert desk.get(desk.delivery["href"]).status_code == 200
    assert desk.send(desk.op("init"))["acked"] == 1
    assert desk.get("/sign-in").status_code == 404
