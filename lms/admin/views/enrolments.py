"""Who takes what: by course, one by one, and by list."""

from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.accounts import queries as accounts
from lms.accounts.guard import needs
from lms.accounts.words import show
from lms.admin import service
from lms.admin.forms import DueForm, EnrolForm, EnrolmentsFilter, WithdrawForm, end_of_day
from lms.catalogue import queries as catalogue
from lms.catalogue.queries import CourseRow
from lms.core.clock import now
from lms.core.errors import Invalid, NotFound
from lms.enrolments import queries
from lms.enrolments import service as enrolments
from lms.enrolments.queries import EnrolmentRow
from lms.web import paging
from lms.web.forms import bind
from lms.web.i18n import current_locale
from lms.web.identity import actor
from lms.web.transaction import session

blueprint = Blueprint("enrolments", __name__, url_prefix="/enrolments")
#: Names that nobody has, as a page lists them.
MOST_SHOWN = 50


@blueprint.get("")
@needs("enrol.others")
def index() -> ResponseReturnValue:
    titles = queries.courses(session(), current_locale(), retired=True)
    rows = {course.key: course for course in catalogue.list_courses(session(), retired=True)}
    return render_template("admin/enrolments/index.html", titles=titles, rows=rows, counts=queries.counts(session()))


@blueprint.route("/new", methods=["GET", "POST"])
@needs("enrol.others")
def new() -> ResponseReturnValue:
    titles = queries.courses(session(), current_locale())
    form = bind(EnrolForm, courses=titles, data={"course": request.args.get("course"), "who": request.args.get("who")})
    unknown: list[str] = []
    if form.validate_on_submit():
        typed = form.names()
        found = accounts.ids_of_sign_in_names(session(), typed)
        unknown = [name for name in typed if name not in found]
        if not unknown or (form.rest.data and found):
            return _enrol(form, list(dict.fromkeys(found.values())))
        form.who.errors = [ngettext("%(num)s name is not known.", "%(num)s names are not known.", len(unknown))]
    facts = {"unknown": unknown[:MOST_SHOWN], "left": len(form.names()) - len(unknown)}
    return render_template("admin/enrolments/new.html", form=form, **facts), 422 if form.errors else 200


def _enrol(form: EnrolForm, ids: list[int]) -> ResponseReturnValue:
    place = service.Place(form.course.data, end_of_day(form.due.data, actor().timezone), form.reason.data or "")
    service.enrol_many(session(), actor(), ids, place, now())
    if len(ids) <= service.AT_ONCE:
        flash(ngettext("%(num)s person is enrolled.", "%(num)s people are enrolled.", len(ids)), "done")
    else:
        flash(_("%(number)s people are being enrolled. Look again in a minute.", number=len(ids)), "info")
    return redirect(url_for("enrolments.course", course=place.course_key), 303)


@blueprint.get("/<string:course>")
@needs("enrol.others")
def course(course: str) -> ResponseReturnValue:
    row, form = _course(course), EnrolmentsFilter(request.args)
    page = queries.page(session(), actor(), row.id, form.wanted(), paging.place())
    total = queries.count(session(), actor(), row.id, form.wanted())
    kept = form.kept() | {"course": course}
    ways = paging.ways_on(page, lambda one: (one.sort_name, one.id), "enrolments.course", **kept)
    facts = {"course": row, "title": _title(row), "page": page, "total": total, "form": form, "now": now()}
    return render_template("admin/enrolments/course.html", **facts, **ways)


@blueprint.route("/<string:course>/<int:enrolment>", methods=["GET", "POST"])
@needs("enrol.others")
def due(course: str, enrolment: int) -> ResponseReturnValue:
    row, one = _course(course), _enrolment(course, enrolment)
    form = bind(DueForm, data={"due": one.due_at.astimezone(ZoneInfo(actor().timezone)).date() if one.due_at else None})
    if form.validate_on_submit():
        until = end_of_day(form.due.data, actor().timezone)
        enrolments.change_due(session(), actor(), enrolment, until, now(), form.reason.data or "")
        flash(_("The due date is saved."), "done")
        return redirect(url_for("enrolments.course", course=course), 303)
    page = render_template("admin/enrolments/due.html", course=row, title=_title(row), one=one, form=form)
    return page, 422 if form.errors else 200


@blueprint.route("/<string:course>/<int:enrolment>/withdraw", methods=["GET", "POST"])
@needs("enrol.others")
def withdraw(course: str, enrolment: int) -> ResponseReturnValue:
    row, one, form = _course(course), _enrolment(course, enrolment), bind(WithdrawForm)
    if form.validate_on_submit():
        try:
            enrolments.withdraw(session(), actor(), enrolment, now(), reason=form.reason.data or "")
            flash(_("%(name)s is withdrawn. What was done is kept.", name=one.native_name), "done")
            return redirect(url_for("enrolments.course", course=course), 303)
        except Invalid as error:
            show(form, error)
    page = render_template("admin/enrolments/withdraw.html", course=row, title=_title(row), one=one, form=form)
    return page, 422 if form.errors else 200


def _course(key: str) -> CourseRow:
    row = catalogue.course_by_key(session(), key)
    if row is None:
        raise NotFound()
    return row


def _title(row: CourseRow) -> str:
    if row.current_version_id is None:
        return row.key
    return catalogue.outline(session(), row.current_version_id).title(current_locale())


def _enrolment(course: str, enrolment: int) -> EnrolmentRow:
    """Raises NotFound also when it belongs to another course than the address says."""
    row = queries.enrolment(session(), actor(), enrolment)
    if row is None or row.course_id != _course(course).id:
        raise NotFound()
    return row
