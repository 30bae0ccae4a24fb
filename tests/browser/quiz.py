"""Taking a quiz in a browser, by the words and marks that a person sees; what is stored, by the database."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Locator, Page, expect
from sqlalchemy import func, select

from lms.learning.models import LearningEvent
from lms.quizzes.models import QuizAttempt, QuizResponse
from tests.browser.pages import follow
from tests.browser.server import Server

#: What earns everything in the course of all kinds, as the record keeps it.
RIGHT: dict[str, Any] = {
    "q1-single": {"choice": "two"},
    "q2-multiple": {"choices": ["gauge", "lamp"]},
    "q3-truefalse": {"value": True},
    "q4-numeric": {"text": "2,5", "unit": "EU/mL"},
    "q5-short": {"text": "First air"},
    "q6-matching": {"pairs": {"around": "around", "filling": "filling"}},
    "q7-ordering": {"order": ["wash", "hood", "suit"]},
    "q8-gaps": {"gaps": {"air": "first air", "grade": "a"}},
}
STEPS = ("Wash hands", "Put on the hood", "Put on the suit")
#: Seconds: after some failures a page waits half a minute before it tries again.
PATIENCE = 90
DOORS = {"one": "One", "two": "Two", "three": "Three"}


def begin(page: Page) -> int:
    """Start the quiz, or go on with it; returns the attempt's number in the address."""
    page.goto("/courses/kinds-course/quizzes/kinds-quiz")
    follow(page, page.get_by_role("button", name=re.compile("Start the quiz|Continue")))
    expect(page).to_have_url(re.compile(r"/attempts/\d+/questions/\d+$"))
    return int(page.url.split("/attempts/")[1].split("/")[0])


def takes_pen(page: Page) -> None:
    """Wait until the server has given this page the pen, which it asks for by itself."""
    # Not wait_for_function, which uses eval from its second look on: the product's pages forbid that.
    until(lambda: page.evaluate("Object.keys(sessionStorage).some((key) => key.startsWith('cr-lease|'))"))


def open_question(page: Page, attempt: int, number: int) -> None:
    page.goto(f"/attempts/{attempt}/questions/{number}")
    at_question(page, number)


def at_question(page: Page, number: int) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Question {number}")


def says(page: Page, state: str) -> None:
    """The save indicator is in this state, and is seen."""
    bar = page.locator(f"[data-save={state}]")
    expect(bar.locator("[data-save-now]")).to_be_visible()


def choose(page: Page, door: str) -> None:
    """Answer question 1."""
    page.get_by_label(DOORS[door], exact=True).check()


def cut(page: Page) -> None:
    """The line of this page is gone, also for what a closing page sends."""
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('cut')); }")


def put_in_order(page: Page, steps: Sequence[str] = STEPS) -> None:
    rows = page.locator("[data-order] .t")
    shown = [text.strip() for text in rows.all_inner_texts()]
    for place, step in enumerate(steps):
        while shown.index(step) > place:
            at = shown.index(step)
            shown[at - 1], shown[at] = shown[at], shown[at - 1]
            page.get_by_role("button", name=f"Move up: {step}").click()
            expect(rows).to_have_text([re.compile(rf"^\s*{re.escape(text)}\s*$") for text in shown])


def _numeric(page: Page) -> None:
    page.get_by_label("Your number").fill("2,5")
    page.get_by_label("Unit").select_option("EU/mL")


def _matching(page: Page) -> None:
    page.get_by_label("Filling", exact=True).select_option("Grade A")
    page.get_by_label("Around filling").select_option("Grade B")


def _gaps(page: Page) -> None:
    page.get_by_label("Gap 1 of 2").select_option("Grade A")
    page.get_by_label("Gap 2 of 2").fill("first air")


def _multiple(page: Page) -> None:
    page.get_by_label("The green lamp").check()
    page.get_by_label("The pressure gauge").check()


#: How each question is answered so that it earns everything.
ANSWERS: Sequence[Callable[[Page], None]] = (
    lambda page: choose(page, "two"),
    _multiple,
    lambda page: page.get_by_label("True").check(),
    _numeric,
    lambda page: page.get_by_label("Your answer").fill("First air"),
    _matching,
    put_in_order,
    _gaps,
)


def answer_all(page: Page) -> None:
    """From question 1 to the page that checks."""
    for number, act in enumerate(ANSWERS, start=1):
        at_question(page, number)
        act(page)
        follow(page, forward(page, last=number == len(ANSWERS)))
    expect(page.get_by_role("heading", level=1)).to_have_text("Check and send")


def forward(page: Page, *, last: bool = False) -> Locator:
    bar = page.get_by_role("region", name="Move on")
    return bar.get_by_role("button", name=re.compile("Check" if last else "Next"))


def send(page: Page) -> None:
    follow(page, page.get_by_role("button", name="Send my answers"))
    expect(page).to_have_url(re.compile("/review$"))


@dataclass(frozen=True, slots=True)
class Kept:
    """What the database holds of an attempt. `acts` are (page load, number) of the answers that count."""

    state: str
    score: float | None
    responses: dict[str, Any]
    acts: list[tuple[str, int]]
    late: int


def kept(server: Server, attempt_id: int) -> Kept:
    with server.db.reading() as session:
        attempt = session.get_one(QuizAttempt, attempt_id)
        rows = session.execute(
            select(QuizResponse.question_key, QuizResponse.response).where(QuizResponse.attempt_id == attempt_id)
        )
        mine = select(LearningEvent.page_load, LearningEvent.number).where(
            LearningEvent.attempt_id == attempt_id, LearningEvent.kind == "answer"
        )
        acts = session.execute(mine.where(LearningEvent.outcome == "applied").order_by(LearningEvent.received_at))
        late = session.scalar(
            select(func.count()).where(LearningEvent.attempt_id == attempt_id, LearningEvent.outcome == "late")
        )
        return Kept(
            attempt.state,
            None if attempt.score is None else float(attempt.score),
            {key: _sorted(response) for key, response in rows if response is not None},
            [(load, number) for load, number in acts],
            late or 0,
        )


def _sorted(response: dict[str, Any]) -> dict[str, Any]:
    """The order of ticks and of pairs means nothing."""
    if "choices" in response:
        return {"choices": sorted(response["choices"])}
    return response


def end_time(server: Server, attempt_id: int, after: timedelta) -> None:
    """Let the attempt end that long after now."""
    with server.db.writing() as session:
        session.get_one(QuizAttempt, attempt_id).deadline_at = datetime.now(UTC) + after


def until(met: Callable[[], bool]) -> None:
    """Wait for a condition that only the database knows."""
    give_up = time.monotonic() + PATIENCE
    while not met():
        assert time.monotonic() < give_up, "it did not become true"
        time.sleep(0.05)


def door(server: Server, attempt_id: int) -> str | None:
    """The stored answer to question 1."""
    stored = kept(server, attempt_id).responses.get("q1-single")
    return stored["choice"] if stored else None
