"""The application on the hosts of packages. It knows no session, reads no cookie and sets none; its pages may do
nothing on the LMS, and the LMS's pages are not here."""

import logging

from flask import Blueprint, Flask, Response, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from lms.accounts import queries as accounts
from lms.catalogue import queries as catalogue
from lms.core.db import FAILURES
from lms.core.errors import Busy, Damaged, DomainError, NotFound, TooMany
from lms.core.logs import request_id
from lms.learning import queries as learning
from lms.player import check, files, runtime
from lms.player.hosts import ENVIRON
from lms.scorm import queries
from lms.web import headers, overload, transaction
from lms.web.context import Context, context, settings
from lms.web.errors import trouble_of
from lms.web.i18n import direction, known_locale
from lms.web.pages import asset
from lms.web.transaction import roll_back, session

log = logging.getLogger(__name__)
blueprint = Blueprint("shell", __name__)
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'{elsewhere}",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
FIXED = {
    "Content-Security-Policy": POLICY.format(elsewhere=""),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Packages are older than its retirement; on their own host they may go on using it.
    "Permissions-Policy": "unload=(self), camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}


def create_content_app(shared: Context) -> Flask:
    app = transaction.TransactionalFlask("lms", static_folder=None)
    app.config.update(TESTING=shared.settings.mode == "test", BABEL_DEFAULT_LOCALE=shared.settings.locales[0])
    app.extensions["lms"] = shared
    Babel(app, locale_selector=_locale, timezone_selector=_timezone)
    app.jinja_env.globals["asset"] = asset
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    headers.init(app, _secure)
    app.before_request(_begin)
    overload.init(app)
    transaction.init(app)
    for part in (blueprint, runtime.blueprint, files.blueprint, check.probes):
        app.register_blueprint(part)
    _handle_errors(app)
    return app


def _begin() -> None:
    request_id.set(request.environ["lms.request_id"])
    g.without_person = True  # the sign-in of the LMS is not here; who writes is known by a token


@blueprint.get("/")
def shell() -> ResponseReturnValue:
    """The page that holds a package. All that is about the person comes later, by script and with a token."""
    label = request.environ[ENVIRON]
    found = queries.registration_of(session(), label) if label else None
    reg = learning.registration(session(), found) if found else None
    if label and reg is None:
        raise NotFound()
    if reg is None:
        if not context().extra["hosts"].single:
            raise NotFound()
        return _page(settings().locales[0], "", settings().base_url, [])
    person = accounts.person(session(), reg.user_id)
    g.locale = person.locale if person and person.locale in settings().locales else settings().locales[0]
    course = catalogue.outline(session(), reg.version_id)
    back = f"{settings().base_url}/courses/{reg.course_key}"
    return _page(g.locale, course.title(g.locale), back, catalogue.allowed_hosts(session(), reg.version_id))


def _page(locale: str, title: str, back: str, hosts: list[str]) -> Response:
    page = render_template(
        "player/shell.html",
        title=title,
        page_lang=locale.replace("_", "-"),
        direction=direction(locale),
        theme="",
        back=back,
        check=f"{settings().base_url}/check",
    )
    response = Response(page)
    elsewhere = "".join(f" https://{host}" for host in hosts)
    response.headers["Content-Security-Policy"] = POLICY.format(elsewhere=elsewhere)
    return response


def _locale() -> object:
    person = g.get("person")
    code = person.actor.locale if person else g.get("locale", "")
    return known_locale(code if code in settings().locales else settings().locales[0])


def _timezone() -> str:
    person = g.get("person")
    return person.actor.timezone if person else "UTC"


def _secure(response: Response) -> Response:
    """A view may have said otherwise; whatever happens, no cookie leaves."""
    for name, value in FIXED.items():
        response.headers.setdefault(name, value)
    response.headers.pop("Set-Cookie", None)
    if settings().content_url.startswith("https://"):
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    response.headers["X-Request-Id"] = request.environ.get("lms.request_id", "")
    return response


def _handle_errors(app: Flask) -> None:
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(HTTPException, _http)
    for failure in (*FAILURES, DBAPIError, PoolTimeout, OSError):
        app.register_error_handler(failure, _failed)
    if not app.config["TESTING"]:
        app.register_error_handler(Exception, _bug)


def _domain(error: DomainError) -> ResponseReturnValue:
    response = _answer(error.status, error.code, error.message if isinstance(error, Damaged) else "")
    if isinstance(error, TooMany | Busy):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code and error.code < 400:
        return error.get_response()
    return _answer(error.code or 500, (error.name or "error").lower().replace(" ", "-"))


def _failed(error: Exception) -> ResponseReturnValue:
    """What the page has not got acknowledged it keeps, and sends again; after a bug, each act by itself."""
    trouble = trouble_of(error)
    if trouble == 500:
        return _bug(error)
    log.warning("not stored: %s", str(error).splitlines()[0])
    response = _answer(trouble, "unavailable" if trouble == 503 else "no-room")
    response.headers["Retry-After"] = "5" if trouble == 503 else "60"
    return response


def _bug(error: Exception) -> ResponseReturnValue:
    log.error("unexpected error", exc_info=error)
    return _answer(500, "bug")


def _answer(status: int, code: str, words: str = "") -> Response:
    roll_back()
    if request.path.startswith("/x/"):
        response = jsonify(error=code)
    else:
        response = Response("\n".join((f"{status} {code}", *filter(None, [words]), "")), mimetype="text/plain")
    response.status_code = status
    return response
