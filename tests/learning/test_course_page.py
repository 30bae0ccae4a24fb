"""The page of a course: what may be opened, what is left, and why it is not complete."""

import re
from decimal import Decimal

import pytest

from lms.catalogue import service as catalogue
from lms.core.actor import system
from lms.engines.content.model import Enrol
from lms.learning import queries, service
from tests.client import Client
from tests.learning.site import NOW, Site, publish, site, titled

__all__ = ["site"]


def test_a_course_shows_its_size_before_it_is_opened(site: Site) -> None:
    page = site.as_("alice").get("/courses/tiny-course").text
    assert re.search(r"\d\u202fkB to read", page)
    assert 'href="/courses/tiny-course/lessons/doors"' not in page


def test_a_score_says_how_it_came_about(site: Site) -> None:
    site.finish(site.enrol())
    assert "Passed · 85\u202f% · Graded" in site.as_("alice").get("/courses/tiny-course").text


def test_locked_things_say_what_opens_them(site: Site) -> None:
    site.enrol()
    page = site.as_("alice").get("/courses/tiny-course").text
    assert 'data-state="locked"' in page
    assert "Opens when all 2 lessons are read. 2 are left." in page


@pytest.mark.parametrize("page", ["", "/why"])
@pytest.mark.parametrize("who", ["alice", None])
def test_a_closed_course_is_not_there_for_strangers(site: Site, page: str, who: str | None) -> None:
    publish(site, enrol=Enrol(False, False))
    client = site.as_(who) if who else Client(site.app)
    reply = client.get(f"/courses/tiny-course{page}")
    assert reply.status_code == (404 if who or not page else 302)


def test_a_closed_course_cannot_be_joined(site: Site) -> None:
    publish(site, enrol=Enrol(False, False))
    assert site.as_("alice").post("/courses/tiny-course/join").status_code == 404


@pytest.mark.parametrize("who", ["bob", "dora", "quentin", "ines"])
def test_staff_see_a_closed_course(site: Site, who: str) -> None:
    publish(site, enrol=Enrol(False, False))
    assert site.as_(who).get("/courses/tiny-course").status_code == 200


@pytest.mark.parametrize("key", ["no-such-course", "x" * 400, "%00", "a%2fb"])
def test_what_does_not_exist_is_not_found(site: Site, key: str) -> None:
    assert site.as_("alice").get(f"/courses/{key}").status_code == 404


def test_a_retired_course_stays_for_those_who_take_it(site: Site) -> None:
    site.enrol()
    with site.db.writing() as session:
        catalogue.retire(session, system("test"), "tiny-course", "old", NOW)
    page = site.as_("alice").get("/courses/tiny-course")
    assert page.status_code == 200
    assert "You can go on and finish it." in page.text
    assert site.as_("alice").get("/courses/tiny-course/lessons/doors").status_code == 200
    assert site.as_("charlie").get("/courses/tiny-course").status_code == 404


def test_after_a_new_version_one_keeps_ones_own_and_is_told(site: Site) -> None:
    reg = site.enrol()
    publish(site, hours=3)
    page = site.as_("alice").get("/courses/tiny-course").text
    assert "You take version 1. New trainees take version 2." in page
    assert "Version <b>1</b>" in page
    with site.db.reading() as session:
        found = queries.registration(session, reg)
        assert found and found.version_id != found.current_version_id
    assert "Version <b>1</b>" in site.as_("alice").get("/courses/tiny-course/lessons/doors").text


def test_who_joins_now_sees_the_new_version(site: Site) -> None:
    publish(site, hours=3)
    site.enrol()
    page = site.as_("alice").get("/courses/tiny-course").text
    assert "Version <b>2</b>" in page
    assert "New trainees" not in page


def _quiz(site: Site, reg: int, **data: object) -> None:
    with site.db.writing() as session:
        for key in ("doors", "hands"):
            service.set_state(session, reg, key, status="read", now=NOW)
        service.set_state(session, reg, "tiny-quiz", status="failed", score=Decimal(40), data=data, now=NOW)
        service.settle(session, reg, NOW)


def test_what_has_to_wait_says_until_when(site: Site) -> None:
    _quiz(site, site.enrol(), not_before="2100-01-31T09:00:00+00:00", left=1)
    for path in ("/learning", "/courses/tiny-course"):
        page = site.as_("alice").get(path).text
        assert "Opens again 31 Jan 2100 09:00." in page
        assert "btn-primary" not in page


def test_what_cannot_be_done_says_whom_to_ask(site: Site) -> None:
    _quiz(site, site.enrol(), left=0)
    for path in ("/learning", "/courses/tiny-course"):
        assert "Ask your instructor." in site.as_("alice").get(path).text


def test_an_open_attempt_comes_before_all_else(site: Site) -> None:
    reg = site.enrol()
    publish(site, id="other-course", texts=titled("Other"))
    site.enrol(course="other-course", due_at=NOW)
    _quiz(site, reg, open={"attempt": 1, "deadline": "2100-01-31T15:40:00+00:00"})
    page = site.as_("alice").get("/learning").text
    assert "Next: Tiny quiz" in page
    assert "Your attempt ends 31 Jan 2100 15:40." in page


def test_a_complete_course_leads_to_its_certificate(site: Site) -> None:
    site.finish(site.enrol())
    page = site.as_("alice").get("/courses/tiny-course").text
    assert 'btn-primary" href="/records"' in page
    assert "Why am I not complete?" not in page


# Why am I not complete?


def test_each_condition_stands_with_its_state(site: Site) -> None:
    site.finish(site.enrol(), quiz=False)
    page = site.as_("alice").get("/courses/tiny-course/why").text
    assert "1 condition is not met yet." in page
    assert re.search(r'data-code="read" data-met="yes"', page)
    assert re.search(r'data-code="passed" data-met="no"', page)
    assert "70\u202f% is needed. You have no result yet." in page


def test_the_best_result_is_named(site: Site) -> None:
    reg = site.enrol()
    with site.db.writing() as session:
        service.set_state(
            session, reg, "tiny-quiz", status="failed", score=Decimal("69.96"), evidence="graded", now=NOW
        )
    page = site.as_("alice").get("/courses/tiny-course/why").text
    assert "70\u202f% is needed. Your best result is 69.9\u202f%." in page


def test_a_result_entered_by_a_person_is_said_to_be(site: Site) -> None:
    reg = site.enrol()
    with site.db.writing() as session:
        dora = site.people.dora.actor
        service.enter(session, dora, reg, "tiny-quiz", score=Decimal(90), reason="paper", now=NOW)
    assert "Entered by a person." in site.as_("alice").get("/courses/tiny-course/why").text


def test_a_reported_result_is_not_enough_and_says_so(site: Site) -> None:
    reg = site.enrol()
    with site.db.writing() as session:
        service.set_state(session, reg, "tiny-quiz", status="passed", score=Decimal(88), evidence="reported", now=NOW)
    assert "This course needs a result graded by us." in site.as_("alice").get("/courses/tiny-course/why").text


# Budgets
