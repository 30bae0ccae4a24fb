"""Cleanroom as ADL's conformance program sees it: the product as it runs, its import, its sign-in, its Start button.

make conformance ADL_CTS=PATH      the folder that holds the program `adl_cts`
"""

import atexit
import itertools
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adl_cts.adapter import LEARNERS, DomAdapter
from click.testing import CliRunner
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.accounts.models import User
from lms.accounts.notices import latest
from lms.accounts.service import privacy
from lms.cli import lms
from lms.core import migrate
from lms.core.db import Database
from lms.learning import service as learning
from tests.browser.pages import following
from tests.browser.server import Server
from tests.people import PASSWORD, Someone, make_user

#: For a page or a click of the LMS itself, in milliseconds; what is waited for in the player, the program says.
PATIENCE = 30_000


class Cleanroom(DomAdapter):  # type: ignore[misc]
    """One server for the whole run. Each case gets people who have never been here, under the ids that it asks for."""

    def __init__(self, browser: Browser, options: dict[str, str] | None = None) -> None:
        super().__init__(browser, options)
        self._folder = tempfile.TemporaryDirectory(prefix="conformance-")
        self._server = _started(Path(self._folder.name))
        atexit.register(self._stop)
        self._cases = itertools.count(1)
        self._people: dict[int, Someone] = {}
        self._signed_in: dict[int, Any] = {}
        self._case = 0
        self.reset(None)

    def reset(self, case: Any) -> None:
        """Global objectives belong to a learner: a new one knows none. Whoever had the id before gives it up."""
        self._case = next(self._cases)
        self._signed_in = {}
        with self._server.db.writing() as session:
            self._people = {number: self._newcomer(session, number) for number in LEARNERS}

    def _newcomer(self, session: Session, number: int) -> Someone:
        wanted = LEARNERS[number]
        session.execute(
            update(User).where(User.public_id == wanted["id"]).values(public_id=f"{wanted['id']}-before-{self._case}")
        )
        user_name = f"{wanted['id']}.{self._case}"
        person = make_user(session, wanted["name"], user_name=user_name, public_id=wanted["id"])
        privacy.accept(session, person.id, latest("en"), datetime.now(UTC))
        return Someone(person.id, person.name, user_name, person.actor)

    def import_package(self, zip_path: Path) -> str:
        """By the command, as whoever runs the LMS does; the course is called by case and package."""
        course = f"case-{self._case}-{zip_path.stem.lower()}"
        environment: Any = self._server.environment()
        result = CliRunner().invoke(lms, ["import", str(zip_path), "--course", course], env=environment)
        if result.exit_code:
            raise RuntimeError(f"import of {zip_path.name}: {result.output}{result.exception}")
        with self._server.db.writing() as session:
            for person in self._people.values():
                learning.join(session, person.actor, person.id, course, datetime.now(UTC), origin="self")
        return course

    def start(self, course: str, learner: int) -> Page:
        page = self._browser_of(learner).new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"{self._server.url}/courses/{course}")
        with following(page):
            page.locator(f'[data-launch="{course}"]').click()
        return page

    def _browser_of(self, learner: int) -> BrowserContext:
        """Signed in by the form, once in a case."""
        context = self.browser.new_context(storage_state=self._signed_in.get(learner))
        if learner not in self._signed_in:
            self._sign_in(context, self._people[learner])
            self._signed_in[learner] = context.storage_state()
        return context

    def _sign_in(self, context: BrowserContext, person: Someone) -> None:
        page = context.new_page()
        page.goto(f"{self._server.url}/sign-in")
        page.get_by_label("user name").fill(person.user_name)
        page.get_by_label("Password").fill(PASSWORD)
        with following(page):
            page.get_by_role("button", name="Sign in", exact=True).click()
        page.close()

    def _stop(self) -> None:
        self._server.stop()
        self._folder.cleanup()


def _started(folder: Path) -> Server:
    db = Database(f"sqlite:///{folder / 'lms.db'}")
    migrate.upgrade(db)
    db.close()
    server = Server(folder)
    server.start()
    return server
