"""My learning names what the device still keeps of the person who is signed in, and sends it from there."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Complaints
from tests.browser.people import Trainee
from tests.browser.quiz import begin, choose, cut, door, says, until
from tests.browser.server import Server


@pytest.fixture
def attempt(server: Server, alice: Trainee) -> int:
    """Alice has answered question 1 in a tab that could not send it, and is closed."""
    page = alice.page()
    attempt = begin(page)
    cut(page)
    choose(page, "two")
    says(page, "kept")
    page.close()
    assert door(server, attempt) is None
    return attempt


def my_learning(someone: Trainee) -> Page:
    page = someone.page()
    page.goto("/learning")
    return page


def test_it_is_sent_from_my_learning(server: Server, alice: Trainee, attempt: int) -> None:
    page = my_learning(alice)
    says(page, "saved")
    assert door(server, attempt) == "two"
    expect(page.locator("[data-kept-pages] li")).to_have_count(0)


def test_what_cannot_be_sent_is_named_with_its_page(alice: Trainee, attempt: int, complaints: Complaints) -> None:
    complaints.expect("Failed to load resource")
    alice.context.route("**/operations", lambda route: route.abort())
    page = my_learning(alice)
    says(page, "kept")
    expect(page.get_by_role("heading", name="Kept on this device")).to_be_visible()
    link = page.get_by_role("link", name=re.compile("Question 1 of 8"))
    expect(link).to_have_attribute("href", f"/attempts/{attempt}/questions/1")


def test_nothing_of_another_person_is_named_or_sent(
    server: Server, alice: Trainee, attempt: int, trainee: Callable[..., Trainee]
) -> None:
    alice.become(trainee())
    page = my_learning(alice)
    expect(page.locator("[data-kept]")).to_be_hidden()
    assert (page.locator("[data-kept-pages] li").count(), door(server, attempt)) == (0, None)
    alice.become(alice)
    page.reload()
    until(lambda: door(server, attempt) == "two")
