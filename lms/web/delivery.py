"""How the bytes of a blob get to a browser: by a link to where media lie, by the proxy in front, or by ourselves."""

import base64
import hashlib
import hmac
import io
import logging
import time
from pathlib import Path
from urllib.parse import urlsplit

from flask import Response, redirect, request, send_file
from flask_babel import gettext as _

from lms.core.config import Settings
from lms.core.errors import Damaged
from lms.core.storage import Storage, named
from lms.web.context import settings, storage

log = logging.getLogger(__name__)
#: How long a link to a film is good: a film is fetched in pieces for as long as it is watched.
LINK_SECONDS = 4 * 3600
FOR_EVER = 365 * 24 * 3600


def deliver(digest: str, size: int, media_type: str, name: str, *, saved: bool) -> Response:
    """Answers Range and If-None-Match. Raises Damaged when the file is missing or half there, StoreAway when nobody
    can say. Its size is compared each time, which costs nothing; its bytes are read by `lms doctor --deep`.

    The caller adds what a browser may do with it; a link leads elsewhere and needs none of that.
    """
    if link := _link(digest, size, media_type):
        return _redirected(link)
    try:
        path = storage().path(digest)
        if path is None:
            return _streamed(digest, size, media_type, name, saved)
        if (found := path.stat().st_size) != size:
            raise _damaged(digest, f"has {found} bytes of {size}")
    except FileNotFoundError:
        raise _damaged(digest, "is missing") from None
    if settings().accel:
        return _handed_over(digest, media_type, name, saved)
    return send_file(
        path,
        mimetype=media_type,
        as_attachment=saved,
        download_name=name,
        etag=digest,
        conditional=True,
        max_age=FOR_EVER,
    )


def _damaged(digest: str, how: str) -> Damaged:
    log.error("the file %s %s; bring it back from a backup, and run lms doctor --deep", digest, how)
    return Damaged(
        _("A file of this course is damaged on the server. Tell the people who run the site. Go on with the rest.")
    )


def _handed_over(digest: str, media_type: str, name: str, saved: bool) -> Response:
    """The proxy sends the file, with its own ETag, which Range and If-None-Match are then about."""
    response = send_file(
        io.BytesIO(), mimetype=media_type, as_attachment=saved, download_name=name, etag=False, max_age=FOR_EVER
    )
    response.headers["X-Accel-Redirect"] = f"{settings().accel}{_place(digest)}"
    return response


def _streamed(digest: str, size: int, media_type: str, name: str, saved: bool) -> Response:
    source = storage().open(digest)
    response = send_file(
        source,
        mimetype=media_type,
        as_attachment=saved,
        download_name=name,
        etag=digest,
        conditional=False,
        max_age=FOR_EVER,
    )
    response.content_length = size
    return response.make_conditional(request, accept_ranges=True, complete_length=size)


def _redirected(link: str) -> Response:
    response = redirect(link, 302)
    response.headers["Cache-Control"] = "private, no-store"
    assert isinstance(response, Response)
    return response


def _link(digest: str, size: int, media_type: str) -> str | None:
    """Only for what a player of the browser asks for: it may follow to another host, while a script of a package that
    fetches the film itself may not."""
    here = settings()
    if not here.media_url or size < here.media_min_mb * 1_000_000 or not media_type.startswith(("video/", "audio/")):
        return None
    if request.headers.get("Sec-Fetch-Dest") not in ("video", "audio"):
        return None
    if request.headers.get("Sec-Fetch-Mode") != "no-cors":
        return None
    if here.media_url == "store":
        return storage().link(digest, LINK_SECONDS)  # type: ignore[attr-defined]
    return signed(here.media_url, here.media_key, digest, int(time.time()) + LINK_SECONDS)


def signed(pattern: str, key: str, digest: str, expires: int) -> str:
    """`{signature}`: HMAC-SHA256 of the path, a line break and the time, in the base64 of addresses without padding."""
    place = _place(digest)
    mac = hmac.digest(key.encode(), f"{place}\n{expires}".encode(), hashlib.sha256)
    signature = base64.urlsafe_b64encode(mac).decode().rstrip("=")
    return pattern.format(path=place, expires=expires, signature=signature)


def media_origin(here: Settings, store: Storage) -> str:
    """What a policy must allow for links to work; empty when there are none."""
    if not here.media_url:
        return ""
    address = store.origin if here.media_url == "store" else here.media_url  # type: ignore[attr-defined]
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _place(digest: str) -> str:
    return str(Path(named(digest)[:2]) / digest)
