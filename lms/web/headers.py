"""Security headers and the access log; compression stands between them."""

import logging
import time
from collections.abc import Callable

from flask import Flask, Response, g, request

from lms.core import ids, logs
from lms.web import compression
from lms.web.context import settings, storage
from lms.web.delivery import media_origin

log = logging.getLogger("lms.access")

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
FIXED = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
    "Cache-Control": "private, no-cache",
}


def forms_may_lead_to(source: str) -> None:
    """A form of this page is answered with a redirect to another host, which the policy must name."""
    g.form_target = source


def _begin() -> None:
    request.environ["lms.started"] = time.perf_counter()
    request.environ["lms.request_id"] = ids.short_id()
    request.environ["lms.endpoint"] = request.endpoint or ""


def _secure(response: Response) -> Response:
    """A view may have said otherwise in all but the last two."""
    said = {name.lower() for name, _value in response.headers}
    for name, value in FIXED.items():
        if name.lower() not in said:
            response.headers.add(name, value)
    if settings().media_url:
        allowed = f"media-src 'self' {media_origin(settings(), storage())}"
        policy = response.headers["Content-Security-Policy"].replace("media-src 'self'", allowed)
        response.headers["Content-Security-Policy"] = policy
    if target := g.get("form_target"):
        response.headers["Content-Security-Policy"] = CSP.replace("form-action 'self'", f"form-action 'self' {target}")
    response.headers.add("X-Request-Id", request.environ.get("lms.request_id", ""))
    if settings().base_url.startswith("https://"):
        response.headers.add("Strict-Transport-Security", "max-age=31536000")
    return response


def _log(response: Response) -> Response:
    if log.isEnabledFor(logging.INFO):
        took = time.perf_counter() - request.environ.get("lms.started", time.perf_counter())
        facts = {
            "method": request.method,
            "path": logs.masked(request.path),
            "status": response.status_code,
            "ms": round(took * 1000, 1),
        }
        log.info("request", extra={"facts": facts})
    return response


def init(app: Flask, secure: Callable[[Response], Response] = _secure) -> None:
    """`secure` adds the headers; what serves packages has its own."""
    app.before_request(_begin)
    app.after_request(_log)
    app.after_request(compression.compress)
    app.after_request(secure)
