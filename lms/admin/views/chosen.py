"""One act for several people: what will happen is said first, with their number and a sample."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.accounts import queries
from lms.accounts.guard import needs
from lms.accounts.service import many
from lms.admin import service
from lms.admin.forms import ChosenForm, PeopleFilter
from lms.admin.slips import qr
from lms.admin.views.people import blueprint
from lms.core.clock import now
from lms.core.errors import NotFound
from lms.enrolments import queries as enrolments
from lms.web.context import settings
from lms.web.forms import bind
from lms.web.i18n import current_locale
from lms.web.identity import actor
from lms.web.numbers import fits
from lms.web.transaction import session

ACTS = ("slips", "mail", "enrol")
#: Slips on one page: each has a drawing of its own.
MOST_SLIPS = 200
SAMPLE = 5


@blueprint.route("/chosen", methods=["GET", "POST"])
@needs("people.write")
def chosen() -> ResponseReturnValue:
    act, ids = request.args.get("act", ""), _ids()
    if act not in ACTS:
        raise NotFound()
    if not ids:
        flash(_("Choose at least one person."), "wait")
        return redirect(url_for("people.index", **PeopleFilter(request.args).kept()), 303)
    form = bind(ChosenForm, courses=enrolments.courses(session(), current_locale()))
    if form.validate_on_submit() and (answer := _act(act, ids, form)):
        return answer
    sample = queries.people_by_id(session(), ids[:SAMPLE])
    facts = {"act": act, "count": len(ids), "sample": list(sample.values()), "most": MOST_SLIPS}
    return render_template("admin/people/chosen.html", form=form, **facts), 422 if form.errors else 200


def _ids() -> list[int]:
    """Those ticked, or all that match the filter."""
    if request.args.get("all"):
        return queries.ids_wanted(session(), actor(), PeopleFilter(request.args).wanted())
    return [number for number in request.args.getlist("id", type=int) if fits(number)]


def _act(act: str, ids: list[int], form: ChosenForm) -> ResponseReturnValue | None:
    if act == "slips":
        return _slips(ids, form.begin.data or 0)
    if act == "mail":
        count = many.invite_many(session(), actor(), ids, now())
        flash(ngettext("%(num)s link is on its way by mail.", "%(num)s links are on their way by mail.", count), "done")
        return redirect(url_for("people.index"), 303)
    place = form.place(actor().timezone)
    if place is None:
        form.course.errors = [_("Choose a course.")]
        return None
    service.enrol_many(session(), actor(), ids, place, now())
    flash(ngettext("%(num)s person is being enrolled.", "%(num)s people are being enrolled.", len(ids)), "done")
    return redirect(url_for("enrolments.course", course=place.course_key), 303)


def _slips(ids: list[int], begin: int) -> ResponseReturnValue:
    """Each print makes new links: a slip that went astray is worth nothing once its owner has used another."""
    part = ids[begin : begin + MOST_SLIPS]
    slips = [
        (slip, url := f"{settings().base_url}/{slip.purpose}/{slip.code}", qr(url))
        for slip in many.make_slips(session(), actor(), part, now())
    ]
    following = begin + MOST_SLIPS if begin + MOST_SLIPS < len(ids) else None
    facts = {"slips": slips, "total": len(ids), "begin": begin, "following": following}
    return render_template("admin/people/slips.html", **facts), {"Cache-Control": "no-store"}
