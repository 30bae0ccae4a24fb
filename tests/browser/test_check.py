"""/check in a browser: all good on a whole line, and each fault told apart."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Complaints, NewContext
from tests.browser.server import Server
from tests.browser.test_desk import check_page

PROBE = "**/probe?*"
WRONG = {
    "hosts": (PROBE, lambda route: route.abort(), "No answer from http://*.localhost"),
    "kept": (PROBE, lambda route: _answer(route, nonce="old"), "An old answer came"),
    "cut": ("**/check/upload?*", lambda route: _answer(route, received=1000), "64 kB did not arrive whole."),
    "clock": ("**/check/upload?*", lambda route: _answer(route, now="2026-01-01T00:00:00+00:00"), "minutes fast."),
    "stripped": (PROBE, lambda route: _answer(route, authorization=False), "Authorization did not arrive."),
    "rewritten": ("**/check/sample?*", lambda route: route.fulfill(body="<p>Blocked"), "An answer was changed"),
}


def _answer(route: Route, **changed: object) -> None:
    """What the server would answer with something changed, as a proxy might."""
    sent = route.request
    nonce = parse_qs(urlsplit(sent.url).query)["nonce"][0]
    told = {"nonce": nonce, "authorization": True, "received": len(sent.post_data_buffer or b""), "now": _now()}
    origin = sent.headers.get("origin", "*")
    route.fulfill(json=told | changed, headers={"Access-Control-Allow-Origin": origin})


def _now() -> str:
    return datetime.now(UTC).isoformat()


@pytest.fixture(params=[360, 1280])
def page(request: pytest.FixtureRequest, server: Server, new_context: NewContext) -> Page:
    viewport = {"width": request.param, "height": 800}
    return new_context(base_url=server.url, viewport=viewport).new_page()


def test_on_a_whole_line_everything_works(page: Page) -> None:
    page.goto("/check")
    expect(page.get_by_text("Everything works: packages can run here.")).to_be_visible()
    expect(page.locator("[data-row][data-result=good]")).to_have_count(5)
    check_page(page)


@pytest.mark.parametrize("fault", WRONG)
def test_a_fault_is_told_with_what_it_means(
    server: Server, new_context: NewContext, complaints: Complaints, fault: str
) -> None:
    complaints.expect("Failed to load resource")
    page = new_context(base_url=server.url).new_page()
    where, break_it, words = WRONG[fault]
    page.route(where, break_it)
    page.goto("/check")
    expect(page.locator("[data-done]")).to_be_visible()
    expect(page.locator("[data-detail]", has_text=words)).to_have_count(1)
    assert page.locator("[data-check]").get_attribute("data-done") == ("warn" if fault == "clock" else "fail")
    check_page(page)


def test_without_scripts_it_says_what_is_missing(server: Server, new_context: NewContext) -> None:
    page = new_context(base_url=server.url, java_script_enabled=False).new_page()
    page.goto("/check")
    expect(page.locator("noscript .banner")).to_be_visible()
    assert "Allow JavaScript for this site" in page.locator("noscript").inner_text()
