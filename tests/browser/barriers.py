"""What axe finds on a page."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
#: axe sees one position of the page, and takes what the bar at the foot of the window covers there for too small a
#: target; which line that is hangs on the fonts. A person scrolls it out from under the bar.
UNSTICK = "document.querySelectorAll('.actionbar').forEach((bar) => { bar.style.position = 'static'; })"


def barriers(page: Page) -> list[dict[str, Any]]:
    page.evaluate(UNSTICK)
    return Axe().run(page, options=RULES).response["violations"]
