"""Going from page to page. A click only begins to: what then reads at once may read the old page, or an empty one."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page


@contextmanager
def following(page: Page) -> Iterator[None]:
    """What the block does leads to another page; the block ends when that one is loaded, its scripts included."""
    with page.expect_navigation(wait_until="load"):
        yield


def follow(page: Page, target: Locator) -> None:
    """Click a link or a button that leads to another page, and be there."""
    with following(page):
        target.click()
