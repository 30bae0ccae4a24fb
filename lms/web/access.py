"""Every page needs a signed-in person unless it says `@public`; what a person may do there the services decide."""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.core.clock import now
from lms.web.context import context, settings
from lms.web.identity import ended_owner, signed_in
from lms.web.transaction import SAFE, roll_back

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
#: What a browser says of a request from our own page, or of one that the person repeats by hand.
OWN_SITES = ("same-origin", "none")
PRIVATE_FIELDS = ("csrf_token", "password")


def public(view: View) -> View:
    """Open to strangers."""
    view.public = True  # type: ignore[attr-defined]
    return view


def wants_json() -> bool:
    return request.is_json or request.accept_mimetypes.best == "application/json"


def _check_origin() -> None:
    """Unsafe methods come from our own pages: browsers always name the origin of such a request."""
    asked = request._get_current_object()
    if asked.method in SAFE:
        return
    origin = asked.headers.get("Origin") or _origin_of(asked.headers.get("Referer", ""))
    own = origin == settings().base_url or origin in _own_origins()
    if not own or asked.headers.get("Sec-Fetch-Site", "same-origin") not in OWN_SITES:
        abort(403, "foreign origin")


def _origin_of(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:  # no browser of a person says such a thing
        return ""
    return f"{parts.scheme}://{parts.netloc}"


def _check_signed_in() -> ResponseReturnValue | None:
    view = request.endpoint and _views().get(request.endpoint)
    if not view or getattr(view, "public", False) or signed_in():
        return None
    if wants_json():
        return jsonify(error="signin", url=url_for("accounts.sign_in")), 401
    return redirect(url_for("accounts.sign_in", next=_return_address()))


def _views() -> dict[str, Callable[..., ResponseReturnValue]]:
    return context().extra["views"]


def _return_address() -> str:
    """Where to come back to; a form that was sent is kept and shown again, filled in."""
    if request.method in SAFE:
        return request.full_path.rstrip("?")
    path = request.path if _is_page(request.path) else _page_before()
    fields = {k: v for k, v in request.form.to_dict(flat=False).items() if not any(p in k for p in PRIVATE_FIELDS)}
    if not any("".join(values).strip() for values in fields.values()):
        return path
    owner = ended_owner()
    roll_back()
    if owner is None:  # nobody could be shown it, and strangers shall not fill the disk
        return path
    with context().db.writing() as own:
        token = context().hooks.hold_form(own, owner, path, fields, now())
    return f"{path}?held={token}"


def _is_page(path: str) -> bool:
    return current_app.create_url_adapter(request).test(path, method="GET")  # type: ignore[union-attr]


def _page_before() -> str:
    """A button may send to an address that is no page: then the page that showed it is where to go on."""
    before = request.headers.get("Referer", "")
    if _origin_of(before) not in _own_origins():
        return "/"
    path = urlsplit(before).path
    return path if _is_page(path) else "/"


def _own_origins() -> tuple[str, str]:
    return settings().base_url, request.host_url.rstrip("/")


def _refuse_nul() -> None:
    """No address of ours holds NUL, and PostgreSQL cannot even look for it."""
    asked = request._get_current_object()
    if "\0" in asked.path or (asked.query_string and any("\0" in text for pair in asked.args.items() for text in pair)):
        abort(404)


def init(app: Flask) -> None:
    app.before_request(_refuse_nul)
    app.before_request(_check_origin)
    app.before_request(_check_signed_in)
