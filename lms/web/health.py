"""Is the process alive, and can it serve? For supervisors and load balancers."""

from flask import Blueprint, Response, jsonify
from sqlalchemy import text

from lms.core import migrate
from lms.core.draining import is_draining
from lms.web.access import public
from lms.web.context import context

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def alive() -> Response:
    return jsonify(status="alive")


@blueprint.get("/readyz")
@public
def ready() -> tuple[Response, int]:
    """200 when the database answers with a schema that is not older than this release; else 503 with the reason, and
    also while this node is about to end."""
    if is_draining():
        return jsonify(status="not ready", reason="this node is about to end"), 503
    db = context().db
    try:
        with db.reading() as session:
            session.execute(text("SELECT 1"))
        if migrate.is_behind(db):
            return jsonify(status="not ready", reason="the database needs: lms db upgrade"), 503
    except Exception as error:  # whatever it is, the answer is "not ready"
        return jsonify(status="not ready", reason=type(error).__name__), 503
    return jsonify(status="ready"), 200
