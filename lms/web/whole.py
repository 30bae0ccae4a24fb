"""Pages that are made once for all who see the same; what is one person's own is put in each time.

Such a page is a function of facts, read from the records for this request. They are the key under which it is kept, so
a kept page says what the records said a moment ago, and nothing has to be thrown away when a record changes. While a
page is made to be kept, its template finds marks in place of what is the person's own, and no session.
"""

import re
import secrets
import struct
import zlib
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from flask import Response, render_template, request
from flask import session as cookie
from markupsafe import Markup, escape

from lms.core.recent import Recent
from lms.web import compression
from lms.web.context import context
from lms.web.forms import csrf_token
from lms.web.i18n import current_locale
from lms.web.identity import SignedIn, signed_in

#: About 15 kB each.
MOST_PAGES = 1_000
#: No text of an author or of a person looks like a mark: nobody knows the number.
NUMBER = secrets.token_hex(8)
MARKS = re.compile(rf"\ue000{NUMBER}\.(\w+)\ue000")
#: Of deflate: a block that is stored as it is has at most so many bytes (RFC 1951, 3.2.4).
MOST_STORED = 65_535
LAST_BLOCK = b"\x01\x00\x00\xff\xff"


class Asked:
    """What a template may know of the request while its page is kept."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.args: Any = _NoArguments()


class _NoArguments(dict[str, str]):
    def to_dict(self) -> dict[str, str]:
        return {}


class Named:
    """The person of a kept page: a mark for the name, and nothing else."""

    is_authenticated = True

    def __init__(self, display_name: Markup) -> None:
        self.display_name = display_name


#: A piece that is the same for all, as it is and compressed; or the name of what is put in.
Piece = tuple[bytes, bytes] | str


def page(
    template: str,
    facts: Hashable,
    values: Callable[[], Mapping[str, Any]],
    own: Mapping[str, str],
    texts: Mapping[str, str],
) -> Response:
    """The page of a template that reads nothing but `values()`, `own` and `texts`.

    Equal `facts` must mean equal values, whoever asks, in one language of the pages; nothing of the clock is in them.
    `own` are words that are put in, escaped, where the template writes them; `texts` are long markup that other pages
    hold too.
    """
    person = signed_in()
    if person is None or request.args or "_flashes" in cookie:  # seldom, and never twice the same
        for text in texts.values():
            compression.still(text)
        marked = {name: Markup(text) for name, text in texts.items()}
        return Response(render_template(template, **values(), **own, **marked), mimetype="text/html")
    pieces = _pieces(template, facts, values, (*own, *texts), person)
    filled = {name: escape(value).encode() for name, value in own.items()}
    filled |= {"csrf_token": csrf_token().encode(), "display_name": escape(person.display_name).encode()}
    return _sent(pieces, filled, texts)


def _pieces(
    template: str, facts: Hashable, values: Callable[[], Mapping[str, Any]], names: tuple[str, ...], person: SignedIn
) -> list[Piece]:
    kept: Recent[Any, list[Piece]] = context().extra.setdefault("pages", Recent(MOST_PAGES))
    asked = request._get_current_object()
    # The frame of a page depends on these; see `pages.common`.
    frame = (current_locale(), person.permissions, person.theme, asked.endpoint, asked.root_path, asked.path)
    key = (template, frame, names, facts)
    found = kept.get(key)
    if found is None:
        marks = {name: Markup(f"\ue000{NUMBER}.{name}\ue000") for name in (*names, "csrf_token", "display_name")}
        token = marks.pop("csrf_token")
        instead = {
            "csrf_token": lambda: token,
            "current_user": Named(marks.pop("display_name")),
            "request": Asked(asked.path),
            "session": None,
            "g": None,
            "get_flashed_messages": lambda **_: (),
        }
        found = _cut(render_template(template, **values(), **marks, **instead))
        kept.put(key, found)
    return found


def _cut(body: str) -> list[Piece]:
    pieces: list[Piece] = []
    for number, part in enumerate(MARKS.split(body)):
        if number % 2:
            pieces.append(part)
        elif part:
            pieces.append(compression.packed(part))
    return pieces


def _sent(pieces: list[Piece], filled: Mapping[str, bytes], texts: Mapping[str, str]) -> Response:
    whole = "gzip" in request.headers.get("Accept-Encoding", "")
    parts, packed, crc, size = [], [compression.HEAD], 0, 0
    for piece in pieces:
        if type(piece) is tuple:
            plain, small = piece
        elif piece in filled:
            plain = filled[piece]
            small = _stored(plain) if whole else b""
        else:
            plain, small = compression.packed_still(texts[piece])
        if whole:
            packed.append(small)
            crc = zlib.crc32(plain, crc)
            size += len(plain)
        else:
            parts.append(plain)
    response = Response(mimetype="text/html")
    if whole:
        packed += [LAST_BLOCK, struct.pack("<II", crc, size & 0xFFFFFFFF)]
        response.headers.extend([("Vary", "Accept-Encoding"), ("Content-Encoding", "gzip")])
    response.set_data(b"".join(packed if whole else parts))
    return response


def _stored(plain: bytes) -> bytes:
    """A block of deflate that is not compressed; more than one for a long text."""
    blocks = []
    for at in range(0, len(plain), MOST_STORED):
        part = plain[at : at + MOST_STORED]
        blocks.append(struct.pack("<BHH", 0, len(part), len(part) ^ 0xFFFF) + part)
    return b"".join(blocks)
