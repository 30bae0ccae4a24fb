"""Many people at once: a file in, a file out."""

from collections.abc import Iterator

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.accounts import queries
from lms.accounts.guard import needs
from lms.accounts.service.people import Person
from lms.admin import service
from lms.admin.forms import FileForm, ImportForm, PeopleFilter
from lms.admin.people_file import export as exports
from lms.admin.people_file import keep
from lms.admin.people_file.reading import ENCODINGS, Unreadable, read
from lms.admin.views.people import blueprint
from lms.admin.words import COLUMNS, UNREADABLE, wrong_words
from lms.audit import service as audit
from lms.core.clock import now
from lms.core.errors import Conflict
from lms.enrolments import queries as enrolments
from lms.web.context import context, storage
from lms.web.forms import bind
from lms.web.i18n import current_locale
from lms.web.identity import actor
from lms.web.transaction import release, roll_back, session, takes_files

#: Problems that a page lists; the count of all is always said.
MOST_SHOWN = 200


@blueprint.route("/import", methods=["GET", "POST"])
@takes_files
@needs("people.write")
def upload() -> ResponseReturnValue:
    form = bind(FileForm)
    if form.validate_on_submit():
        release()
        data = form.file.data.read()
        try:
            read(data)
            file = keep.keep(session(), storage(), actor().user_id or 0, data, now())
            return redirect(url_for("people.look", file=file), 303)
        except Unreadable as error:
            form.file.errors = [UNREADABLE[str(error)]]
    return render_template("admin/people/upload.html", form=form, columns=COLUMNS), 422 if form.errors else 200


@blueprint.route("/import/<string:file>", methods=["GET", "POST"])
@needs("people.write")
def look(file: str) -> ResponseReturnValue:
    """The dry run; the same address, POSTed, does what it has shown."""
    encoding = request.args.get("encoding", "")
    release()
    try:
        sheet = read(keep.find(storage(), actor().user_id or 0, file), encoding)
    except Unreadable as error:
        flash(UNREADABLE[str(error)], "bad")
        return redirect(url_for("people.look", file=file) if encoding else url_for("people.upload"), 303)
    with context().db.reading() as own:  # the write lock is taken for the doing only
        plan = service.plan_people(own, actor(), sheet, _defaults())
    form = bind(ImportForm, courses=enrolments.courses(session(), current_locale()))
    if form.validate_on_submit() and (answer := _import(file, plan, form)):
        return answer
    form.fingerprint.data = plan.fingerprint()
    shown = [wrong_words(one) for one in plan.wrong[:MOST_SHOWN]]
    missing = [COLUMNS[name] for name in plan.missing]
    facts = {"encodings": ENCODINGS, "columns": COLUMNS, "sheet": sheet, "wrong": shown, "missing": missing}
    return render_template(
        "admin/people/look.html", file=file, plan=plan, form=form, **facts
    ), 422 if form.errors else 200


def _import(file: str, plan: service.Plan, form: ImportForm) -> ResponseReturnValue | None:
    try:
        new = service.import_people(
            session(), actor(), plan, form.fingerprint.data, now(), form.place(actor().timezone)
        )
    except Conflict:
        roll_back()
        form.form_errors.append(_("People have changed since you looked. Nothing is stored. Look once more."))
        return None
    release()
    storage().discard(file)
    added = ngettext("%(num)s person is added.", "%(num)s people are added.", len(new))
    changed = ngettext("%(num)s person is changed.", "%(num)s people are changed.", len(plan.changes))
    flash(f"{added} {changed}", "done")
    return redirect(url_for("people.index", state="invited") if new else url_for("people.index"), 303)


def _defaults() -> Person:
    return Person(user_name="", native_name="", timezone=actor().timezone, locale=current_locale())


@blueprint.get("/export.csv")
@needs("people.read")
def export() -> ResponseReturnValue:
    """Streams from one snapshot; what leaves the house is in the audit log."""
    wanted, who, db = PeopleFilter(request.args).wanted(), actor(), context().db
    release()
    with db.writing() as own:
        audit.record(own, who, "people.exported", ("people", "list"), now())

    def body() -> Iterator[bytes]:
        with db.snapshot() as snapshot:
            yield from exports.chunks(queries.accounts_batches(snapshot, who, wanted))

    headers = {"Content-Disposition": 'attachment; filename="people.csv"'}
    return Response(body(), mimetype="text/csv", headers=headers)
