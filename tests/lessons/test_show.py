"""The lesson page: what it shows, to whom, in which language, and its buttons without JavaScript."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.accounts.models import User
from lms.catalogue import queries as catalogue
from lms.core.storage import DiskStorage
from lms.engines.content.model import Course, Lesson, Module
from lms.learning import service
from lms.learning.models import LearningEvent
from tests.client import Client
from tests.courses import publish_tiny, tiny
from tests.lessons.conftest import World
from tests.people import make_people
from tests.statements import counted

DOORS, HANDS = "/courses/tiny-course/lessons/doors", "/courses/tiny-course/lessons/hands"


def _locale(world: World, locale: str) -> None:
    with world.db.writing() as session:
        session.get_one(User, world.people.alice.id).locale = locale


def _changed_lesson(key: str, **changed: Any) -> tuple[Module, ...]:
    """The modules of the tiny course with one lesson changed."""
    course: Course = tiny()
    return tuple(
        replace(
            module,
            activities=tuple(
                replace(one, **changed) if isinstance(one, Lesson) and one.id == key else one
                for one in module.activities
            ),
        )
        for module in course.modules
    )


def test_it_shows_the_text_and_says_where_one_is(alice: Client) -> None:
    page = alice.get(DOORS).text
    assert "has two doors" in page
    assert "<b>1 of 2</b>" in page
    assert "Version <b>1</b>" in page
    assert re.search(r'aria-current="page"[^>]*>.*?Two doors', page, re.DOTALL)


def test_opening_a_lesson_records_nothing(world: World, alice: Client) -> None:
    for _ in range(2):
        assert alice.get(DOORS).status_code == 200
    assert world.state("doors") is None
    assert world.registration().status == "not-started"
    with world.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(LearningEvent)) == 1  # joining


def test_it_is_shown_in_the_language_of_the_person(world: World, alice: Client) -> None:
    _locale(world, "fr")
    page = alice.get(DOORS).text
    assert '<article class="prose" lang="fr">' in page
    assert "not yet" not in page


def test_a_language_that_the_course_lacks_falls_back_and_says_so(world: World, alice: Client) -> None:
    _locale(world, "ko")
    page = alice.get(DOORS).text
    assert '<article class="prose" lang="en">' in page
    assert 'class="banner info"' in page
    assert 'name="shown" value="en"' in page


@pytest.mark.parametrize("who", ["charlie", "bob", "dora", "ines"])
def test_who_does_not_take_the_course_finds_no_lesson(world: World, who: str) -> None:
    assert world.as_(who).get(DOORS).status_code == 404


def test_a_stranger_signs_in_first(world: World) -> None:
    reply = Client(world.app).get(DOORS)
    assert reply.status_code == 302
    assert "/sign-in?next=" in reply.headers["Location"]


@pytest.mark.parametrize("lesson", ["tiny-quiz", "nothing", "..%2f..", "x" * 300])
def test_what_is_no_lesson_is_not_found(alice: Client, lesson: str) -> None:
    assert alice.get(f"/courses/tiny-course/lessons/{lesson}").status_code == 404


def test_the_place_is_offered_again(world: World, alice: Client) -> None:
    world.send(alice, world.page_load(alice), (1, "place", {"block": 3}))
    page = alice.get(DOORS).text
    assert '<a href="#p3" data-place-link>' in page
    assert 'data-place="3"' in page


def test_a_lesson_that_is_read_begins_at_its_beginning(world: World, alice: Client) -> None:
    world.send(alice, world.page_load(alice), (1, "place", {"block": 3}), (2, "end", {}))
    page = alice.get(DOORS).text
    assert "data-place-link" not in page
    assert "data-read " in page
    assert "I have read this" not in page


def test_conditions_are_listed_with_their_state(world: World, alice: Client) -> None:
    world.send(alice, world.page_load(alice, "hands"), (1, "end", {}), lesson="hands")
    page = alice.get(HANDS).text
    assert re.search(r'class="is-complete" data-condition="reach-end"', page)
    assert re.search(r'class="is-not-started" data-condition="checks"', page)


# Without JavaScript


def test_a_person_declares_to_have_read(world: World, alice: Client) -> None:
    reply = alice.post(DOORS, {"shown": "en"})
    assert (reply.status_code, reply.headers["Location"]) == (303, f"{DOORS}#finish")
    state = world.state("doors")
    assert (state.status, state.locale, state.data["declared"]) == ("read", "en", True)


def test_declaring_does_not_answer_the_checks(world: World, alice: Client) -> None:
    alice.post(HANDS, {"shown": "en"})
    assert world.state("hands").status == "in-progress"


def test_an_answer_comes_back_with_its_feedback(world: World, alice: Client) -> None:
    reply = alice.post(HANDS, {"check": "order", "check-order": "1", "shown": "en"})
    assert reply.status_code == 303
    page = alice.get(reply.headers["Location"]).text
    assert re.search(r'name="check-order" value="1" checked>', page)
    assert re.search(r'class="check-feedback wrong" data-answer="1" data-right="false">No\.', page)
    assert re.search(r'data-answer="0" data-right="true" hidden', page)


def test_the_answer_leads_back_to_its_check(world: World, alice: Client) -> None:
    reply = alice.post(HANDS, {"check": "order", "check-order": "0", "shown": "en"})
    page = alice.get(HANDS).text
    anchor = reply.headers["Location"].partition("#")[2]
    assert f'<fieldset class="check" id="{anchor}" data-check="order">' in page


def test_no_answer_is_asked_for_again(world: World, alice: Client) -> None:
    reply = alice.post(HANDS, {"check": "order", "shown": "en"})
    assert "Choose an answer first." in alice.get(reply.headers["Location"]).text
    assert world.state("hands") is None


@pytest.mark.parametrize(
    "fields",
    [
        {"check": "order", "check-order": "99999999999999999999"},
        {"check": "order", "check-order": "٣"},
        {"check": "order", "check-order": "-1"},
        {"check": "nothing", "check-nothing": "0"},
        {"check": "a" * 5000, "check-" + "a" * 5000: "0"},
        {"shown": "xx" * 500},
        {"shown": "<script>"},
    ],
)
def test_odd_fields_do_no_harm(world: World, alice: Client, fields: dict[str, str]) -> None:
    assert alice.post(HANDS, fields).status_code in (303, 404)
    assert alice.get(HANDS).status_code == 200


def test_a_button_needs_its_token(world: World, alice: Client) -> None:
    assert alice.post(DOORS, {"shown": "en"}, csrf=False).status_code == 400
    assert world.state("doors") is None


def test_a_button_of_a_stranger_to_the_course_is_not_found(world: World) -> None:
    assert world.as_("charlie").post(DOORS, {"shown": "en"}).status_code == 404


# Locks


@pytest.fixture
def locked(app: Flask) -> World:
    """`hands` opens when `doors` is read."""
    context = app.extensions["lms"]
    with context.db.writing() as session:
        people = make_people(session)
        storage = DiskStorage(context.settings.data_dir / "blobs")
        publish_tiny(session, storage, modules=_changed_lesson("hands", requires=("doors",)))
        reg = service.join(
            session, people.alice.actor, people.alice.id, "tiny-course", datetime.now(UTC), origin="self"
        )
    return World(app, people, reg)


def test_a_locked_lesson_says_what_opens_it_and_shows_nothing_else(locked: World) -> None:
    page = locked.as_("alice").get(HANDS).text
    assert "Opens after: Two doors" in page
    assert f'href="{DOORS}"' in page
    assert "Wash first" not in page
    assert "data-page-load" not in page


def test_a_locked_lesson_takes_no_button(locked: World) -> None:
    assert locked.as_("alice").post(HANDS, {"shown": "en"}).status_code == 409
    assert locked.state("hands") is None


def test_it_opens_when_the_other_is_read(locked: World) -> None:
    alice = locked.as_("alice")
    locked.send(alice, locked.page_load(alice), (1, "end", {}))
    assert "Wash first" in alice.get(HANDS).text


# Budgets


@pytest.mark.parametrize("many", [1, 12])
def test_a_lesson_takes_a_constant_number_of_statements(world: World, alice: Client, many: int) -> None:
    """Also with cold caches, and however many activities have a state."""
    with world.db.writing() as session:
        now = datetime.now(UTC)
        for number in range(many):
            service.set_state(session, world.reg, f"other-{number}", status="read", now=now)
    for key in ("doors", "hands"):
        catalogue.forget()
        with counted(world.db.engine) as sent:
            assert alice.get(f"/courses/tiny-course/lessons/{key}").status_code == 200
        assert len(sent) <= 6, sent
