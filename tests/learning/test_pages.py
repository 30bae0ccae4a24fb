"""The first page, my learning and the courses: what each person finds, and at what cost."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from lms.accounts.models import User
from lms.catalogue.queries import forget
from lms.engines.content.model import Enrol
from lms.learning import service
from tests.client import Client
from tests.learning.site import NOW, Site, publish, site, titled
from tests.statements import counted

__all__ = ["site"]

# The first page


def test_a_stranger_finds_what_this_is_and_the_open_courses(site: Site) -> None:
    page = Client(site.app).get("/")
    assert page.status_code == 200
    assert 'href="/courses/tiny-course"' in page.text
    assert 'href="/sign-in' in page.text


@pytest.mark.parametrize("who", ["alice", "charlie"])
def test_a_trainee_is_led_to_their_learning(site: Site, who: str) -> None:
    assert site.as_(who).get("/").headers["Location"] == "/learning"


@pytest.mark.parametrize("who", ["bob", "dora", "quentin", "ines"])
def test_staff_are_led_to_a_page_of_theirs(site: Site, who: str) -> None:
    client = site.as_(who)
    home = client.get("/").headers["Location"]
    assert home != "/learning"
    assert client.get(home).status_code == 200


# My learning


def test_nothing_taken_leads_to_the_courses(site: Site) -> None:
    page = site.as_("alice").get("/learning").text
    assert "You do not take a course yet." in page
    assert 'href="/courses"' in page


def test_what_to_do_next_stands_first_with_one_filled_button(site: Site) -> None:
    site.enrol()
    page = site.as_("alice").get("/learning").text
    assert "Next: Two doors" in page
    assert page.count("btn-primary") == 1
    assert re.search(r'btn-primary" href="/courses/tiny-course/lessons/doors"', page)


def test_it_goes_on_where_the_person_is(site: Site) -> None:
    reg = site.enrol()
    with site.db.writing() as session:
        service.set_state(session, reg, "doors", status="read", now=NOW)
        service.settle(session, reg, NOW)
    page = site.as_("alice").get("/learning").text
    assert "Next: Clean hands" in page
    assert "1 of 3 done" in page


def test_a_finished_course_has_its_time_and_nothing_left_to_do(site: Site) -> None:
    site.finish(site.enrol())
    page = site.as_("alice").get("/learning").text
    assert "Next:" not in page
    assert "Finished" in page
    assert 'data-state="complete"' in page


def test_a_due_date_is_shown_in_the_zone_of_the_person(site: Site) -> None:
    site.enrol(due_at=datetime(2100, 1, 31, 23, 30, tzinfo=UTC))
    with site.db.writing() as session:
        session.get_one(User, site.people.alice.id).timezone = "Asia/Seoul"
    page = site.as_("alice").get("/learning").text
    assert "1 Feb 2100 08:30" in page
    assert 'data-state="due"' in page


def test_days_are_written_the_way_of_the_language(site: Site) -> None:
    site.enrol(due_at=datetime(2100, 1, 31, 14, 30, tzinfo=UTC))
    with site.db.writing() as session:
        session.get_one(User, site.people.alice.id).locale = "ko"
    assert "2100년 1월 31일 14:30" in site.as_("alice").get("/learning").text


def test_overdue_is_said(site: Site) -> None:
    site.enrol(due_at=NOW - timedelta(minutes=1))
    page = site.as_("alice").get("/learning").text
    assert 'data-state="overdue"' in page


def test_a_finished_course_is_never_overdue(site: Site) -> None:
    site.finish(site.enrol(due_at=NOW - timedelta(days=1)))
    assert "overdue" not in site.as_("alice").get("/learning").text


def test_what_is_due_first_comes_first(site: Site) -> None:
    for number, days in ((1, 9), (2, 3)):
        publish(site, id=f"course-{number}", texts=titled(f"Course {number}"))
        site.enrol(course=f"course-{number}", due_at=NOW + timedelta(days=days))
    page = site.as_("alice").get("/learning").text
    assert page.index('data-course="course-2"') < page.index('data-course="course-1"')
    assert 'href="/courses/course-2/lessons/doors"' in page.partition("</section>")[0]


# The catalogue


def test_an_open_course_is_joined_in_one_tap(site: Site) -> None:
    alice = site.as_("alice")
    assert 'action="/courses/tiny-course/join"' in alice.get("/courses").text
    reply = alice.post("/courses/tiny-course/join")
    assert (reply.status_code, reply.headers["Location"]) == (303, "/courses/tiny-course")
    assert "You take this course now." in alice.get("/courses/tiny-course").text
    assert "/join" not in alice.get("/courses").text


def test_a_closed_course_is_not_listed(site: Site) -> None:
    publish(site, enrol=Enrol(False, False))
    assert "tiny-course" not in site.as_("alice").get("/courses").text


def test_who_takes_a_closed_course_finds_it_listed(site: Site) -> None:
    publish(site, enrol=Enrol(False, False))
    site.enrol()
    assert 'href="/courses/tiny-course"' in site.as_("alice").get("/courses").text


def test_staff_are_not_asked_to_join(site: Site) -> None:
    assert "/join" not in site.as_("bob").get("/courses").text


@pytest.mark.parametrize(
    ("sign_up", "address"), [(True, "/sign-up?course=tiny-course&amp;next="), (False, "/sign-in?next=")]
)
def test_a_stranger_gets_in_first_and_comes_back(site: Site, sign_up: bool, address: str) -> None:
    publish(site, enrol=Enrol(True, sign_up))
    for path in ("/courses", "/courses/tiny-course"):
        page = Client(site.app).get(path).text
        assert f'href="{address}/courses/tiny-course"' in page
        assert "/join" not in page


@pytest.mark.parametrize(
    ("courses", "address"),
    [(1, "/sign-up?course=tiny-course&amp;next=/courses/tiny-course"), (2, "/sign-up")],
    ids=["one", "several"],
)
def test_an_account_is_made_for_the_only_open_course(site: Site, courses: int, address: str) -> None:
    for number in range(courses):
        publish(site, id=("tiny-course", "other")[number], enrol=Enrol(True, True))
    assert f'href="{address}"' in Client(site.app).get("/").text


@pytest.mark.parametrize("many", [1, 9])
@pytest.mark.parametrize("path", ["/learning", "/courses", "/courses/tiny-course", "/courses/tiny-course/why"])
def test_pages_take_a_constant_number_of_statements(site: Site, path: str, many: int) -> None:
    """With cold caches, for one course and for many."""
    site.enrol()
    for number in range(many - 1):
        publish(site, id=f"course-{number}", texts=titled(f"Course {number}"))
        site.enrol(course=f"course-{number}")
    alice = site.as_("alice")
    forget()
    with counted(site.db.engine) as sent:
        assert alice.get(path).status_code == 200
    assert len(sent) <= 6, sent
