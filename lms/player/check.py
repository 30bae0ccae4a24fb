"""Does this device, and the line it is on, let packages run? A page for everybody, and a probe on the packages' hosts.

What it measures stays in the browser: nothing is recorded.
"""

from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from lms.core.clock import now
from lms.core.sites import LABEL, host_of
from lms.player.hosts import Hosts
from lms.web.access import public
from lms.web.context import context, settings
from lms.web.forms import csrf
from lms.web.headers import CSP
from lms.web.i18n import ENDONYMS
from lms.web.transaction import at_most

blueprint = Blueprint("check", __name__, url_prefix="/check")
probes = Blueprint("probe", __name__)
UPLOAD_BYTES = 64_000
#: What careless filters rewrite: links without TLS, scripts, blanks at the end of a line.
SAMPLE = (
    "<!doctype html><title>Sample</title>\n"
    '<script src="http://sample.invalid/a.js"></script>  \n'
    '<a href="http://sample.invalid/?a=1&amp;b=2">한 é</a>\n'
)


@blueprint.get("")
@public
def index() -> ResponseReturnValue:
    hosts: Hosts = context().extra["hosts"]
    page = render_template(
        "player/check.html",
        hosts=hosts,
        sample=SAMPLE,
        size=UPLOAD_BYTES,
        requests=[(code, ENDONYMS.get(code, code), _request(code, hosts)) for code in settings().locales],
    )
    response = Response(page)
    if hosts.pattern:
        wildcard = hosts.pattern.replace(LABEL, "*")
        response.headers["Content-Security-Policy"] = CSP.replace(
            "connect-src 'self'", f"connect-src 'self' {wildcard}"
        )
    return response


def _request(code: str, hosts: Hosts) -> str:
    """One sentence that a person can send to those who run the network."""
    with force_locale(code):
        own = settings().base_url
        if not hosts.pattern:
            return _("Allow %(own)s with GET, POST and PATCH, unchanged and uncached.", own=own)
        names = hosts.pattern.replace(LABEL, "*")
        return _(
            "Allow %(own)s and %(names)s in the browser with GET, POST and PATCH, the request header Authorization, "
            "answers that no filter changes or keeps, and data of these sites kept on the device.",
            own=own,
            names=names,
        )


@blueprint.get("/sample")
@public
def sample() -> ResponseReturnValue:
    """The page compares it with what it knows."""
    response = Response(SAMPLE, mimetype="text/html")
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/upload")
@csrf.exempt
@public
@at_most(UPLOAD_BYTES)
def upload() -> ResponseReturnValue:
    return jsonify(_heard())


@probes.route("/probe", methods=["GET", "POST", "OPTIONS"])
@at_most(UPLOAD_BYTES)
def probe() -> ResponseReturnValue:
    """On a host of packages. Readable for the LMS's own pages, and for no other."""
    response = Response(status=204) if request.method == "OPTIONS" else jsonify(_heard())
    response.headers["Vary"] = "Origin"
    if request.headers.get("Origin") == settings().base_url:
        response.headers["Access-Control-Allow-Origin"] = settings().base_url
        response.headers["Access-Control-Allow-Methods"] = "GET, POST"
        response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
    return response


def _heard() -> dict[str, Any]:
    """What of the request came through; a nonce, so that no kept answer passes for a new one."""
    nonce = request.args.get("nonce", "")[:40]
    return {
        "nonce": nonce,
        "authorization": request.headers.get("Authorization") == f"Bearer {nonce}",
        "received": len(request.get_data()),
        "host": host_of(request.host_url),
        "now": now().isoformat(),
    }
