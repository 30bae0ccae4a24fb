"""Every kind of question, answered with scripts and without; the record is the same."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.people import Trainee
from tests.browser.quiz import RIGHT, answer_all, at_question, begin, kept, open_question, send
from tests.browser.server import Server


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_every_kind_can_be_answered(server: Server, trainee: Callable[..., Trainee], scripts: bool) -> None:
    page = trainee(java_script_enabled=scripts).page()
    attempt = begin(page)
    answer_all(page)
    send(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Passed")
    stored = kept(server, attempt)
    assert (stored.responses, stored.state, stored.score, stored.late) == (RIGHT, "sent", 100.0, 0)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_number_that_can_be_read_in_two_ways_is_asked_about(trainee: Callable[..., Trainee], scripts: bool) -> None:
    page = trainee(java_script_enabled=scripts).page()
    open_question(page, begin(page), 4)
    number, following = page.locator("#number"), page.get_by_role("button", name=re.compile("^Next"))
    number.fill("1,234")
    following.click()
    expect(page.locator("[data-asked]")).to_contain_text("as 1234 or 1.234.")
    at_question(page, 4)
    expect(number).to_have_value("1,234")
    number.fill("1.234")
    following.click()
    at_question(page, 5)
