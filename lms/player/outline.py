"""What the page is shown, as the JSON that its script expects."""

from typing import Any
from urllib.parse import urlsplit

from lms.player import words
from lms.scorm.service.shown import Delivered, Shown

Json = dict[str, Any]


def fields(shown: Shown, files: str) -> Json:
    """`files` is the address under which the package's files stand. "delivery" is there when a navigation has run."""
    made: Json = {
        "ended": shown.ended,
        "nav": dict(shown.nav),
        "outline": [
            {
                "id": one.item,
                "title": one.title,
                "depth": one.depth,
                "leaf": one.leaf,
                "status": one.status,
                "current": one.current,
                "choosable": one.choosable,
            }
            for one in shown.outline
        ],
        "valid": dict(shown.valid),
    }
    if not shown.navigated:
        return made
    said = words.message(shown.exception, shown.delivery is not None, shown.ended)
    return made | {
        "delivery": _delivery(shown.delivery, files, shown.sensitive) if shown.delivery else None,
        "exception": shown.exception,
        "message": said,
    }


def _delivery(one: Delivered, files: str, sensitive: bool) -> Json:
    elsewhere = bool(urlsplit(one.href).scheme)
    return {
        "key": one.key,
        "item": one.item,
        "attempt": one.attempt,
        "title": one.title,
        "href": one.href if elsewhere else f"{files}/{one.href}",
        "kind": one.kind,
        "session": one.session,
        "unscripted": one.unscripted,
        "hide": list(one.hide),
        "sensitive": sensitive,
    }
