"""The journal of a page that stays open, in a real browser: what is sent when, and when it is called saved."""

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.conftest import Complaints, NewContext
from tests.browser.journal import FAILED, NO_STORAGE, answer, open_page, sent_all, shows
from tests.browser.stub import Stub, failing, lost


def test_saved_is_only_said_once_acknowledged(context: BrowserContext, stub: Stub) -> None:
    page = open_page(context, stub)
    stub.held.clear()
    answer(page, "a")
    shows(page, "saving", "Saving…")
    stub.held.set()
    shows(page, "saved", "Saved 14:02")


def test_acts_of_a_moment_go_as_one_numbered_batch(context: BrowserContext, stub: Stub) -> None:
    page = open_page(context, stub, lease=4)
    answer(page, "a", "b", "c")
    shows(page, "saved")
    (batch,) = stub.batches
    assert (batch["page_load"], batch["lease"]) == ("load-1", 4)
    assert [(op["n"], op["kind"], op["body"]["question"]) for op in batch["ops"]] == [
        (1, "answer", "a"), (2, "answer", "b"), (3, "answer", "c")
    ]  # fmt: skip


def test_batches_are_small_and_one_after_the_other(context: BrowserContext, stub: Stub) -> None:
    page = open_page(context, stub)
    page.evaluate("[...Array(120).keys()].forEach(i => journal.add('answer', { text: 'é'.repeat(i < 3 ? 14000 : 1) }))")
    sent_all(page)
    assert stub.numbers() == list(range(1, 121))
    assert max(len(batch["ops"]) for batch in stub.batches) == 50
    assert max(batch["bytes"] for batch in stub.batches) <= 60_000
    assert stub.most_at_once == 1


def test_what_one_batch_cannot_hold_goes_alone(context: BrowserContext, stub: Stub) -> None:
    page = open_page(context, stub)
    page.evaluate("journal.add('answer', { text: 'x'.repeat(70000) })")
    answer(page, "a")
    sent_all(page)
    assert [numbers for _load, numbers in stub.sent()] == [[1], [2]]


def test_an_answer_that_is_lost_on_the_way_counts_once(
    context: BrowserContext, stub: Stub, complaints: Complaints
) -> None:
    complaints.expect(FAILED)
    page = open_page(context, stub)
    stub.answers = [lost]
    answer(page, "a")
    shows(page, "saved")
    assert stub.batches[0]["ops"] == stub.batches[1]["ops"]
    assert stub.numbers() == [1]


def test_offline_it_is_kept_and_online_it_is_sent_at_once(
    context: BrowserContext, stub: Stub, complaints: Complaints
) -> None:
    complaints.expect("ERR_INTERNET_DISCONNECTED", FAILED)
    page = open_page(context, stub)
    context.set_offline(True)
    answer(page, "a")
    shows(page, "kept", "1 answer to send")
    page.evaluate("journal.failures = 9; journal.fail()")  # the next try by itself would be half a minute away
    context.set_offline(False)
    shows(page, "saved")


@pytest.mark.parametrize("status", [429, 503])
def test_a_page_that_is_asked_to_wait_sends_nothing_before(
    context: BrowserContext, stub: Stub, complaints: Complaints, status: int
) -> None:
    """Whatever happens meanwhile: more is answered, the line comes back, the tab is looked at again."""
    complaints.expect(FAILED)
    stub.answers = [failing(status, {"error": "busy", "retry_after": 3})]
    page = open_page(context, stub)
    page.evaluate("Math.random = () => 0")
    answer(page, "a")
    shows(page, "kept", "The server asks this page to wait a little. Then it sends by itself.")
    asked = page.evaluate("performance.now()")
    answer(page, "b")
    page.evaluate("() => { dispatchEvent(new Event('online')); journal.again(); journal.flush(); }")
    shows(page, "saved")
    assert page.evaluate("performance.now()") - asked > 2_000
    assert [numbers for _load, numbers in stub.sent()] == [[1], [1, 2]]


def test_two_answers_to_one_question_are_one_to_send(
    context: BrowserContext, stub: Stub, complaints: Complaints
) -> None:
    complaints.expect(FAILED)
    stub.usually = failing(503)
    page = open_page(context, stub)
    answer(page, "a", "a", "b")
    shows(page, "kept", "2 answers to send")


def test_without_storage_each_act_is_sent_at_once_and_the_page_says_so(
    new_context: NewContext, stub: Stub, complaints: Complaints
) -> None:
    complaints.expect(FAILED)
    context = new_context()
    context.add_init_script(NO_STORAGE)
    page = open_page(context, stub)
    shows(page, "unkept", "Not kept on this device. Each change is sent at once")
    page.evaluate("() => { const now = setTimeout; setTimeout = (act, after) => after === 200 ? 0 : now(act, after); }")
    answer(page, "a")
    shows(page, "saved")
    stub.usually = failing(503)
    answer(page, "b")
    shows(page, "unkept")


def test_signing_out_sends_first(context: BrowserContext, stub: Stub) -> None:
    page = open_page(context, stub)
    answer(page, "a")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/signed-out*")
    assert stub.numbers() == [1]


def test_signing_out_warns_of_what_cannot_be_sent(context: BrowserContext, stub: Stub, complaints: Complaints) -> None:
    complaints.expect(FAILED)
    stub.usually = failing(503)
    page = open_page(context, stub)
    answer(page, "a")
    page.on("dialog", lambda dialog: dialog.dismiss())
    with page.expect_event("dialog") as asked:
        page.get_by_role("button", name="Sign out").click()
    assert asked.value.message == "Not all is sent."
    assert "/page" in page.url
