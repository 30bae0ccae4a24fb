"""Is the process alive, and can it serve? For supervisors and load balancers."""

from flask import Blueprint, Response, jsonify

from lms.core import ready as readiness
from lms.core.draining import is_draining
from lms.web.access import public
from lms.web.context import context

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def alive() -> Response:
    """Of the process alone; it asks nothing else, so it answers also while the database does not."""
    return jsonify(status="alive")


@blueprint.get("/readyz")
@public
def ready() -> tuple[Response, int]:
    """200 when every part is ok, else 503 with a word for each; also 503 while this node is about to end."""
    if is_draining():
        return jsonify(status="not ready", parts={}, reason="this node is about to end"), 503
    here = context()
    found = readiness.look(here.extra["bounded"], here.settings.data_dir, here.storage)
    if found.ready:
        return jsonify(status="ready", parts=found.parts), 200
    wrong = ", ".join(f"{part}: {word}" for part, word in found.parts.items() if word != readiness.OK)
    if found.parts["schema"] == "old":
        wrong += " (the database needs: lms db upgrade)"
    return jsonify(status="not ready", parts=found.parts, reason=wrong), 503
