"""What every template can use: navigation, language, theme and the addresses of static files."""

from typing import Any

from flask import Flask, Request, request, url_for
from flask_babel import lazy_gettext as _l

from lms.web.context import context, settings
from lms.web.i18n import ENDONYMS, current_locale, direction
from lms.web.identity import SignedIn, signed_in

#: (permission or None for everybody who is signed in, label, endpoint); at most five show for one role.
LINKS = (
    ("learn", _l("My learning"), "learning.mine"),
    (None, _l("Courses"), "learning.catalogue"),
    ("learn", _l("My records"), "certificates.mine"),
    ("content.preview", _l("Instructor's desk"), "desk.index"),
    ("grades.read", _l("Gradebook"), "reports.courses"),
    ("people.read", _l("People"), "people.index"),
    ("enrol.others", _l("Enrolments"), "enrolments.index"),
    ("operations.read", _l("Operations"), "operations.index"),
    ("audit.read", _l("Audit"), "audit.index"),
    ("keys.correct", _l("Questions and keys"), "keys.courses"),
)

#: Pages, by endpoint or blueprint, that stand under a link of another name.
UNDER = {
    "lessons": "learning.mine",
    "quizzes": "learning.mine",
    "recorder": "reports.courses",
    "jobs": "operations.index",
    "learning.course": "learning.catalogue",
    "learning.why": "learning.catalogue",
}

FIXED_LINKS = (
    ("home", "learning.start"),
    ("profile", "accounts.profile"),
    ("sign_in", "accounts.sign_in"),
    ("sign_up", "accounts.sign_up"),
    ("sign_out", "accounts.sign_out"),
    ("privacy", "accounts.privacy"),
)


def navigation(person: SignedIn | None) -> list[tuple[str, str, bool]]:
    """(label, address, whether it is this page) of what the person's roles open."""
    if person is None:
        return []
    known = context().extra["views"]
    return [
        (str(label), url_for(endpoint), _is_here(endpoint))
        for permission, label, endpoint in LINKS
        if endpoint in known and (permission is None or person.may(permission))
    ][:5]


def _is_here(endpoint: str) -> bool:
    """Two links may share a blueprint: then only the exact page is current."""
    if under := UNDER.get(request.endpoint or "") or UNDER.get(request.blueprint or ""):
        return under == endpoint
    blueprint = endpoint.split(".")[0]
    if blueprint != request.blueprint:
        return False
    if sum(1 for _p, _l_, e in LINKS if e.startswith(blueprint + ".")) == 1:
        return True
    return request.endpoint == endpoint


def asset(name: str) -> str:
    """Address of a static file; a name that does not exist fails loudly."""
    return f"/static/{context().static[name]}"


def common() -> dict[str, Any]:
    person, here = signed_in(), request._get_current_object()
    theme = person.theme if person else ""
    return _frame(person, here) | {"theme": theme, "request_id": here.environ.get("lms.request_id", "")}


def _frame(person: SignedIn | None, here: Request) -> dict[str, Any]:
    """The same for all who may the same on the same page in the same language: made once by the process."""
    kept, locale = context().extra.setdefault("frames", {}), current_locale()
    key = (locale, person and person.permissions, here.endpoint, here.root_path)
    if key not in kept:
        known = context().extra["views"]
        kept[key] = {
            "nav": navigation(person),
            "links": {name: url_for(endpoint) for name, endpoint in FIXED_LINKS if endpoint in known},
            "locale": locale,
            "page_lang": locale.replace("_", "-"),
            "direction": direction(locale),
            "languages": [(code, ENDONYMS.get(code, code)) for code in settings().locales],
            "demo": settings().demo,
        }
    return kept[key]


def init(app: Flask) -> None:
    app.context_processor(common)
    # Macros see globals only, not what the context processor adds.
    app.jinja_env.globals["asset"] = asset
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
