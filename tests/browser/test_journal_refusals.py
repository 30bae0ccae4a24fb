"""The journal of a page whose server fails, says no or asks to sign in: nothing is lost, the rest is not held back."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import Complaints
from tests.browser.journal import FAILED, answer, hurry, kept_keys, mute, open_page, poisoned, sent_all, shows
from tests.browser.stub import Answer, Stub, failing, query, store


@pytest.mark.parametrize(
    "trouble",
    [failing(503), failing(500), failing(429), failing(200, b"<title>Pay for this line</title>")],
    ids=["away", "bug", "too-many", "portal"],
)
def test_an_unsure_answer_keeps_and_tries_again(
    context: BrowserContext, stub: Stub, complaints: Complaints, trouble: object
) -> None:
    complaints.expect(FAILED)
    page = open_page(context, stub)
    stub.usually = trouble
    answer(page, "a", "b")
    shows(page, "kept", "Kept on this device. 2 answers to send")
    stub.usually = store
    shows(page, "saved")
    assert stub.sent()[:2] == [("load-1", [1, 2])] * 2
    assert stub.numbers() == [1, 2]


def test_an_ended_session_asks_to_sign_in_and_keeps_everything(
    context: BrowserContext, stub: Stub, complaints: Complaints
) -> None:
    complaints.expect(FAILED)
    page = open_page(context, stub)
    stub.usually = failing(401, {"error": "signin", "url": "/sign-in"})
    answer(page, "a")
    shows(page, "signin", "Sign in to send 1 answer")
    link = page.locator("[data-save-now] a").get_attribute("href") or ""
    assert query(link)["next"] == [page.evaluate("location.pathname + location.search")]
    stub.usually = store
    page.evaluate("dispatchEvent(new Event('pageshow'))")
    shows(page, "saved")


@pytest.mark.parametrize(
    "told",
    [lambda s, b: store(s, b, older=True, late=[1]), failing(409, {"error": "older", "acked": 1})],
    ids=["late", "conflict"],
)
def test_an_older_tab_turns_read_only(
    context: BrowserContext, stub: Stub, complaints: Complaints, told: object
) -> None:
    complaints.expect(FAILED)
    page = open_page(context, stub)
    stub.answers = [told]
    answer(page, "a")
    shows(page, "older", "Open in a newer tab. Read-only here.")
    assert kept_keys(page) == []


def test_what_comes_too_late_is_said_and_stays_said(context: BrowserContext, stub: Stub) -> None:
    page = open_page(context, stub)
    stub.answers = [lambda s, b: store(s, b, late=[1], refused=[{"n": 1, "message": "Time was over at 15:40."}])]
    answer(page, "a")
    shows(page, "refused", "Time was over at 15:40.")
    answer(page, "b")
    sent_all(page)
    shows(page, "refused", "Time was over at 15:40.")


@pytest.mark.parametrize("status", [400, 403, 404, 413, 422])
def test_a_refused_batch_stays_on_the_device(
    context: BrowserContext, stub: Stub, complaints: Complaints, status: int
) -> None:
    complaints.expect(FAILED)
    page = open_page(context, stub)
    stub.usually = failing(status)
    answer(page, "a")
    shows(page, "refused")
    assert kept_keys(page) == ["cr|7|attempt:1|load-1|1"]


def test_a_batch_that_is_too_large_is_halved(context: BrowserContext, stub: Stub, complaints: Complaints) -> None:
    complaints.expect(FAILED)
    page = open_page(context, stub)
    stub.usually = lambda s, b: (413, {}) if len(b["ops"]) > 2 else store(s, b)
    answer(page, "a", "b", "c", "d")
    shows(page, "saved")
    assert [numbers for _load, numbers in stub.sent()] == [[1, 2, 3, 4], [1, 2], [3, 4]]


@pytest.mark.parametrize("status", [400, 413, 422, 500])
def test_an_act_that_is_never_taken_does_not_hold_back_the_others(
    context: BrowserContext, stub: Stub, complaints: Complaints, status: int
) -> None:
    complaints.expect(FAILED)
    stub.usually = poisoned(status, "b")
    page = open_page(context, stub)
    hurry(page)
    answer(page, "a", "b", "c", "d")
    page.wait_for_function("journal.all.length === 1")
    assert stub.numbers() == [1, 3, 4]
    assert kept_keys(page) == ["cr|7|attempt:1|load-1|2"]


def test_what_follows_a_refused_act_is_sent_and_the_refusal_stays_shown(
    context: BrowserContext, stub: Stub, complaints: Complaints
) -> None:
    complaints.expect(FAILED)
    stub.usually = poisoned(422, "a")
    page = open_page(context, stub)
    answer(page, "a")
    shows(page, "refused")
    answer(page, "b")
    page.wait_for_function("journal.all.length === 1")
    assert stub.numbers() == [2]
    shows(page, "refused")


def test_what_the_server_fails_on_in_an_older_journal_does_not_hold_back_this_page(
    context: BrowserContext, stub: Stub, complaints: Complaints
) -> None:
    complaints.expect(FAILED)
    page = open_page(context, stub)
    mute(page)
    answer(page, "a")
    stub.usually = poisoned(500, "a")
    page.goto(stub.url(load="load-2"))
    page.wait_for_function("window.journal")
    hurry(page)
    answer(page, "b")
    stub.wait(lambda: stub.numbers("load-2") == [1])
    assert stub.numbers("load-1") == []


def refusing(question: str) -> Answer:
    """Our server says that it has not stored the answer to this question, and what to do."""

    def respond(stub: Stub, batch: dict[str, Any]) -> tuple[int, Any]:
        refused = [op["n"] for op in batch["ops"] if op["body"]["question"] == question]
        return store(
            stub, batch, refused=[{"n": n, "reason": "other-body", "message": "Give it again."} for n in refused]
        )

    return respond


def test_what_our_server_refuses_stays_on_the_device_and_is_shown(context: BrowserContext, stub: Stub) -> None:
    page = open_page(context, stub)
    stub.usually = refusing("b")
    answer(page, "a", "b", "c")
    shows(page, "refused", "Give it again.")
    assert kept_keys(page) == ["cr|7|attempt:1|load-1|2"]
    link = page.get_by_role("link", name="Kept on this device. Give it again")
    expect(link).to_have_attribute("href", "/page")


def test_what_was_refused_is_shown_by_the_next_page_and_not_sent_again(context: BrowserContext, stub: Stub) -> None:
    page = open_page(context, stub)
    stub.usually = refusing("a")
    answer(page, "a")
    shows(page, "refused")
    stub.usually = store
    page.goto(stub.url(load="load-2"))
    shows(page, "refused", "Give it again.")
    answer(page, "b")
    sent_all(page)
    assert stub.sent() == [("load-1", [1]), ("load-2", [1])]
    assert kept_keys(page) == ["cr|7|attempt:1|load-1|1"]


def test_what_was_refused_is_kept_until_it_is_given_again(context: BrowserContext, stub: Stub) -> None:
    page = open_page(context, stub)
    stub.usually = refusing("a")
    answer(page, "a")
    shows(page, "refused")
    stub.usually = store
    answer(page, "a")
    shows(page, "saved")
    assert kept_keys(page) == []


def test_what_an_acknowledgement_of_other_acts_covers_is_asked_about(context: BrowserContext, stub: Stub) -> None:
    """A closing page's batch was refused and nobody heard it: the number is acknowledged, the answer is not stored."""
    page = open_page(context, stub)
    mute(page)
    page.evaluate("[...Array(51).keys()].forEach(i => journal.add('answer', { question: `q${i + 1}` }))")
    stub.usually = refusing("q51")
    stub.answers = [lambda s, b: store(s, b, acked=51)]
    page.goto(stub.url(load="load-2"))
    shows(page, "refused", "Give it again.")
    assert kept_keys(page) == ["cr|7|attempt:1|load-1|51"]
