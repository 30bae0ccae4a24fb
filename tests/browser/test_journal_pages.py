"""What the journals of several pages, tabs and people on one device leave to each other."""

from playwright.sync_api import BrowserContext

from tests.browser.journal import answer, kept_keys, mirrored, mute, open_page, sent_all, set_clock, shows
from tests.browser.stub import Stub


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


def test_a_page_from_the_browsers_own_cache_goes_on_counting(context: BrowserContext, stub: Stub) -> None:
    page = open_page(context, stub)
    answer(page, "a")
    shows(page, "saved")
    page.reload()  # the stub gives the same page load again, as a cached page has it
    answer(page, "b")
    sent_all(page)
    assert stub.numbers() == [1, 2]


def test_a_clock_that_is_set_back_changes_no_order(context: BrowserContext, stub: Stub) -> None:
    """Three pages of a device whose clock goes back by a day each time, also while a page is open."""
    page = open_page(context, stub)
    for days, load in ((0, "load-2"), (-1, "load-3")):
        mute(page)
        set_clock(page, days)
        answer(page, "a")
        set_clock(page, days - 1)
        answer(page, "b")
        page.goto(stub.url(load=load))
        page.wait_for_function("window.journal")
    set_clock(page, -2)
    answer(page, "c")
    shows(page, "saved", "Saved 14:02")
    sent_all(page)
    assert list(dict.fromkeys(load for load, _numbers in stub.sent())) == ["load-1", "load-2", "load-3"]
    assert stub.numbers("load-1") == stub.numbers("load-2") == [1, 2]
