"""How the site fares, for administrators."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from lms.accounts.guard import needs
from lms.admin import operation_words as words
from lms.admin import operations
from lms.core.clock import now
from lms.web.context import context
from lms.web.identity import actor

blueprint = Blueprint("operations", __name__, url_prefix="/admin/operations")


@blueprint.get("")
@needs("operations.read")
def index() -> ResponseReturnValue:
    here = context()
    asked = operations.Node(here.settings, here.db, here.storage, here.extra["bounded"])
    shown = operations.look(actor(), asked, now())
    return render_template("admin/operations/index.html", shown=shown, words=words, now=now())
