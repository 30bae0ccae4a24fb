"""A lesson in a real browser: place, time, self-checks, moving on, and a line that comes and goes."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from lms.catalogue import folders, loading
from lms.catalogue import service as catalogue
from lms.core.actor import system
from lms.core.migrate import ROOT
from lms.learning import queries
from lms.learning import service as learning
from tests.browser.conftest import Complaints
from tests.browser.pages import follow, following
from tests.browser.people import Trainee
from tests.browser.quiz import PATIENCE
from tests.browser.server import Server

COURSE, LESSON, NEXT = "biomanufacturing-gxp", "hand-washing-and-disinfection", "gowning-for-grade-b"
PATH = f"/courses/{COURSE}/lessons/{LESSON}"
OFFLINE = "Failed to load resource"
#: Moving on waits for the server, but not for ever; here it does, however slow the machine is.
WITHOUT_END = "() => { const now = setTimeout; setTimeout = (act, after) => after === 1500 ? 0 : now(act, after); }"


@pytest.fixture(scope="module")
def shipped(server: Server) -> Server:
    """The server with the shipped course as well."""
    found = folders.search([ROOT], shown_from=ROOT)
    course = loading.load(found.courses[COURSE], found.banks).course
    assert course
    with server.db.writing() as session:
        catalogue.publish(session, server.storage, system("test"), course, datetime.now(UTC))
    return server


class Reader:
    """A trainee of the shipped course, with its lesson open."""

    def __init__(self, trainee: Trainee) -> None:
        self.trainee = trainee
        person = trainee.someone
        with trainee.server.db.writing() as session:
            self.reg = learning.join(session, person.actor, person.id, COURSE, datetime.now(UTC), origin="self")

    def open(self, path: str = PATH) -> Page:
        page = self.trainee.page()
        page.goto(path)
        return page

    def state(self, key: str = LESSON) -> queries.State | None:
        with self.trainee.server.db.reading() as session:
            return queries.state(session, self.reg, key)

    def has_read_for(self, seconds: int, **data: object) -> None:
        """As if the page had been seen for so long."""
        kept = {"place": 1, "furthest": 1, "checks": {}, "opened_at": "2026-11-20T08:00:00+00:00", **data}
        with self.trainee.server.db.writing() as session:
            learning.set_state(
                session, self.reg, LESSON, status="in-progress", data=kept | {"seconds": seconds}, now=datetime.now(UTC)
            )


@pytest.fixture
def reader(shipped: Server, trainee: Callable[..., Trainee]) -> Reader:
    return Reader(trainee(viewport={"width": 360, "height": 740}))


def saved(page: Page) -> None:
    expect(page.locator('[data-save="saved"]')).to_be_visible()


def until(page: Page, condition: Callable[[], object]) -> None:
    """Wait for what the server has stored."""
    give_up = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < give_up, "it did not become true"
        page.wait_for_timeout(100)


def scroll_to(page: Page, block: int) -> None:
    page.locator(f"#p{block}").evaluate("node => node.scrollIntoView()")


def answer(page: Page, check: str, number: int) -> None:
    box = page.locator(f'[data-check="{check}"]')
    box.locator("input").nth(number).check()
    box.get_by_role("button").click()


def test_opening_a_lesson_begins_it(reader: Reader) -> None:
    page = reader.open()
    saved(page)
    until(page, reader.state)
    assert reader.state().status == "in-progress"


def test_the_place_is_kept_to_the_paragraph(reader: Reader) -> None:
    page = reader.open()
    scroll_to(page, 9)
    until(page, lambda: (state := reader.state()) and state.data["place"] == 9)
    page.close()
    again = reader.open()
    until(again, lambda: again.evaluate("scrollY > 0"))
    expect(again.locator("#p9")).to_be_in_viewport()
    assert abs(again.locator("#p9").bounding_box()["y"]) < 60


def test_coming_back_again_and_again_does_not_move_the_place(reader: Reader) -> None:
    reader.has_read_for(5, place=9, furthest=9)
    for _ in range(2):
        page = reader.open()
        until(page, lambda page=page: page.evaluate("scrollY > 0"))
        page.wait_for_timeout(1500)  # longer than the eye has to rest
        page.close()
    assert reader.state().data["place"] == 9


def test_a_check_answers_at_once_and_is_stored(reader: Reader) -> None:
    page = reader.open()
    answer(page, "wash-or-disinfect", 1)
    expect(page.locator('[data-check="wash-or-disinfect"] [data-answer="1"]')).to_be_focused()
    expect(page.locator('[data-check="wash-or-disinfect"] [data-answer="0"]')).to_be_hidden()
    until(page, lambda: (state := reader.state()) and state.data["checks"] == {"wash-or-disinfect": 1})


def test_a_check_without_an_answer_asks_for_one(reader: Reader) -> None:
    page = reader.open()
    box = page.locator('[data-check="wash-or-disinfect"]')
    box.get_by_role("button").click()
    assert box.locator("input").first.evaluate("node => node.validationMessage") == "Choose an answer first."
    answer(page, "wash-or-disinfect", 0)
    expect(box.locator('[data-answer="0"]')).to_be_visible()


def test_answers_without_a_line_are_kept_and_sent_later(reader: Reader, complaints: Complaints) -> None:
    complaints.expect(OFFLINE)
    page = reader.open()
    saved(page)
    page.context.set_offline(True)
    answer(page, "wash-or-disinfect", 0)
    expect(page.locator('[data-save="kept"]')).to_contain_text("Kept on this device.")
    assert not reader.state().data["checks"]
    page.close()
    reader.trainee.context.set_offline(False)
    again = reader.open()
    until(again, lambda: reader.state().data["checks"] == {"wash-or-disinfect": 0})
    saved(again)


def test_the_last_condition_finishes_the_lesson_before_the_eyes(reader: Reader) -> None:
    reader.has_read_for(600, checks={"wash-or-disinfect": 0, "glove-on-floor": 0})
    page = reader.open()
    expect(page.locator("[data-read-words]")).to_be_hidden()
    page.locator(".prose [id^=p]").last.evaluate("node => node.scrollIntoView()")
    expect(page.locator("[data-read-words]")).to_be_visible()
    expect(page.locator('[data-condition="reach-end"]')).to_have_class("is-complete")
    assert reader.state().status == "read"


def test_moving_on_waits_until_the_lesson_is_stored(reader: Reader) -> None:
    """What comes next may be locked until then."""
    page = reader.open()
    page.evaluate(WITHOUT_END)
    page.evaluate("document.querySelectorAll('.prose [id^=p]')[7].scrollIntoView()")
    follow(page, page.locator("a[rel=next]"))
    expect(page).to_have_url(re.compile(f"/{NEXT}$"))
    expect(page.locator('.process [data-state="in-progress"]', has_text=re.compile("Hand washing"))).to_have_count(2)
    assert reader.state() is not None


def test_two_tabs_of_a_lesson_are_both_saved(reader: Reader) -> None:
    one, two = reader.open(), reader.open()
    answer(one, "wash-or-disinfect", 0)
    answer(two, "glove-on-floor", 0)
    saved(one)
    saved(two)
    until(one, lambda: reader.state().data["checks"].keys() == {"wash-or-disinfect", "glove-on-floor"})


def test_time_is_only_counted_while_the_page_is_seen(reader: Reader) -> None:
    began = time.monotonic()
    page = reader.open()
    saved(page)
    page.wait_for_timeout(1500)  # a slice of at least a second
    page.goto("/privacy")
    seen = time.monotonic() - began
    until(page, lambda: reader.state().data["seconds"] >= 1)
    assert reader.state().data["seconds"] < seen + 1


def test_without_scripts_a_button_says_that_it_is_read(shipped: Server, trainee: Callable[..., Trainee]) -> None:
    reader = Reader(trainee(java_script_enabled=False))
    page = reader.open()
    for check in ("wash-or-disinfect", "glove-on-floor"):
        with following(page):
            answer(page, check, 1)
        expect(page.locator(f'[data-check="{check}"] [data-answer="1"]')).to_be_visible()
    follow(page, page.get_by_role("button", name="I have read this"))
    expect(page.get_by_text("You have read this lesson.")).to_be_visible()
    assert reader.state().status == "read"


def test_nothing_is_cut_off_on_a_phone(reader: Reader) -> None:
    for path in ("/learning", "/courses", f"/courses/{COURSE}", f"/courses/{COURSE}/why", PATH):
        page = reader.open(path)
        assert page.evaluate("document.documentElement.scrollWidth") == 360, path
        page.close()
