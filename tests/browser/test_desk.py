"""An instructor brings a course, reads what is wrong with it, looks at it, and publishes it."""

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from werkzeug.serving import make_server

from lms.preview import create_preview
from tests.browser.barriers import barriers
from tests.browser.conftest import Complaints
from tests.browser.pages import follow
from tests.catalogue.uploads import course_file, packed, tiny_files

WIDTHS = pytest.mark.parametrize("width", [360, 1280])


def bring(page: Page, folder: Path, **changed: bytes) -> None:
    target = folder / "course.zip"
    target.write_bytes(packed(tiny_files(**changed)).getvalue())
    page.goto("/desk")
    page.locator('input[type="file"]').set_input_files(target)
    follow(page, page.get_by_role("button", name="Upload"))
    expect(page).to_have_url(re.compile("/desk/drafts/"))


def check_page(page: Page) -> None:
    """Nothing sideways, and no barrier that a machine can find."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = barriers(page)
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []


@WIDTHS
def test_from_the_zip_to_the_version(bob: Callable[[int], Page], tmp_path: Path, width: int) -> None:
    page = bob(width)
    bring(page, tmp_path, course=course_file("hours: 0.5", f"hours: {width / 100}"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Draft: Tiny course")
    check_page(page)
    follow(page, page.get_by_role("link", name="Open the preview"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Tiny course")
    check_page(page)
    follow(page, page.get_by_role("link", name="Clean hands").last)
    expect(page.get_by_text("Dirt protects microbes.")).to_be_visible()
    check_page(page)
    follow(page, page.get_by_role("link", name="Tiny quiz").last)
    expect(page.get_by_text("Then nothing would hold the pressure.")).to_be_visible()
    check_page(page)
    follow(page, page.get_by_role("link", name="Draft"))
    page.get_by_label("Note").or_(page.get_by_label("What changed, and why")).fill("For the cohort of 2026")
    follow(page, page.get_by_role("button", name="Publish"))
    expect(page.locator(".banner")).to_contain_text("is published")
    check_page(page)


@WIDTHS
def test_problems_have_their_places(bob: Callable[[int], Page], tmp_path: Path, width: int) -> None:
    page = bob(width)
    bring(page, tmp_path, course=course_file("pass: 70", "pass: 170"))
    expect(page.locator('[data-problem="error"]')).to_contain_text("modules/tiny-course/course.yaml:27:15")
    expect(page.get_by_role("button", name="Publish")).to_have_count(0)
    check_page(page)
    page.goto("/desk")
    check_page(page)


def test_what_is_no_zip_is_said_at_the_field(
    bob: Callable[[int], Page], tmp_path: Path, complaints: Complaints
) -> None:
    complaints.expect("Failed to load resource")
    page = bob(360)
    (tmp_path / "words.zip").write_text("words")
    page.goto("/desk")
    page.locator('input[type="file"]').set_input_files(tmp_path / "words.zip")
    follow(page, page.get_by_role("button", name="Upload"))
    expect(page.get_by_role("alert").first).to_contain_text("This is not a ZIP file")
    check_page(page)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, data in tiny_files().items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    return tmp_path / "modules" / "tiny-course"


@pytest.fixture
def preview(folder: Path) -> Iterator[str]:
    """The address of a live preview."""
    server = make_server("127.0.0.1", 0, create_preview(folder), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def live(context: BrowserContext, preview: str) -> Iterator[Page]:
    """It asks each second whether something has changed, so it closes before the preview ends."""
    page = context.new_page()
    yield page
    page.close()


@WIDTHS
def test_the_live_preview_follows_what_is_saved(live: Page, preview: str, folder: Path, width: int) -> None:
    page = live
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{preview}/doors")
    expect(page.get_by_role("heading", level=1)).to_have_text("Two doors")
    check_page(page)
    lesson = folder / "basics" / "doors.md"
    lesson.write_text(lesson.read_text().replace("title: Two doors", "title: Both of the doors"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Both of the doors")
