"""Enrolling through the pages: one, by list, due dates, withdrawing."""

import pytest
from sqlalchemy import select

from lms.catalogue import service as catalogue
from lms.core.actor import system
from lms.core.jobs import Job
from lms.enrolments.models import Enrolment
from tests.admin.conftest import NOW
from tests.client import Client
from tests.people import People, make_user

FORM = {"course": "tiny-course", "who": "alice", "due": "", "reason": ""}


def _enrolments(client: Client) -> list[Enrolment]:
    with client.db.reading() as session:
        return list(session.scalars(select(Enrolment).order_by(Enrolment.id)))


def test_the_courses_are_listed_with_how_many_take_them(client: Client, crowd: People) -> None:
    client.post("/enrolments/new", FORM | {"who": "alice\ncharlie"})
    page = client.get("/enrolments").text
    assert "Tiny course" in page
    assert 'data-label="Enrolled">2<' in page


@pytest.mark.parametrize(
    "who", ["alice\nbob", "ALICE, Bob", "alice;bob\n\n", "alice@example.org\tbob", "bob\nalice\nAlice"]
)
def test_a_pasted_list_is_understood(client: Client, crowd: People, who: str) -> None:
    assert client.post("/enrolments/new", FORM | {"who": who}).status_code == 303
    assert sorted(row.user_id for row in _enrolments(client)) == [crowd.alice.id, crowd.bob.id]


def test_the_due_date_holds_to_the_end_of_that_day_here(client: Client, crowd: People) -> None:
    with client.db.writing() as session:
        kim = make_user(session, "Kim", ("administrator",), timezone="Asia/Seoul")
    client.sign_in(kim.id)
    client.post("/enrolments/new", FORM | {"due": "2026-12-24"})
    [row] = _enrolments(client)
    assert row.due_at is not None
    assert row.due_at.isoformat() == "2026-12-24T14:59:00+00:00"


def test_unknown_names_stop_everything_until_it_is_decided(client: Client, crowd: People) -> None:
    form = FORM | {"who": "alice\nnobody\nnobody@example.org"}
    answer = client.post("/enrolments/new", form)
    assert answer.status_code == 422
    assert "2 names are not known." in answer.text
    assert "<bdi>nobody@example.org</bdi>" in answer.text
    assert _enrolments(client) == []
    assert client.post("/enrolments/new", form | {"rest": "yes"}).status_code == 303
    assert [row.user_id for row in _enrolments(client)] == [crowd.alice.id]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"who": " \n"}, "Enter at least one user name or e-mail address."),
        ({"course": ""}, "Choose a course."),
        ({"who": "nobody"}, "1 name is not known."),
    ],
)
def test_what_is_missing_is_said(client: Client, crowd: People, changed: dict[str, str], words: str) -> None:
    answer = client.post("/enrolments/new", FORM | changed)
    assert answer.status_code == 422
    assert words in answer.text


def test_many_are_left_to_the_worker(client: Client, crowd: People) -> None:
    with client.db.writing() as session:
        for number in range(60):
            make_user(session, f"Person {number}", user_name=f"person-{number}")
    client.post("/enrolments/new", FORM | {"who": "\n".join(f"person-{n}" for n in range(60))})
    with client.db.reading() as session:
        assert session.scalars(select(Job.name)).all() == ["enrol.list"] * 2
    assert "60 people are being enrolled." in client.get("/enrolments").text


def test_the_list_narrows_and_pages(client: Client, crowd: People) -> None:
    with client.db.writing() as session:
        ids = [make_user(session, f"Person {n:02}", user_name=f"person-{n}").id for n in range(60)]
        for user_id in ids:
            session.add(Enrolment(user_id=user_id, course_id=1, origin="list", created_at=NOW, reason=""))
    first = client.get("/enrolments/tiny-course").text
    assert first.count("data-enrolment=") == 50
    following = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert client.get(following).text.count("data-enrolment=") == 10
    assert client.get("/enrolments/tiny-course?q=person-7").text.count("data-enrolment=") == 1


def test_a_due_date_is_changed_and_taken_away(client: Client, crowd: People) -> None:
    client.post("/enrolments/new", FORM | {"due": "2026-12-24"})
    assert 'value="2026-12-24"' in client.get("/enrolments/tiny-course/1").text
    client.post("/enrolments/tiny-course/1", {"due": "2027-01-31", "reason": "ill"})
    assert _enrolments(client)[0].due_at is not None
    client.post("/enrolments/tiny-course/1", {"due": ""})
    assert _enrolments(client)[0].due_at is None


def test_withdrawing_needs_a_reason_and_is_undone_by_enrolling(client: Client, crowd: People) -> None:
    client.post("/enrolments/new", FORM)
    refused = client.post("/enrolments/tiny-course/1/withdraw", {"reason": " "})
    assert "Say why: the reason is kept with the change." in refused.text
    assert client.post("/enrolments/tiny-course/1/withdraw", {"reason": "left"}).status_code == 303
    assert _enrolments(client)[0].withdrawn_at is not None
    assert "Withdrawn" in client.get("/enrolments/tiny-course").text
    client.post("/enrolments/new", FORM)
    assert [row.withdrawn_at for row in _enrolments(client)] == [None]


@pytest.mark.parametrize("address", ["/enrolments/none", "/enrolments/tiny-course/99", "/enrolments/none/1"])
def test_what_is_not_there(client: Client, crowd: People, address: str) -> None:
    client.post("/enrolments/new", FORM)
    assert client.get(address).status_code == 404


def test_a_retired_course_stays_in_the_list_and_offers_no_enrolling(client: Client, crowd: People) -> None:
    client.post("/enrolments/new", FORM)
    with client.db.writing() as session:
        catalogue.retire(session, system("test"), "tiny-course", "over", NOW)
    assert "Retired" in client.get("/enrolments").text
    page = client.get("/enrolments/tiny-course").text
    assert "takes nobody new" in page and "/enrolments/new" not in page
    assert client.post("/enrolments/new", FORM | {"who": "charlie"}).status_code == 422
    assert len(_enrolments(client)) == 1


@pytest.mark.parametrize("due", ["0001-01-01", "9999-12-31"])
def test_a_due_day_at_the_end_of_the_calendar_is_shown_in_every_zone(client: Client, crowd: People, due: str) -> None:
    with client.db.writing() as session:
        east, west = (
            make_user(session, name, timezone=zone)
            for name, zone in (("East", "Pacific/Kiritimati"), ("West", "Pacific/Pago_Pago"))
        )
    client.post("/enrolments/new", FORM | {"who": "east\nwest", "due": due})
    shown = []
    for person in (east, west):
        client.sign_in(person.id)
        shown.append(client.get("/courses/tiny-course").status_code)
    assert shown == [200, 200]
