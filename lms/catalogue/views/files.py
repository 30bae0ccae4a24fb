import re

from flask import Blueprint
from flask.typing import ResponseReturnValue

from lms.catalogue import queries
from lms.catalogue.serving import send
from lms.core.errors import NotFound
from lms.web.context import storage
from lms.web.transaction import release, session

blueprint = Blueprint("catalogue", __name__)
DIGEST = re.compile(r"[0-9a-f]{64}")


@blueprint.get("/files/<string:digest>/<string:name>")
def file(digest: str, name: str) -> ResponseReturnValue:
    """A picture, video or document of any version, for everybody who is signed in."""
    found = queries.version_file(session(), digest) if DIGEST.fullmatch(digest) else None
    if found is None:
        raise NotFound()
    release()
    try:
        return send(storage().path(digest) or storage().open(digest), found.media_type, digest, name)
    except FileNotFoundError:
        raise NotFound() from None
