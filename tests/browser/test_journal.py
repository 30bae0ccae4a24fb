"""The journal of a page, in a real browser against a server that fails in every way."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Complaints, NewContext
from tests.browser.quiz import until
from tests.browser.stub import Stub, failing, lost, query, store

FAILED = "Failed to load resource"
IN_MIRROR = """() => new Promise((done) => {
    const opening = indexedDB.open('cleanroom');
    opening.onsuccess = () => {
        const asked = opening.result.transaction('journal').objectStore('journal').getAllKeys();
        asked.onsuccess = () => done(asked.result.map((key) => Number(key.split('|').pop())));
        opening.result.close();
    };
})"""
NO_STORAGE = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"


def open_page(context: BrowserContext, stub: Stub, **where: object) -> Page:
    page = context.new_page()
    page.goto(stub.url(**where))
    page.wait_for_function("window.journal")
    return page


def answer(page: Page, *questions: str) -> None:
    page.evaluate(
        "names => names.forEach(question => journal.add('answer', { question, response: null }))", list(questions)
    )


def shows(page: Page, state: str, words: str = "") -> None:
    bar = page.locator(f'[data-save="{state}"]')
    expect(bar.locator("[data-save-now]")).to_contain_text(words)


def mute(page: Page) -> None:
    """What this page does from now on it keeps, because it cannot send any more."""
    page.evaluate("() => { fetch = () => new Promise(() => {}); }")


def mirrored(page: Page, *numbers: int) -> None:
    """Wait until the second copy holds just these acts."""
    until(lambda: page.evaluate(IN_MIRROR) == list(numbers))


def kept_keys(page: Page) -> list[str]:
    return page.evaluate("Object.keys(localStorage).filter(key => key !== 'cr').sort()")


def sent_all(page: Page) -> None:
    page.wait_for_function("journal.unsent.length === 0")


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
    assert {(load, tuple(numbers)) for load, numbers in stub.sent()} == {("load-1", (1, 2))}
    assert len(stub.sent()) > 1


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


def test_two_answers_to_one_question_are_one_to_send(
    context: BrowserContext, stub: Stub, complaints: Complaints
) -> None:
    complaints.expect(FAILED)
    stub.usually = failing(503)
    page = open_page(context, stub)
    answer(page, "a", "a", "b")
    shows(page, "kept", "2 answers to send")


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


def test_a_new_page_first_sends_what_the_last_one_kept(context: BrowserContext, stub: Stub) -> None:
    page = open_page(context, stub, lease=3)
    mute(page)
    answer(page, "a", "b")
    page.goto(stub.url(load="load-2", lease=5))
    page.wait_for_function("journal.sets.some(({ load, open }) => load === 'load-1' && open)")
    page.evaluate("journal.ready.then(() => true)")
    answer(page, "c")
    sent_all(page)
    sent = [(batch["page_load"], batch["lease"], len(batch["ops"])) for batch in stub.batches]
    assert list(dict.fromkeys(sent)) == [("load-1", 3, 2), ("load-2", 5, 1)]
    assert kept_keys(page) == []


def test_what_the_closing_page_sends_arrives_and_is_then_forgotten(context: BrowserContext, stub: Stub) -> None:
    page = open_page(context, stub)
    answer(page, "a")
    page.goto(stub.elsewhere)
    stub.wait(lambda: stub.numbers() == [1])
    page.goto(stub.url(load="load-2"))
    sent_all(page)
    assert stub.numbers() == [1]
    assert kept_keys(page) == []


def test_a_batch_under_way_outlives_its_page(context: BrowserContext, stub: Stub) -> None:
    page = open_page(context, stub)
    stub.held.clear()
    answer(page, "a")
    stub.wait(lambda: len(stub.batches) == 1)
    answer(page, "b")
    page.goto(stub.elsewhere)
    stub.wait(lambda: ("load-1", [2]) in stub.sent())
    stub.held.set()
    stub.wait(lambda: stub.numbers() == [1, 2])


def test_nothing_is_sent_for_another_person(context: BrowserContext, stub: Stub) -> None:
    page = open_page(context, stub, person=7)
    mute(page)
    answer(page, "a")
    page.goto(stub.url(load="load-2", person=8))
    answer(page, "b")
    sent_all(page)
    assert {load for load, _n in stub.stored} == {"load-2"}
    assert kept_keys(page) == ["cr|7|attempt:1|load-1|1"]


def test_an_open_tab_is_left_its_own_acts_until_it_closes(context: BrowserContext, stub: Stub) -> None:
    first = open_page(context, stub)
    mute(first)
    answer(first, "a")
    second = open_page(context, stub, load="load-2")
    answer(second, "b")
    shows(second, "saved")
    assert stub.numbers("load-1") == []
    first.close()
    stub.wait(lambda: stub.numbers("load-1") == [1])


def test_a_page_put_aside_by_the_browser_leaves_its_acts_to_others(context: BrowserContext, stub: Stub) -> None:
    aside = open_page(context, stub)
    mute(aside)
    answer(aside, "a")
    aside.evaluate("() => { dispatchEvent(new Event('pagehide')); }")
    open_page(context, stub, load="load-2")
    stub.wait(lambda: stub.numbers("load-1") == [1])


def test_the_mirror_gives_back_what_local_storage_lost(context: BrowserContext, stub: Stub) -> None:
    page = open_page(context, stub)
    mute(page)
    answer(page, "a")
    mirrored(page, 1)
    page.evaluate("localStorage.clear()")
    page.goto(stub.url(load="load-2"))
    stub.wait(lambda: stub.numbers("load-1") == [1])
    sent_all(page)


def test_a_gap_of_numbers_does_not_hold_back_the_rest(context: BrowserContext, stub: Stub) -> None:
    page = open_page(context, stub)
    mute(page)
    answer(page, "a", "b")
    mirrored(page, 1, 2)
    page.evaluate("indexedDB.deleteDatabase('cleanroom'); localStorage.removeItem('cr|7|attempt:1|load-1|1')")
    page.goto(stub.url(load="load-2"))
    stub.wait(lambda: 2 in stub.numbers("load-1"))
    sent_all(page)


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


def test_a_page_from_the_browsers_own_cache_goes_on_counting(context: BrowserContext, stub: Stub) -> None:
    page = open_page(context, stub)
    answer(page, "a")
    shows(page, "saved")
    page.reload()  # the stub gives the same page load again, as a cached page has it
    answer(page, "b")
    sent_all(page)
    assert stub.numbers() == [1, 2]


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
