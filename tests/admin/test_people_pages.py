"""The pages about people, as Dora uses them."""

import re

import pytest
from sqlalchemy import select

from lms.accounts.models import OneTimeLink, User, UserSession
from lms.core.jobs import Job
from tests.client import Client
from tests.people import People, make_user

FORM = {
    "native_name": "김민수",
    "latin_name": "Kim Min-su",
    "user_name": "kim",
    "email": "kim@example.org",
    "country": "KR",
    "timezone": "Asia/Seoul",
    "locale": "ko",
    "roles": "trainee",
}


def _user(client: Client, user_name: str) -> User:
    with client.db.reading() as session:
        return session.scalars(select(User).where(User.user_name == user_name)).one()


def test_a_new_person_is_made_and_shown(client: Client, crowd: People) -> None:
    answer = client.post("/people/new", FORM)
    page = client.get(answer.headers["Location"]).text
    assert "김민수" in page
    assert "South Korea" in page
    assert _user(client, "kim").roles == ["trainee"]


def test_the_page_of_a_person_shows_the_identifier(client: Client, crowd: People) -> None:
    page = client.get(f"/people/{crowd.alice.id}").text
    assert "Identifier" in page and _user(client, "alice").public_id in page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"user_name": "alice"}, "Somebody has this already. Choose another."),
        ({"roles": []}, "Choose at least one role."),
        ({"native_name": ""}, "Enter the name."),
        ({"email": "kim"}, "Enter an e-mail address, for example name@example.org."),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_above(client: Client, crowd: People, changed: dict, words: str) -> None:
    answer = client.post("/people/new", FORM | changed)
    assert answer.status_code == 422
    assert answer.text.count(words) == 2
    assert 'value="김민수"' in answer.text or changed.get("native_name") == ""


def test_the_form_shows_what_there_is(client: Client, crowd: People) -> None:
    page = client.get(f"/people/{crowd.alice.id}/edit").text
    assert 'value="alice@example.org"' in page
    assert re.search(r'<input checked[^>]*value="trainee"', page)
    assert not re.search(r'<input checked[^>]*value="instructor"', page)


def test_taking_a_role_needs_a_reason(client: Client, crowd: People) -> None:
    form = FORM | {"user_name": "bob", "email": "", "native_name": "Bob", "roles": "trainee"}
    answer = client.post(f"/people/{crowd.bob.id}/edit", form)
    assert "Say why: the reason is kept with the change." in answer.text
    assert _user(client, "bob").country == ""
    assert client.post(f"/people/{crowd.bob.id}/edit", form | {"reason": "new post"}).status_code == 303
    assert _user(client, "bob").roles == ["trainee"]


def test_closing_signs_out_and_opening_lets_in(client: Client, crowd: People) -> None:
    alice = Client(client.app)
    alice.sign_in(crowd.alice.id)
    assert client.post(f"/people/{crowd.alice.id}/close", {"reason": ""}).status_code == 422
    assert client.post(f"/people/{crowd.alice.id}/close", {"reason": "left"}).status_code == 303
    assert alice.get("/profile").status_code == 302
    client.post(f"/people/{crowd.alice.id}/open")
    alice.sign_in(crowd.alice.id)
    assert alice.get("/profile").status_code == 200


def test_the_link_is_shown_once_and_works(client: Client, crowd: People) -> None:
    page = client.post(f"/people/{crowd.alice.id}/link").text
    link = re.search(r"data-link>http://localhost:8000(/reset/[^<]+)<", page)
    assert link is not None
    assert link[1] not in client.get(f"/people/{crowd.alice.id}").text
    assert Client(client.app).get(link[1]).status_code == 200


def test_an_answer_with_a_link_is_kept_by_nobody(client: Client, crowd: People) -> None:
    answers = (client.post(f"/people/{crowd.alice.id}/link"), client.post("/people/chosen?act=slips&all=yes"))
    assert [answer.headers["Cache-Control"] for answer in answers] == ["no-store", "no-store"]


def test_mail_needs_an_address(client: Client, crowd: People) -> None:
    client.post(f"/people/{crowd.charlie.id}/mail")
    assert "This person has no e-mail address." in client.get(f"/people/{crowd.charlie.id}").text
    client.post(f"/people/{crowd.alice.id}/mail")
    with client.db.reading() as session:
        assert session.scalars(select(Job.payload["user_id"].as_integer())).all() == [crowd.alice.id]


# Several at once


def test_nobody_chosen_is_said(client: Client, crowd: People) -> None:
    answer = client.get("/people/chosen?act=slips&q=a")
    assert answer.headers["Location"] == "/people?q=a"
    assert "Choose at least one person." in client.get("/people").text


def test_first_it_is_said_what_will_happen(client: Client, crowd: People) -> None:
    page = client.get("/people/chosen?act=mail&all=yes&role=trainee").text
    assert "For 2 people:" in page
    with client.db.reading() as session:
        assert session.scalars(select(Job.id)).all() == []


@pytest.mark.parametrize(
    ("query", "count"), [("id=1", 1), ("id=1&id=2", 2), ("all=yes", 6), ("all=yes&role=trainee", 2)]
)
def test_slips_are_made_for_those_chosen(client: Client, crowd: People, query: str, count: int) -> None:
    page = client.post(f"/people/chosen?act=slips&{query}").text
    assert page.count("data-slip=") == count
    assert page.count('class="qr"') == count
    with client.db.reading() as session:
        assert len(session.scalars(select(OneTimeLink.user_id)).all()) == count


def test_slips_come_in_parts(client: Client, crowd: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lms.admin.views.chosen.MOST_SLIPS", 4)
    first = client.post("/people/chosen?act=slips&all=yes").text
    assert 'name="begin" value="4"' in first
    second = client.post("/people/chosen?act=slips&all=yes", {"begin": "4"}).text
    assert second.count("data-slip=") == 2
    assert "Make the next slips" not in second


def test_a_slip_lets_its_owner_in(client: Client, crowd: People) -> None:
    with client.db.writing() as session:
        new = make_user(session, "New Person", password_hash=None)
    page = client.post(f"/people/chosen?act=slips&id={new.id}").text
    link = re.search(r"http://localhost:8000(/invite/[^<]+)<", page)
    assert link is not None
    owner = Client(client.app)
    assert owner.post(link[1], {"password": "nine green gowns dry fast", "privacy": "y"}).status_code == 303
    assert "New Person" in owner.get("/profile").text


def test_mail_to_all_that_match(client: Client, crowd: People) -> None:
    client.post("/people/chosen?act=mail&all=yes")
    with client.db.reading() as session:
        assert [job.payload["user_id"] for job in session.scalars(select(Job))] == [crowd.alice.id]


def test_enrolling_those_chosen_needs_a_course(client: Client, crowd: People) -> None:
    assert "Choose a course." in client.post("/people/chosen?act=enrol&id=1").text
    answer = client.post("/people/chosen?act=enrol&id=1", {"course": "tiny-course", "due": "2026-12-24"})
    assert answer.headers["Location"] == "/enrolments/tiny-course"
    assert "24 Dec 2026" in client.get("/enrolments/tiny-course").text


def test_an_act_that_is_none_is_not_found(client: Client, crowd: People) -> None:
    assert client.get("/people/chosen?act=delete&id=1").status_code == 404


def test_the_devices_of_a_person_are_seen(client: Client, crowd: People) -> None:
    Client(client.app).sign_in(crowd.alice.id)
    assert "test" in client.get(f"/people/{crowd.alice.id}").text
    with client.db.reading() as session:
        assert len(session.scalars(select(UserSession)).all()) == 2
