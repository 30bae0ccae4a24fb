"""Files that authors brought, sent so that a browser shows them and never runs them."""

from pathlib import Path
from typing import IO, Any

from flask import Response, send_file

from lms.core.errors import NotFound
from lms.engines.content.assets import TYPES

#: What a page shows by itself; all else that is taken at all is saved, not opened.
SHOWN = ("image/", "video/", "audio/", "text/vtt")
TAKEN = frozenset(TYPES.values())
FOR_EVER = 365 * 24 * 3600
#: An address opened by itself gets an origin of its own, no script and no request.
POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src 'self'"


def send(source: Path | IO[bytes], media_type: str, digest: str, name: str) -> Response:
    """Answers Range and If-None-Match. Raises NotFound for kinds and names that are not taken here.

    The name is what the address says; no file has line breaks in it, and no header may.
    """
    if media_type not in TAKEN or any(char < " " or char == "\x7f" for char in name):
        raise NotFound()
    saved = not media_type.startswith(SHOWN)
    options: dict[str, Any] = {"etag": digest, "conditional": True, "max_age": FOR_EVER}
    response = send_file(source, mimetype=media_type, as_attachment=saved, download_name=name, **options)
    # The name is the content's hash: it never changes. Private, because one signs in to see it.
    response.headers["Cache-Control"] = f"private, max-age={FOR_EVER}, immutable"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
