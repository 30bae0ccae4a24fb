"""The main way by keyboard alone: focus is seen, everything is reached, nothing traps it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import following
from tests.browser.people import Trainee
from tests.browser.quiz import begin

#: More stops than any page has.
FARTHEST = 150


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until an element that matches has the focus, as a person without a mouse does."""
    for _ in range(FARTHEST):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never reaches {selector}")


@pytest.fixture
def page(trainee: Callable[..., Trainee]) -> Page:
    return trainee().page()


def test_the_first_stop_skips_to_the_content(page: Page) -> None:
    page.goto("/learning")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_from_my_learning_to_a_sent_quiz(page: Page) -> None:
    page.goto("/courses/kinds-course")
    for stop, leads_to in (
        ("main a[href*='/quizzes/']", "/quizzes/"),
        ("main form .btn-primary", "/questions/"),
        ("button[name=go][value=check], [data-go=check], a[href$='/check']", "/check"),
        ("form[data-send] .btn-primary", "/review"),
    ):
        tab_to(page, stop)
        with following(page):
            page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(leads_to))
    expect(page.locator("h1")).to_contain_text("Not passed")


def test_an_answer_is_chosen_with_the_space_bar(page: Page) -> None:
    begin(page)
    number = _number_of_kind(page, "single")
    tab_to(page, "input[type=radio]")
    page.keyboard.press("Space")
    expect(page.locator("input[type=radio]:checked")).to_have_count(1)
    expect(page.locator(f"[data-question='{number}'].answered").first).to_be_attached()


def _number_of_kind(page: Page, kind: str) -> int:
    address = page.url.rsplit("/", 1)[0]
    for number in range(1, 20):
        page.goto(f"{address}/{number}")
        if page.locator(f"form[data-kind={kind}]").count():
            return number
    raise AssertionError(f"no question of kind {kind}")


def test_a_row_is_moved_and_keeps_the_focus(page: Page) -> None:
    begin(page)
    _number_of_kind(page, "ordering")
    first = page.locator("[data-order] > li").first.get_attribute("data-id")
    tab_to(page, f"[data-id='{first}'] button[value^=down]")
    page.keyboard.press("Enter")
    expect(page.locator("[data-order] > li").nth(1)).to_have_attribute("data-id", first or "")
    assert page.evaluate("document.activeElement.closest('li').dataset.id") == first


@pytest.mark.parametrize("path", ["/learning", "/courses/kinds-course", "/profile"])
def test_every_stop_is_seen(page: Page, path: str) -> None:
    """Each focused element lies in view and has an outline."""
    page.goto(path)
    hidden = []
    for _ in range(40):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => {
                const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
                if (e === document.body) return true;
                const outlined = style.outlineStyle !== 'none' || e.closest('label, .btn') !== null;
                return outlined && box.bottom > 0 && box.top < innerHeight && box.width > 0;
            }"""
        )
        if not seen:
            hidden.append(page.evaluate("document.activeElement.outerHTML.slice(0, 120)"))
    assert hidden == []
