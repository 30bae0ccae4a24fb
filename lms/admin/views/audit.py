"""The audit log, for quality staff and inspectors: who did what, when, to what, and whether the row is intact."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from lms.accounts import queries as accounts
from lms.accounts.guard import needs
from lms.admin.forms import AuditFilter
from lms.admin.words import ACTS, act_word, fact_word
from lms.audit import queries
from lms.audit.queries import EventRow
from lms.core.clock import now
from lms.core.keyset import Page
from lms.web import paging
from lms.web.identity import actor
from lms.web.transaction import session

blueprint = Blueprint("audit", __name__, url_prefix="/audit")


@blueprint.get("")
@needs("audit.read")
def index() -> ResponseReturnValue:
    form = AuditFilter(request.args)
    form.validate()
    who = form.who.data
    asked = form.asked(accounts.ids_matching(session(), who) if who else None, actor().timezone)
    page = queries.page(session(), asked, paging.place())
    ways = paging.ways_on(page, lambda row: ("", row.id), "audit.index", **form.kept())
    facts = {"people": _people(page), "acts": ACTS, "act_word": act_word, "fact_word": fact_word, "now": now()}
    return render_template("admin/audit/index.html", page=page, form=form, **facts, **ways)


def _people(page: Page) -> dict[int, str]:
    """Names of those who act, those acted on, and those whom a change names."""
    rows: list[EventRow] = list(page.rows)
    ids = {row.actor_id for row in rows if row.actor_id}
    ids |= {int(row.subject_id) for row in rows if row.subject_type == "user" and row.subject_id.isdigit()}
    told = [facts.get("user_id") for row in rows for facts in (row.old or {}, row.new or {})]
    ids |= {user_id for user_id in told if isinstance(user_id, int)}
    return {user_id: person.names for user_id, person in accounts.people_by_id(session(), ids).items()}
