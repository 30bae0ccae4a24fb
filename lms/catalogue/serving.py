"""Files that authors brought, sent so that a browser shows them and never runs them."""

import io

from flask import Response, send_file

from lms.core.errors import NotFound
from lms.engines.content.assets import TYPES
from lms.web.delivery import FOR_EVER, deliver

#: What a page shows by itself; all else that is taken at all is saved, not opened.
SHOWN = ("image/", "video/", "audio/", "text/vtt")
TAKEN = frozenset(TYPES.values())
#: An address opened by itself gets an origin of its own, no script and no request.
POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src 'self'"


def send(digest: str, size: int, media_type: str, name: str) -> Response:
    """A stored file. Raises NotFound for kinds and names that are not taken here, and for a blob that is missing."""
    saved = _is_saved(media_type, name)
    response = deliver(digest, size, media_type, name, saved=saved)
    return response if response.status_code == 302 else _kept_apart(response)


def send_bytes(data: bytes, media_type: str, digest: str, name: str) -> Response:
    """As `send`, of a draft, whose files are in no version yet."""
    saved = _is_saved(media_type, name)
    response = send_file(
        io.BytesIO(data),
        mimetype=media_type,
        as_attachment=saved,
        download_name=name,
        etag=digest,
        conditional=True,
        max_age=FOR_EVER,
    )
    return _kept_apart(response)


def _is_saved(media_type: str, name: str) -> bool:
    """The name is what the address says; no file has line breaks in it, and no header may."""
    if media_type not in TAKEN or any(char < " " or char == "\x7f" for char in name):
        raise NotFound()
    return not media_type.startswith(SHOWN)


def _kept_apart(response: Response) -> Response:
    # The name is the content's hash: it never changes. Private, because one signs in to see it.
    response.headers["Cache-Control"] = f"private, max-age={FOR_EVER}, immutable"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
