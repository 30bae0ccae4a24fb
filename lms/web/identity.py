"""Who is signed in, by Flask-Login over revocable session rows."""

import logging
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from flask import Flask, Request, Response, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_login import LoginManager, UserMixin, current_user
from itsdangerous import BadSignature, URLSafeTimedSerializer

from lms.core.actor import Actor
from lms.core.clock import now
from lms.core.db import FAILURES
from lms.core.logs import request_id
from lms.core.recent import Recent
from lms.web.context import context
from lms.web.transaction import session

log = logging.getLogger(__name__)

#: About 400 bytes each.
MOST_COOKIES = 10_000
ANONYMOUS = Actor(user_id=None, name="anonymous")


@dataclass(frozen=True)
class SignedIn(UserMixin):
    """The person of this request. `token` is the session's secret, which the signed cookie carries."""

    token: str
    actor: Actor
    display_name: str
    theme: str
    permissions: frozenset[str]
    #: The session's last-seen time is due to be written.
    stale: bool = False

    def get_id(self) -> str:
        return self.token

    def may(self, permission: str) -> bool:
        """For templates that show or hide; the decision itself is the service's."""
        return permission in self.permissions


def signed_in() -> SignedIn | None:
    """The person, or None; never asked of a database that has just failed (see `errors`)."""
    here = g._get_current_object()  # a page asks for the person often, and each name of a proxy is a search
    if here.get("without_person"):
        return None
    person = here.get("_login_user") or current_user._get_current_object()
    return person if isinstance(person, SignedIn) else None


def actor() -> Actor:
    """Who acts, for services; `ANONYMOUS` on public pages."""
    person = signed_in()
    return person.actor if person else ANONYMOUS


def _load(token: str) -> SignedIn | None:
    person = context().hooks.load_user(session(), token, now())
    if person is None:
        g.ended_token = token
    return person


def ended_owner() -> int | None:
    """The user whose session has ended in this browser, so that kept work goes back to nobody else."""
    token = g.get("ended_token")
    return context().hooks.owner_of(session(), token) if token else context().hooks.last_person()


class CookieSessions(SecureCookieSessionInterface):
    """Flask's signed cookie, with a signer that is made once, and cookies whose signature was found good before."""

    def __init__(self) -> None:
        #: What a cookie says, as JSON, and when it was signed, by the cookie itself.
        self._known: Recent[str, tuple[str, datetime]] = Recent(MOST_COOKIES)

    @cache  # noqa: B019  it lives as long as the application
    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        return super().get_signing_serializer(app)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        sent, signer = request.cookies.get(app.config["SESSION_COOKIE_NAME"]), self.get_signing_serializer(app)
        if not sent or signer is None:
            return super().open_session(app, request)
        known = self._known.get(sent)
        if known is None:
            try:
                said, signed_at = signer.loads(sent, return_timestamp=True)
            except BadSignature:
                return self.session_class()
            known = self.serializer.dumps(said), signed_at
            self._known.put(sent, known)
        if now() - known[1] > app.permanent_session_lifetime:
            return self.session_class()
        return self.session_class(self.serializer.loads(known[0]))


def _touch(response: Response) -> Response:
    """Not learning state, so a GET may write it; at most every five minutes, in a transaction of its own.

    What the person asked for is done by now: a database that cannot write just now spoils no answer.
    """
    person = g.get("_login_user")
    if isinstance(person, SignedIn) and person.stale and response.status_code < 500:
        try:
            with context().db.writing() as own:
                context().hooks.touch(own, person.actor.session_id, now())
        except FAILURES as error:
            log.warning("a session's last-seen time is not kept: %s", error)
    return response


def init(app: Flask) -> None:
    app.session_interface = CookieSessions()
    manager = LoginManager(app)
    manager.session_protection = None  # the row decides; a phone's address changes with the cell
    manager.user_loader(_load)
    app.after_request(_touch)
    app.before_request(lambda: request_id.set(request.environ["lms.request_id"]) and None)
