"""A page with a journal against the stub server: what it does, what it shows, what is left on the device."""

from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.quiz import until
from tests.browser.stub import Answer, Stub, store

#: As a browser in which storage is full or forbidden.
NO_STORAGE = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"
FAILED = "Failed to load resource"
IN_MIRROR = """() => new Promise((done) => {
    const opening = indexedDB.open('cleanroom');
    opening.onsuccess = () => {
        const asked = opening.result.transaction('journal').objectStore('journal').getAllKeys();
        asked.onsuccess = () => done(asked.result.map((key) => Number(key.split('|').pop())));
        opening.result.close();
    };
})"""


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


def set_clock(page: Page, days: int) -> None:
    """Whoever asks the device for the time from now on is told one that is wrong by so many days."""
    page.evaluate(
        """days => {
            const right = Object.getPrototypeOf(Date) === Function.prototype ? Date : Object.getPrototypeOf(Date);
            Date = class extends right {
                constructor(...given) { super(...(given.length ? given : [Date.now()])); }
                static now() { return right.now() + days * 86400000; }
            };
        }""",
        days,
    )


def mirrored(page: Page, *numbers: int) -> None:
    """Wait until the second copy holds just these acts."""
    until(lambda: page.evaluate(IN_MIRROR) == list(numbers))


def kept_keys(page: Page) -> list[str]:
    return page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('cr|')).sort()")


def sent_all(page: Page) -> None:
    page.wait_for_function("journal.unsent.length === 0")


def poisoned(status: int, poison: str) -> Answer:
    """No batch that holds the answer to this question is ever taken."""

    def respond(stub: Stub, batch: dict[str, Any]) -> tuple[int, Any]:
        questions = [op["body"]["question"] for op in batch["ops"]]
        return (status, {"error": "x"}) if poison in questions else store(stub, batch)

    return respond


def hurry(page: Page) -> None:
    """Tries follow each other at once, so that a test of many tries does not last."""
    page.evaluate("() => { Math.random = () => -0.99; }")
