"""The packages that are shipped, taken by a trainee in the player: what comes next, and what is recorded."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Frame, Page
from sqlalchemy import select

from lms.learning.models import ActivityState, Registration
from tests.browser.barriers import barriers
from tests.browser.conftest import Complaints
from tests.browser.people import Trainee
from tests.browser.players import content, from_folder, publish, start
from tests.browser.quiz import until
from tests.browser.server import ROOT, Server

GOWNING, DEVIATION = "gowning-grade-c", "deviation-first-hour"


@pytest.fixture(scope="module")
def courses(server: Server) -> None:
    for name in (GOWNING, DEVIATION):
        publish(server, from_folder(ROOT / "modules" / name), name)


def _turn_to_the_end(inside: Frame) -> None:
    forward = inside.locator("[data-turn='1']")
    while forward.is_visible():
        forward.click()


def _answer(inside: Frame, *, wrong: str = "") -> None:
    """All questions rightly, but for the topic `wrong`, from the first page to the result."""
    forward = inside.locator("[data-turn='1']")
    while forward.is_visible():
        question = inside.locator("fieldset:visible")
        if question.count():
            right = question.get_attribute("data-right") or ""
            failing = question.get_attribute("data-objective") == wrong
            chosen = next(one for one in "abcd" if (one == right) != failing)
            question.locator(f"input[value={chosen}]").check()
            inside.locator("[data-answer]:visible").click()
        forward.click()


def _go_on(inside: Frame) -> None:
    inside.locator("[data-go-on]:visible").click()


def _state(server: Server, registration: int, key: str) -> tuple[str, float | None]:
    wanted = select(ActivityState.status, ActivityState.score).where(
        ActivityState.registration_id == registration, ActivityState.activity_key == key
    )
    with server.db.reading() as session:
        row = session.execute(wanted).first()
    return (row.status, None if row.score is None else float(row.score)) if row else ("", None)


def _complete(server: Server, registration: int) -> bool:
    with server.db.reading() as session:
        return session.get_one(Registration, registration).completed_at is not None


def _choose(page: Page, item: str) -> Frame:
    page.locator(f'[data-item-id="{item}"]').click()
    return content(page, f"/{item}.html")


def test_gowning_is_read_checked_and_passed(server: Server, courses: None, trainee: Callable[..., Trainee]) -> None:
    alice = trainee(course=GOWNING)
    page = alice.page()
    _turn_to_the_end(start(page, server, GOWNING))
    _turn_to_the_end(_choose(page, "how"))
    _answer(_choose(page, "check"))
    until(lambda: _state(server, alice.registration, "sco-3") == ("passed", 100.0))
    until(lambda: _complete(server, alice.registration))


def test_the_page_comes_back_where_it_was_left(server: Server, courses: None, trainee: Callable[..., Trainee]) -> None:
    alice = trainee(course=GOWNING)
    page = alice.page()
    inside = start(page, server, GOWNING)
    inside.locator("[data-turn='1']").click()
    inside.locator("[data-turn='1']").click()
    page.close()
    inside = start(alice.page(), server, GOWNING)
    assert inside.locator("[data-count]").inner_text() == "Page 3 of 5"


def test_a_failed_check_can_be_tried_again(server: Server, courses: None, trainee: Callable[..., Trainee]) -> None:
    alice = trainee(course=GOWNING)
    page = alice.page()
    start(page, server, GOWNING)
    inside = _choose(page, "check")
    _answer(inside, wrong=None)  # type: ignore[arg-type]  # no question has a topic: all are wrong
    until(lambda: _state(server, alice.registration, "sco-3") == ("failed", 0.0))
    inside.locator("[data-again]").click()
    _answer(inside)
    until(lambda: _state(server, alice.registration, "sco-3") == ("passed", 100.0))


def test_only_the_lesson_that_is_needed_comes_and_the_post_test_completes(
    server: Server, courses: None, trainee: Callable[..., Trainee]
) -> None:
    alice = trainee(course=DEVIATION)
    page = alice.page()
    inside = start(page, server, DEVIATION)
    assert "/pre-test.html" in inside.url
    _answer(inside, wrong="record")
    _go_on(inside)
    inside = content(page, "/record.html")
    _turn_to_the_end(inside)
    _go_on(inside)
    inside = content(page, "/post-test.html")
    assert not _complete(server, alice.registration)
    _answer(inside, wrong="next")
    _go_on(inside)
    inside = content(page, "/next.html")  # what was wrong in the post-test comes, and then the test again
    _turn_to_the_end(inside)
    _go_on(inside)
    inside = content(page, "/post-test.html")
    _answer(inside)
    _go_on(inside)
    content(page, "/card.html")
    until(lambda: _complete(server, alice.registration))
    assert _state(server, alice.registration, "package")[0] == "passed"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("course", "part"), [(GOWNING, "/how.html"), (DEVIATION, "/pre-test.html")])
def test_a_phone_shows_it_without_barriers(
    server: Server,
    courses: None,
    trainee: Callable[..., Trainee],
    complaints: Complaints,
    course: str,
    part: str,
    scheme: str,
) -> None:
    complaints.expect("404")  # alone, it is asked for an icon too
    alice = trainee(course=course, viewport={"width": 360, "height": 740}, color_scheme=scheme)
    page = alice.page()
    inside = start(page, server, course)
    if part not in inside.url:
        page.get_by_role("button", name="Outline").click()
        inside = _choose(page, part.strip("/").partition(".")[0])
    page.goto(inside.url)  # alone, because axe looks at one page
    for _ in range(2):
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        page.locator("[data-turn='1']").click()
