"""An instructor uploads a package over a line that fails: nothing is sent twice that was acknowledged."""

import random
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Request, Route, expect
from sqlalchemy import func, select, update

from lms import worker
from lms.accounts.models import UserSession
from lms.catalogue.uploads import any_upload
from lms.core import config, jobs, mail
from lms.core.clock import now
from lms.core.tools import Tools
from tests.browser.conftest import Complaints
from tests.browser.pages import follow
from tests.browser.server import Server
from tests.browser.test_desk import WIDTHS, check_page
from tests.catalogue.uploads import package_files, packed

PART = re.compile(r"/desk/packages/\w+\?offset=")
#: Some chunks' worth of what no packer makes smaller.
FILLING = random.Random(7).randbytes(3_000_000)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    target = tmp_path / "gowning.zip"
    target.write_bytes(packed(package_files() | {"film.mp4": FILLING}).getvalue())
    return target


class Sent:
    """The offsets of the chunks that a page sent."""

    def __init__(self, page: Page) -> None:
        self.offsets: list[int] = []
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        if request.method == "PATCH":
            self.offsets.append(int(parse_qs(urlsplit(request.url).query)["offset"][0]))


def choose(page: Page, package: Path, button: str = "Upload") -> None:
    page.locator('input[type="file"]').set_input_files(package)
    page.get_by_role("button", name=button, exact=True).click()


def work(server: Server) -> None:
    """What the worker would do now."""
    settings = config.load({}, mode="test", data_dir=str(server.folder), log_level="ERROR")
    tools = Tools(settings, server.storage, mail.mailer("", settings.mail_from, server.folder))
    while jobs.run_one(server.db, worker.handlers(tools), now):
        pass


def received(server: Server, page: Page) -> tuple[str, int]:
    with server.db.reading() as session:
        row = any_upload(session, page.url.rpartition("/")[2])
    assert row
    return row.state, row.received


@WIDTHS
def test_from_the_file_to_the_version(
    bob: Callable[[int], Page], server: Server, package: Path, complaints: Complaints, width: int
) -> None:
    page = bob(width)
    sent = Sent(page)
    page.goto("/desk/packages")
    check_page(page)
    choose(page, package)
    expect(page.get_by_role("heading", name="Being checked")).to_be_visible()
    assert received(server, page) == ("received", package.stat().st_size)
    assert len(sent.offsets) > 2 and sent.offsets == sorted(set(sent.offsets))
    stored = server.folder / "uploads" / page.url.rpartition("/")[2]
    assert stored.read_bytes() == package.read_bytes()
    check_page(page)
    work(server)
    expect(page.get_by_role("heading", name="What changes")).to_be_visible()  # without anybody's doing
    check_page(page)
    if page.get_by_role("button", name="Publish").count():  # the other width publishes nothing new
        page.get_by_label("Note").fill("For the cohort of 2026")
        follow(page, page.get_by_role("button", name="Publish"))
        expect(page.get_by_text("The package is being published.")).to_be_visible()
        work(server)
        expect(page.get_by_text("This package is published.")).to_be_visible()
        check_page(page)


def test_after_a_cut_and_a_reload_it_goes_on_where_it_was(
    bob: Callable[[int], Page], server: Server, package: Path, complaints: Complaints
) -> None:
    complaints.expect("Failed to load resource")
    page = bob(360)
    allowed = [2]

    def cut(route: Route) -> None:
        allowed[0] -= 1
        if allowed[0] < 0:
            route.abort()
        else:
            route.continue_()

    page.route(PART, cut)
    page.goto("/desk/packages")
    choose(page, package)
    expect(page.get_by_text("What is stored stays stored. We try again.")).to_be_visible()
    state, stored = received(server, page)
    assert state == "receiving" and 0 < stored < package.stat().st_size
    page.reload()
    expect(page.get_by_text("Choose the same file again.")).to_be_visible()
    check_page(page)
    page.unroute(PART)
    sent = Sent(page)
    choose(page, package, "Go on")
    expect(page.get_by_role("heading", name="Being checked")).to_be_visible()
    assert sent.offsets[0] == stored
    assert (server.folder / "uploads" / page.url.rpartition("/")[2]).read_bytes() == package.read_bytes()


def test_a_lost_line_is_waited_for(
    bob: Callable[[int], Page], server: Server, package: Path, complaints: Complaints
) -> None:
    complaints.expect("Failed to load resource")
    page = bob(1280)
    page.route(PART, lambda route: route.abort())
    page.goto("/desk/packages")
    choose(page, package)
    expect(page.get_by_text("We try again.")).to_be_visible()
    page.unroute(PART)
    expect(page.get_by_role("heading", name="Being checked")).to_be_visible()
    assert received(server, page)[1] == package.stat().st_size


def test_another_file_is_not_put_behind_the_first(
    bob: Callable[[int], Page], server: Server, package: Path, tmp_path: Path, complaints: Complaints
) -> None:
    complaints.expect("Failed to load resource")
    page = bob(360)
    page.route(PART, lambda route: route.abort())
    page.goto("/desk/packages")
    choose(page, package)
    expect(page.get_by_text("We try again.")).to_be_visible()
    page.reload()
    page.unroute(PART)
    sent = Sent(page)
    (tmp_path / "other.zip").write_bytes(b"other")
    choose(page, tmp_path / "other.zip", "Go on")
    expect(page.get_by_text("This is another file. Choose gowning.zip")).to_be_visible()
    assert sent.offsets == []


def test_an_ended_session_is_said(
    bob: Callable[[int], Page], server: Server, package: Path, complaints: Complaints
) -> None:
    complaints.expect("401 (UNAUTHORIZED)")
    page = bob(360)

    def end(route: Route) -> None:
        with server.db.writing() as session:
            newest = select(func.max(UserSession.id)).scalar_subquery()
            session.execute(update(UserSession).where(UserSession.id == newest).values(ended_at=datetime.now(UTC)))
        route.continue_()

    page.route(PART, end)
    page.goto("/desk/packages")
    choose(page, package)
    expect(page.get_by_role("link", name="Sign in and go on")).to_be_visible()
    expect(page.get_by_text("Your session ended. What is stored stays stored.")).to_be_visible()
