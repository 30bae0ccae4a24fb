"""The tools of the other journeys."""

from playwright.sync_api import expect

from tests.browser.people import Trainee
from tests.browser.server import Server


def test_a_trainee_is_signed_in(alice: Trainee) -> None:
    page = alice.page()
    page.goto("/learning")
    expect(page.get_by_role("heading", name="My learning")).to_be_visible()


def test_the_server_comes_back_after_a_kill(server: Server, alice: Trainee) -> None:
    server.restart()
    page = alice.page()
    page.goto("/learning")
    expect(page.get_by_role("link", name="All kinds of questions").first).to_be_visible()
