"""Taking a package in a browser: publishing it, opening it by the Start button, and reaching the page inside."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Frame, Page

from tests.browser.pages import follow
from tests.browser.quiz import until
from tests.browser.server import Server
from tests.packages import publish_package

FIXTURES = Path(__file__).parents[1] / "fixtures"


def from_folder(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def publish(server: Server, files: Mapping[str, bytes], course: str) -> None:
    with tempfile.TemporaryDirectory() as folder, server.db.writing() as session:
        publish_package(session, server.storage, Path(folder), files, course)


def start(page: Page, server: Server, course: str) -> Frame:
    """From the course's page by its button; the page of the activity inside, when it is loaded."""
    page.goto(f"{server.url}/courses/{course}")
    follow(page, page.locator(f'[data-launch="{course}"]'))
    return content(page)


def content(page: Page, part: str = "/f/") -> Frame:
    """The frame that is to show an address with `part`, when its page is loaded."""
    inside = page.locator(f'iframe[src*="{part}"]').element_handle().content_frame()
    assert inside
    until(lambda: _is_complete(inside) and part in inside.url)
    return inside


def _is_complete(frame: Frame) -> bool:
    try:
        return bool(frame.evaluate("() => document.readyState === 'complete'"))
    except PlaywrightError:
        return False  # just being replaced
