"""Trainees of the browser tests: each test has its own, so that tests share a server and nothing else."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import BrowserContext, Page
from sqlalchemy.orm import Session

from lms.accounts import sessions
from lms.accounts.notices import latest
from lms.accounts.service import privacy
from lms.learning import service as learning
from tests.browser.server import SECRET, Server
from tests.people import Someone, make_user

_numbers = itertools.count(1)


class Trainee:
    """A person who takes the course, with a browser of their own. `token` is that of the session."""

    def __init__(
        self,
        server: Server,
        new_context: Callable[..., BrowserContext],
        course: str = "kinds-course",
        **options: object,
    ) -> None:
        self.server = server
        with server.db.writing() as session:
            self.someone: Someone = make_user(session, f"Trainee {next(_numbers)}")
            self.token = _session(session, self.someone.id)
            privacy.accept(session, self.someone.id, latest("en"), datetime.now(UTC))
        self.registration = self.take(course)
        self._new_context = lambda: new_context(base_url=server.url, **options)
        self.context = self.elsewhere()

    def take(self, course: str) -> int:
        """The number of the registration."""
        with self.server.db.writing() as session:
            return learning.join(session, self.someone.actor, self.id, course, datetime.now(UTC), origin="self")

    def elsewhere(self) -> BrowserContext:
        """The same person in a browser of another device."""
        context = self._new_context()
        sign_in(context, self.token, self.server.host)
        return context

    def become(self, other: "Trainee") -> None:
        """Somebody else signs in with the same browser."""
        sign_in(self.context, other.token, self.server.host)

    @property
    def id(self) -> int:
        return self.someone.id

    def page(self) -> Page:
        return self.context.new_page()

    def sign_in_again(self) -> None:
        """After the session has ended: in the same browser, with a new session."""
        with self.server.db.writing() as session:
            self.token = _session(session, self.id)
        sign_in(self.context, self.token, self.server.host)

    def end_session(self) -> None:
        with self.server.db.writing() as session:
            sessions.end_all(session, self.id, datetime.now(UTC))


def new_session(server: Server, role: str) -> str:
    """Of a new person with this role."""
    with server.db.writing() as session:
        someone = make_user(session, f"{role.capitalize()} {next(_numbers)}", (role,))
        privacy.accept(session, someone.id, latest("en"), datetime.now(UTC))
        return _session(session, someone.id)


def _session(session: Session, user_id: int) -> str:
    return sessions.open_session(session, user_id, "browser test", datetime.now(UTC), 24)


def sign_in(context: BrowserContext, token: str, host: str = "localhost") -> None:
    # Given as of https, because the cookie is Secure; on loopback the browser sends it over http too.
    context.add_cookies([{"name": "__Host-lms", "value": signed({"_user_id": token}), "url": f"https://{host}"}])


def signed(values: dict[str, str]) -> str:
    """The cookie of a browser that is signed in already: the form is tested elsewhere."""
    signer = Flask("tests")
    signer.secret_key = SECRET
    serializer = SecureCookieSessionInterface().get_signing_serializer(signer)
    assert serializer is not None
    return str(serializer.dumps(values))
