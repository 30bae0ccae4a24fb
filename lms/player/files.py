"""The files of a package, on its own host: what a browser may run there, and nowhere else."""

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from lms.catalogue import queries as catalogue
from lms.catalogue.queries import FileRow
from lms.engines.scorm.manifest.names import fold
from lms.player import tokens
from lms.player.hosts import ENVIRON
from lms.scorm.hosts import label_of
from lms.web.context import context, settings, storage
from lms.web.delivery import FOR_EVER, deliver, media_origin
from lms.web.transaction import release, session

blueprint = Blueprint("files", __name__)
#: Documents, whose policy holds for all that they load.
DOCUMENTS = ("text/html", "application/xhtml+xml", "image/svg+xml", "application/xml", "text/xml")


@blueprint.get("/f/<string:token>/<path:path>")
def file(token: str, path: str) -> ResponseReturnValue:
    """The token is in the path, so that relative addresses and the browser's own store work without cookies."""
    if request.headers.get("Service-Worker"):
        abort(403)
    secret, label = settings().secret_key, request.environ[ENVIRON]
    known = tokens.read_files(secret, token)
    if known is None or context().extra["hosts"].is_nobodys(label):
        abort(404)
    if label and label != label_of(secret, known.registration_id, known.version_id):
        abort(404)
    found = _find(catalogue.files(session(), known.version_id), path)
    hosts = catalogue.allowed_hosts(session(), known.version_id) if found.media_type in DOCUMENTS else []
    release()
    return _send(found, path, hosts)


def _find(files: dict[str, FileRow], path: str) -> FileRow:
    """Exactly so, else the only one that differs in nothing but upper and lower case, as authors on Windows write, or
    in how accents are put together, as authors on Macs do."""
    if path in files:
        return files[path]
    folded, plain = fold(path), path.isascii()
    same = [one for name, one in files.items() if (not plain or len(name) == len(path)) and fold(name) == folded]
    if len(same) != 1:
        abort(404)
    return same[0]


def _send(found: FileRow, path: str, hosts: list[str]) -> Response:
    """As what it is, with what it may do here."""
    name = "".join(char for char in path.rpartition("/")[2] if char.isprintable()) or "file"
    saved = found.media_type == "application/octet-stream"
    response = deliver(found.hash, found.size, found.media_type, name, saved=saved)
    if response.status_code == 302:
        return response
    # The document itself says in which encoding it is written: many packages are older than UTF-8 everywhere.
    response.headers["Content-Type"] = found.media_type
    # The address holds the version, which never changes. Private, because one has started the course to see it.
    response.headers["Cache-Control"] = f"private, max-age={FOR_EVER}, immutable"
    response.headers["Content-Security-Policy"] = policy(hosts, media_origin(settings(), storage()))
    return response


def policy(hosts: list[str], media: str = "") -> str:
    """Real packages need inline scripts and eval. They get them here; plugins, foreign bases and foreign targets of
    forms nobody gets. Hosts elsewhere are those that an administrator has allowed for this version."""
    elsewhere = "".join(f" https://{host}" for host in hosts)
    films = (f"media-src 'self' data: blob:{elsewhere} {media}",) if media else ()
    return "; ".join(
        (
            f"default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:{elsewhere}",
            *films,
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )
