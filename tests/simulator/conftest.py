"""One empty page of the Chromium that the browser tests share."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import browser

__all__ = ["browser", "empty"]


@pytest.fixture
def empty(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()
