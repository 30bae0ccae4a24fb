"""One Chromium for all browser tests of a process; every page's complaints are collected and must be expected."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests import machine
from tests.browser.people import Trainee, new_session, sign_in
from tests.browser.server import Server
from tests.browser.stub import Stub
from tests.kinds import publish_kinds

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
#: The longest that any condition is waited for, in milliseconds: a machine that does other things too may need it.
PATIENCE = 90_000
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All in one process, which so needs only one browser."""
    for item in items:
        if "tests/browser" in item.path.as_posix() or "tests/faults" in item.path.as_posix():
            item.add_marker(pytest.mark.xdist_group("browser"))


#: The tests of faults share the fixtures under a second name, and Playwright runs once in a process.
_launched: list[Browser] = []


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if _launched:
        yield _launched[0]
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=machine.chromium(), args=list(ARGUMENTS), timeout=PATIENCE)
        _launched.append(browser)
        yield browser
        _launched.clear()
        browser.close()


@dataclass
class Complaints:
    """What pages wrote as errors. A test that makes a page fail says with `expect` which words it brings about."""

    heard: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def expect(self, *words: str) -> None:
        self.expected += words

    def listen(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.heard.append(f"uncaught: {error}"))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.heard.append(message.text)

    def unexpected(self) -> list[str]:
        return [text for text in self.heard if not any(words in text for words in self.expected)]


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    complaints = Complaints()
    yield complaints
    assert not complaints.unexpected()


NewContext = Callable[..., BrowserContext]


@pytest.fixture
def new_context(browser: Browser, complaints: Complaints) -> Iterator[NewContext]:
    """Makes browsers of other people: own cookies and storage."""
    made: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        context = browser.new_context(**options)
        context.set_default_timeout(PATIENCE)
        context.on("page", complaints.listen)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def context(new_context: NewContext) -> BrowserContext:
    return new_context()


@pytest.fixture
def stub() -> Iterator[Stub]:
    """A small server that plays ours, and can be told to fail in every way."""
    with Stub() as stub:
        yield stub


@pytest.fixture(scope="session")
def server(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The product itself, in processes of its own; tests that kill it start it again."""
    folder = tmp_path_factory.mktemp("server")
    shutil.copy(sqlite_template, folder / "lms.db")
    server = Server(folder)
    with server.db.writing() as session:
        publish_kinds(session, server.storage)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def trainee(server: Server, new_context: NewContext) -> Callable[..., Trainee]:
    """Makes people who take the course of all kinds; keyword arguments are those of the browser context."""
    return lambda **options: Trainee(server, new_context, **options)


@pytest.fixture
def alice(trainee: Callable[..., Trainee]) -> Trainee:
    return trainee()


@pytest.fixture
def bob(server: Server, new_context: NewContext) -> Callable[[int], Page]:
    """An instructor's page of a width."""

    def make(width: int) -> Page:
        context = new_context(base_url=server.url, viewport={"width": width, "height": 800})
        sign_in(context, new_session(server, "instructor"))
        return context.new_page()

    return make
