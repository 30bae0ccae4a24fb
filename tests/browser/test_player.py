"""The player as shipped, its server included: start, reload, navigation, two tabs, a line that fails, a session that
ends, and what all this weighs."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Frame, Page, Response, expect
from sqlalchemy import select

from lms.scorm.models import ScoAttempt
from tests.browser.conftest import Complaints
from tests.browser.people import Trainee
from tests.browser.players import content, publish, start
from tests.browser.quiz import until
from tests.browser.server import Server
from tests.packages import files

COURSE, LONG = "player-course", "player-long-course"
PAGE = b"""<!doctype html><html lang="en"><title>Wash</title><h1>Wash</h1>
<script>window.api = parent.API_1484_11; api.Initialize('');
addEventListener('pagehide', () => api.Terminate(''));</script>"""
ITEM = '<item identifier="item-{n}" identifierref="r1"><title>Wash, part {n}</title></item>'
#: Of a start on an empty browser, in bytes as they come over the line, without the package's own files.
COLD = 40_000


@pytest.fixture(scope="module")
def course(server: Server) -> str:
    pages = {"wash.html": PAGE, "pages/dry.html": PAGE}
    publish(server, files("2004") | pages, COURSE)
    items = "".join(ITEM.format(n=n) for n in range(28))
    publish(server, files("2004", extra=items) | pages, LONG)
    return COURSE


@pytest.fixture
def person(trainee: Callable[..., Trainee], course: str) -> Trainee:
    return trainee(course=course)


@pytest.fixture(autouse=True)
def failures(complaints: Complaints) -> None:
    complaints.expect("Failed to load resource", "net::ERR")


def begin(person: Trainee, course: str = COURSE) -> tuple[Page, Frame]:
    page = person.page()
    return page, start(page, person.server, course)


def put(inside: Frame, value: str) -> None:
    assert inside.evaluate("value => api.SetValue('cmi.location', value)", value) == "true"


def got(inside: Frame) -> str:
    return inside.evaluate("api.GetValue('cmi.location')")


def locations(person: Trainee) -> list[str | None]:
    """What the attempts of this person hold, by activity and number."""
    with person.server.db.reading() as session:
        attempts = session.scalars(
            select(ScoAttempt)
            .where(ScoAttempt.registration_id == person.registration)
            .order_by(ScoAttempt.activity_key, ScoAttempt.number)
        )
        return [one.data["values"].get("cmi.location") for one in attempts]


def saves(page: Page, state: str) -> None:
    expect(page.locator(f'[data-save="{state}"] [data-save-now]')).to_be_visible()


def test_what_the_content_says_is_stored_and_stays_through_a_reload(person: Trainee) -> None:
    page, inside = begin(person)
    put(inside, "page 3")
    until(lambda: locations(person) == ["page 3"])
    saves(page, "saved")
    inside.evaluate("api.SetValue('cmi.exit', 'suspend')")
    page.reload()
    assert got(content(page)) == "page 3"


def test_a_navigation_brings_the_next_part(person: Trainee) -> None:
    page, inside = begin(person)
    put(inside, "end of the first")
    page.get_by_test_id("nav-continue").click()
    put(content(page, "dry.html"), "the second")
    until(lambda: locations(person) == ["end of the first", "the second"])
    expect(page.locator("[data-item-id=dry]")).to_have_attribute("aria-current", "true")


def test_the_visit_ends_when_all_is_stored(person: Trainee) -> None:
    page, inside = begin(person)
    put(inside, "last word")
    page.get_by_test_id("nav-exitAll").click()
    expect(page.get_by_test_id("session-ended")).to_be_visible()
    assert locations(person) == ["last word"]


def test_the_newer_of_two_tabs_writes(person: Trainee) -> None:
    older, _ = begin(person)
    newer, inside = begin(person)
    saves(older, "older")
    put(inside, "newer")
    until(lambda: locations(person) == ["newer"])
    saves(newer, "saved")


def test_a_line_that_fails_loses_nothing(person: Trainee) -> None:
    page, inside = begin(person)
    person.context.set_offline(True)
    put(inside, "without line")
    saves(page, "kept")
    person.context.set_offline(False)
    until(lambda: locations(person) == ["without line"])
    saves(page, "saved")


def test_what_came_after_the_session_ended_waits_for_the_next(person: Trainee) -> None:
    page, inside = begin(person)
    saves(page, "saved")
    person.end_session()
    put(inside, "after the end")
    saves(page, "signin")
    person.sign_in_again()
    page.locator("[data-save-now] a").click()
    expect(page.locator(f'[data-launch="{COURSE}"]')).to_be_visible()
    page.locator(f'[data-launch="{COURSE}"]').click()
    content(page)
    until(lambda: "after the end" in locations(person))


def test_a_cold_start_is_light(trainee: Callable[..., Trainee], course: str) -> None:
    """Thirty activities, nothing in the cache, no suspend_data."""
    person = trainee(course=LONG)
    page = person.page()
    heard: list[Response] = []
    page.on("response", lambda one: heard.append(one))
    start(page, person.server, LONG)
    page.wait_for_load_state("networkidle")
    expect(page.locator("[data-item-id]")).to_have_count(31)
    own = [one for one in heard if ".localhost" in one.url and "/f/" not in one.url and one.status == 200]
    weights = {one.url.split("/", 3)[3]: one.request.sizes()["responseBodySize"] for one in own}
    assert {"", "x/take"} <= weights.keys() and len(weights) >= 7
    assert sum(weights.values()) <= COLD, weights
