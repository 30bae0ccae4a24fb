"""Every failure as one page that helps, or one JSON reply with the same words."""

import errno
import logging
import sqlite3

from flask import Flask, Response, g, jsonify, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from lms.core.errors import Busy, DomainError, Invalid, TooMany
from lms.core.storage import StoreAway
from lms.web.access import wants_json
from lms.web.transaction import roll_back

log = logging.getLogger(__name__)
#: What has a page of its own; other failures of the person are shown as 404, others of ours as 500.
PAGES = (400, 403, 404, 409, 413, 422, 429, 500, 503, 507)
#: No room on the disk, beyond a quota, beyond the largest file that the process may write.
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
#: The same from SQLite by its code, and from PostgreSQL by its state.
SQLITE_FULL, POSTGRES_FULL = 13, "53100"


def answer(status: int, code: str, message: str = "", **facts: object) -> Response:
    roll_back()
    if status >= 500:
        g.without_person = True
        g.setdefault("_login_user", AnonymousUserMixin())  # else Flask-Login asks the database again
    if wants_json():
        response = jsonify(error=code, message=message, **facts)
    else:
        name = status if status in PAGES else (404 if status < 500 else 500)
        response = make_response(
            render_template(f"errors/{name}.html", reason=message, retry_after=facts.get("retry_after"))
        )
    response.status_code = status
    return response


def _domain(error: DomainError) -> ResponseReturnValue:
    fields = {"fields": error.fields} if isinstance(error, Invalid) and error.fields else {}
    later = isinstance(error, TooMany | Busy)
    if later:
        fields = {"retry_after": error.retry_after}
    response = answer(error.status, error.code, error.message, **fields)
    if later:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code and error.code < 400:
        return error.get_response()
    return answer(error.code or 500, (error.name or "error").lower().replace(" ", "-"))


def _csrf(_error: CSRFError) -> ResponseReturnValue:
    return answer(400, "form-expired")


def trouble_of(error: Exception) -> int:
    """The status that a failure of the database or of the disk deserves: 507 no room, 503 away or busy, 500 a bug."""
    cause = getattr(error, "orig", error)
    if getattr(cause, "sqlite_errorcode", None) == SQLITE_FULL or getattr(cause, "sqlstate", None) == POSTGRES_FULL:
        return 507
    if isinstance(error, StoreAway):
        return 503
    if isinstance(error, OSError):
        return 507 if error.errno in NO_ROOM else 500
    away = OperationalError | PoolTimeout | sqlite3.OperationalError  # the last from the statement that begins
    return 503 if isinstance(error, away) or getattr(error, "connection_invalidated", False) else 500


def _database(error: DBAPIError | PoolTimeout | sqlite3.OperationalError) -> ResponseReturnValue:
    """A database that is away or busy is not a bug: say so, keep the person's work, ask to try again soon."""
    trouble = trouble_of(error)
    if trouble == 507:
        return _no_room(error)
    if trouble == 503:
        log.warning("database unavailable: %s", error)
        response = answer(503, "unavailable")
        response.headers["Retry-After"] = "5"
        return response
    return _bug(error)


def _system(error: OSError) -> ResponseReturnValue:
    if trouble_of(error) == 503:
        log.warning("the store for files is unavailable: %s", error)
        response = answer(503, "unavailable")
        response.headers["Retry-After"] = "5"
        return response
    return _no_room(error) if trouble_of(error) == 507 else _bug(error)


def _no_room(error: Exception) -> ResponseReturnValue:
    """Only the people who run the site can mend it, so their log says it in one line."""
    log.error("the disk is full: %s", str(error).splitlines()[0])
    response = answer(507, "no-room")
    response.headers["Retry-After"] = "60"
    return response


def _bug(error: Exception) -> ResponseReturnValue:
    log.error("unexpected error", exc_info=error)
    return answer(500, "bug")


def init(app: Flask) -> None:
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(PoolTimeout, _database)
    app.register_error_handler(sqlite3.OperationalError, _database)
    app.register_error_handler(OSError, _system)
    if not app.config.get("TESTING"):
        app.register_error_handler(Exception, _bug)
