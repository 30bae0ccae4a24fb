"""The privacy notice, and its acceptance."""

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from lms.accounts import entry
from lms.accounts.notices import latest
from lms.accounts.service import privacy as acceptances
from lms.accounts.views.blueprint import blueprint
from lms.core.clock import now
from lms.core.errors import NotFound
from lms.web.access import public
from lms.web.i18n import current_locale
from lms.web.identity import actor
from lms.web.transaction import session


@blueprint.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    notice, user_id = latest(current_locale()), actor().user_id
    accepted = acceptances.accepted_at(session(), user_id, notice.version) if user_id else None
    target = entry.own_address(request.args.get("next"))
    return render_template("accounts/privacy.html", notice=notice, accepted=accepted, next=target)


@blueprint.post("/privacy")
def accept_privacy() -> ResponseReturnValue:
    user_id = actor().user_id
    if user_id is None:
        raise NotFound()
    acceptances.accept(session(), user_id, latest(current_locale()), now())
    return redirect(entry.own_address(request.args.get("next")) or "/", 303)
