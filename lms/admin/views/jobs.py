"""Work that waits or has stopped, for administrators."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts.guard import needs
from lms.admin import queries, service
from lms.admin.words import job_word
from lms.core.clock import now
from lms.web import paging
from lms.web.identity import actor
from lms.web.transaction import session

blueprint = Blueprint("jobs", __name__, url_prefix="/jobs")


@blueprint.get("")
@needs("jobs.read")
def index() -> ResponseReturnValue:
    counts = queries.job_counts(session(), actor())
    asked = request.args.get("state", "")
    state = asked if asked in queries.STATES else ("dead" if counts["dead"] else "waiting")
    page = queries.jobs_page(session(), actor(), state, paging.place())
    ways = paging.ways_on(page, lambda row: ("", row.id), "jobs.index", state=state)
    facts = {"counts": counts, "state": state, "job_word": job_word, "now": now()}
    return render_template("admin/jobs/index.html", page=page, **facts, **ways)


@blueprint.post("/<int:job_id>/retry")
@needs("jobs.write")
def retry(job_id: int) -> ResponseReturnValue:
    service.retry_job(session(), actor(), job_id, now())
    flash(_("The job runs again now."), "done")
    return redirect(url_for("jobs.index"), 303)
