"""Lists by key on a page: the place in the address, and the two ways on. `core.keyset` reads the rows."""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from lms.core.keyset import Page
from lms.web.numbers import fits


@dataclass(frozen=True, slots=True)
class Cursor:
    """After (or, when `back`, before) the row with this key and id."""

    key: str
    id: int
    back: bool = False

    def __str__(self) -> str:
        raw = json.dumps([self.key, self.id, self.back], ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def parse(text: str | None) -> Cursor | None:
    """A cursor from an address; anything that is not one means the first page."""
    if not text:
        return None
    try:
        key, number, back = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        key.encode()  # half of a surrogate pair is no text for a database
        return Cursor(key, number, bool(back)) if type(number) is int and fits(number) else None
    except (ValueError, TypeError, AttributeError, RecursionError, binascii.Error):
        return None


def place() -> Cursor | None:
    """Where in the list the address of this request stands."""
    return parse(request.args.get("at"))


def ways_on(
    page: Page, key_and_id: Callable[[Any], tuple[str, int]], endpoint: str, **kept: Any
) -> dict[str, str | None]:
    """Addresses of the page before and the page after; None where there is none."""

    def address(row: Any, back: bool) -> str:
        key, row_id = key_and_id(row)
        return url_for(endpoint, at=str(Cursor(key, row_id, back)), **kept)

    rows = page.rows
    return {
        "previous_url": address(rows[0], True) if rows and page.more_before else None,
        "next_url": address(rows[-1], False) if rows and page.more_after else None,
    }
