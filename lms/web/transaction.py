"""One database session a request: opened late, committed once, rolled back by any error."""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request
from flask import session as cookie
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lms.core.db import FAILURES
from lms.web.context import context
from lms.web.rendering import Environment

log = logging.getLogger(__name__)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
#: What a form without files may weigh. Strangers, too, can make us read that much.
MOST_BYTES = 2_000_000
View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


def at_most(size: int) -> Callable[[View], View]:
    """Marks a view whose body is never larger than `size` bytes; more is refused (413) before it is read."""

    def mark(view: View) -> View:
        view.most_bytes = size  # type: ignore[attr-defined]
        return view

    return mark


def takes_files(view: View) -> View:
    """Marks a view that is sent files: its body may be as large as LMS_MAX_UPLOAD_MB."""
    view.most_bytes = None  # type: ignore[attr-defined]
    return view


def session() -> Session:
    """The request's session. Safe methods only read; others hold SQLite's write lock from here to the commit."""
    if "db_session" not in g:
        db = context().db
        g.db_session = db.page_session() if request.method in SAFE else db.write_session()
    return g.db_session


def release() -> None:
    """Commit what is done and let go of the connection and the write lock, before something slow such as hashing."""
    held = g.pop("db_session", None)
    if held is not None:
        held.commit()
        held.close()


def roll_back() -> None:
    held = g.pop("db_session", None)
    if held is None:
        return
    try:
        held.close()  # which rolls back what was not committed
    except FAILURES as error:  # the connection has died, and the page is made: nobody is helped by a failure now
        log.warning("a connection to the database was lost at the end of a request: %s", str(error).splitlines()[0])
        held.invalidate()


def _read_body() -> None:
    """Take in the whole body before any lock: a slow line must not hold up every other writer."""
    asked = request._get_current_object()
    if asked.method in SAFE:
        return
    view = current_app.view_functions.get(asked.endpoint or "")
    size = getattr(view, "most_bytes", MOST_BYTES)
    if size is None and "_user_id" not in cookie:  # files are for those who have signed in at least once here
        size = MOST_BYTES
    if size is not None:
        asked.max_content_length = size
    if asked.mimetype == "application/json" or (not asked.form and not asked.files):
        asked.get_data(cache=True)


class TransactionalFlask(Flask):
    """Commits after the view has returned and before anything is sent, so that an answer never outruns its fact."""

    jinja_environment = Environment

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Views and hooks are plain functions here; Flask would look into each of them again at each request."""
        return func

    def dispatch_request(self) -> ResponseReturnValue:
        response: Response = self.make_response(super().dispatch_request())
        held = g.get("db_session")
        if held is not None and request.method not in SAFE:
            held.commit()
        return response


def init(app: Flask) -> None:
    app.before_request(_read_body)
    app.teardown_appcontext(lambda _error: roll_back())
