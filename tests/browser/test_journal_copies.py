"""A tab that the browser has copied, with what its original keeps in its session: no page load has two pages."""

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import NewContext
from tests.browser.journal import NO_STORAGE, answer, kept_keys, open_page, sent_all
from tests.browser.stub import Stub

OWN = "window.journal && journal.own.load === 'load-2'"
#: What somebody does in the copy at once.
ACT = b"<script>addEventListener('DOMContentLoaded', () => journal.add('answer', { question: 'b' }));</script>"


def copy_of(original: Page, stub: Stub, act: bytes = b"") -> Page:
    """It first shows the very page that its original got, out of the browser's store."""
    with original.expect_popup() as opened:
        original.evaluate("elsewhere => { window.open(elsewhere); }", stub.elsewhere)
    copy = opened.value
    shown = stub.page.replace(b"SERVED", b"1") + act
    copy.route("**/page*", lambda route: route.fulfill(body=shown, content_type="text/html"), times=1)
    copy.goto(original.url, wait_until="commit")
    copy.wait_for_function(OWN)
    return copy


@pytest.mark.parametrize("script", ["", NO_STORAGE], ids=["kept", "unkept"])
def test_a_copied_tab_gets_a_page_load_of_its_own(new_context: NewContext, stub: Stub, script: str) -> None:
    context = new_context()
    context.add_init_script(f"{script};")
    original = open_page(context, stub, load="")
    copy = copy_of(original, stub)
    answer(original, "a")
    answer(copy, "b")
    sent_all(original)
    sent_all(copy)
    assert sorted(stub.stored) == [("load-1", 1), ("load-2", 1)]


def test_what_is_done_in_the_page_of_another_waits_for_its_own(context: BrowserContext, stub: Stub) -> None:
    original = open_page(context, stub, load="")
    copy = copy_of(original, stub, ACT)
    sent_all(copy)
    assert sorted(stub.stored) == [("load-2", 1)]
    assert kept_keys(copy) == []


def test_what_its_original_has_not_sent_is_left_to_it(context: BrowserContext, stub: Stub) -> None:
    original = open_page(context, stub, load="")
    stub.held.clear()
    answer(original, "a")
    stub.wait(lambda: len(stub.batches) == 1)
    copy_of(original, stub)
    stub.held.set()
    sent_all(original)
    assert stub.sent() == [("load-1", [1])]
