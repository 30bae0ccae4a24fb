import tempfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import SelectChoice

from lms.accounts import permissions
from lms.accounts.choices import country_name
from lms.catalogue import queries as catalogue
from lms.core import replica
from lms.core.clock import now
from lms.core.errors import Invalid, NotFound
from lms.core.sorting import sort_key
from lms.learning import service as learning
from lms.reports import evidence, export, gradebook, words
from lms.reports.export.formats import csv_chunks, json_chunks
from lms.reports.forms import EnterForm, FilterForm
from lms.reports.gradebook import Filters
from lms.web import paging
from lms.web.context import context
from lms.web.forms import bind
from lms.web.i18n import current_locale
from lms.web.identity import actor
from lms.web.transaction import release, session

blueprint = Blueprint("reports", __name__, url_prefix="/gradebook")
#: The moment that a file stands for: where it comes from a replica, a little earlier than now.
AS_OF = "X-As-Of"
STREAMED = {"csv": csv_chunks, "json": json_chunks}


@blueprint.get("")
def courses() -> ResponseReturnValue:
    permissions.require(actor(), "grades.read")
    found = catalogue.list_courses(session(), retired=True)
    return render_template(
        "reports/courses.html",
        courses=found,
        outlines=catalogue.outlines(session(), [one.current_version_id for one in found if one.current_version_id]),
        counts=gradebook.counts(session()),
        locale=current_locale(),
    )


@blueprint.get("/<string:course>")
def grades(course: str) -> ResponseReturnValue:
    """Trainees × activities, 50 at a time."""
    permissions.require(actor(), "grades.read")
    row = _course(course)
    form, choices = FilterForm(request.args), gradebook.choices(session(), row.id)
    page = gradebook.page(session(), row.id, form.filters(choices.versions), now(), paging.place())
    kept = form.kept()
    current = catalogue.outline(session(), row.current_version_id)
    columns = gradebook.columns(page.outlines or {current.version_id: current})
    columns, more = columns[: gradebook.MOST_COLUMNS], len(columns) - gradebook.MOST_COLUMNS
    return render_template(
        "reports/gradebook.html",
        course=row,
        page=page,
        form=form,
        countries=_countries(choices.countries, form.country.data),
        versions=_versions(choices.versions, form.version.data),
        kept=kept,
        columns=columns,
        more_columns=max(more, 0),
        rows=page.table(columns),
        evidence_url=url_for(".evidence_of", course=course, registration=0)[:-1],  # a row's ends in its number
        outline=current,
        now=now(),
        may_export=permissions.allows(actor(), "grades.export"),
        active=len(kept),
        **paging.ways_on(page, lambda one: (one.sort_name, one.registration_id), ".grades", course=course, **kept),
    )


def _countries(codes: list[str], asked: str | None) -> list[tuple[str, str]]:
    """Options by name; what the address asks for is among them, so that the field says what the list shows."""
    found = {*codes, *([asked.upper()[:2]] if asked else [])}
    return sorted(((code, country_name(code)) for code in found), key=lambda one: sort_key(one[1]))


def _versions(known: dict[int, int], asked: int | None) -> list[tuple[int, str]]:
    numbers = {*known, *([asked] if asked else [])}
    return [(one, _("Version %(number)s", number=one)) for one in sorted(numbers, reverse=True)]


@blueprint.get("/<string:course>/<int:registration>")
def evidence_of(course: str, registration: int) -> ResponseReturnValue:
    """Everything behind one row: version, activities with their evidence, attempts, history."""
    permissions.require(actor(), "grades.read")
    return _evidence_page(course, registration, bind(EnterForm))


def _evidence_page(course: str, registration: int, form: EnterForm) -> str:
    row = _course(course)
    entry = gradebook.entry(session(), row.id, registration)
    if entry is None:
        raise NotFound()
    before = evidence.Before.read(request.args.get("at"))
    file = evidence.of(session(), entry, before)
    titles = file.outline.text(current_locale())["activities"]
    form.activity.choices = [
        SelectChoice("", ""),
        *(SelectChoice(key, titles.get(key, key)) for key in file.outline.order),
    ]
    may_enter = permissions.allows(actor(), "grades.enter") and entry.user_id != actor().user_id
    return render_template(
        "reports/evidence.html",
        course=row,
        entry=entry,
        file=file,
        before=before,
        titles=titles,
        form=form,
        now=now(),
        may_enter=may_enter,
        words=words,
    )


@blueprint.post("/<string:course>/<int:registration>")
def enter(course: str, registration: int) -> ResponseReturnValue:
    """Record a manual result or a waiver; only with a reason."""
    permissions.require(actor(), "grades.enter")
    entry = gradebook.entry(session(), _course(course).id, registration)
    if entry is None:
        raise NotFound()
    form = bind(EnterForm)
    order = catalogue.outline(session(), entry.version_id).order
    form.activity.choices = [SelectChoice(key, key) for key in order]
    if not form.validate() or not _entered(form, registration):
        return _evidence_page(course, registration, form), 422
    flash(_("The result is recorded as entered by you, with your reason."), "done")
    return redirect(url_for(".evidence_of", course=course, registration=registration), 303)


def _entered(form: EnterForm, registration: int) -> bool:
    try:
        learning.enter(
            session(),
            actor(),
            registration,
            form.activity.data,
            status=form.status.data,
            score=form.score.data,
            reason=form.reason.data,
            now=now(),
        )
    except Invalid as problem:
        form.form_errors.append(problem.message or _("This activity cannot have this result. Choose another."))
        return False
    return True


@blueprint.get("/<string:course>/export.<string:form>")
def download(course: str, form: str) -> ResponseReturnValue:
    """The whole course in one file, or what the filter of the page shows, from one moment."""
    permissions.require(actor(), "grades.export")
    row, asked = _course(course), FilterForm(request.args)
    filters = asked.filters(gradebook.choices(session(), row.id).versions)
    release()
    if form not in export.FORMATS:
        raise NotFound()
    name = f"grades-{course}-{now():%Y-%m-%d}{'-filtered' if asked.kept() else ''}.{form}"
    if form in STREAMED:
        body, moment = _stream(row, form, filters)
        response = Response(body, mimetype=export.FORMATS[form][0])
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        response.headers[AS_OF] = moment.isoformat()
        return response
    return _workbook(row, name, filters)


def _stream(row: Any, form: str, filters: Filters) -> tuple[Iterator[bytes], datetime]:
    # The first chunk is made here, so that an error is an error page and not a broken file.
    snapshot = replica.reading(context().db, now())
    opened, moment = snapshot.__enter__()
    chunks = STREAMED[form](export.open_grades(opened, row, moment, filters))
    first = next(chunks)

    def rest() -> Iterator[bytes]:
        try:
            yield first
            yield from chunks
        finally:
            snapshot.__exit__(None, None, None)

    return rest(), moment


def _workbook(row: Any, name: str, filters: Filters) -> Response:
    file = tempfile.TemporaryFile()  # noqa: SIM115  closed with the response
    with replica.reading(context().db, now()) as (opened, moment):
        export.write(export.open_grades(opened, row, moment, filters), "xlsx", file)
    file.seek(0)
    response = send_file(file, mimetype=export.FORMATS["xlsx"][0], as_attachment=True, download_name=name)
    response.headers[AS_OF] = moment.isoformat()
    response.cache_control.private = True  # Flask says of a file only that it is asked for again
    return response


def _course(key: str) -> Any:
    row = catalogue.course_by_key(session(), key)
    if row is None:
        raise NotFound()
    return row
