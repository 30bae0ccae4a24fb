"""The LMS's side: the button that starts a package, and what its course page says of the run."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts import entry
from lms.core.clock import now
from lms.player.hosts import Hosts
from lms.scorm import queries, service
from lms.web.context import context, settings
from lms.web.identity import actor
from lms.web.transaction import session

blueprint = Blueprint("player", __name__)


@blueprint.app_context_processor
def _facts() -> dict[str, object]:
    return {"package_run": lambda registration_id: queries.run_facts(session(), registration_id)}


@blueprint.post("/courses/<string:course>/package")
def start(course: str) -> ResponseReturnValue:
    """Begin or go on: a code for one use leads to the package's own host."""
    hosts: Hosts = context().extra["hosts"]
    if not hosts.pattern:
        flash(_("Packages cannot be started here yet: the operator must set LMS_CONTENT_URL."), "bad")
        return redirect(url_for("learning.course", course=course), 303)
    secret = settings().secret_key
    started = service.start(session(), actor(), course, now(), secret_key=secret, device=entry.device_label())
    return redirect(f"{hosts.origin(started.label)}/#{started.code}", 303)
