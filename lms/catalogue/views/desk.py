import io
from collections.abc import Mapping
from typing import BinaryIO

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.accounts import permissions
from lms.accounts.guard import needs
from lms.catalogue import changes, drafts, folders, pull, queries, uploads, words
from lms.catalogue import service as catalogue
from lms.catalogue.forms import FirstPublishForm, PublishForm, PullForm, RetireForm, UploadForm
from lms.catalogue.service import drafts as service
from lms.catalogue.service.publish import NOTHING
from lms.core.archive import read_zip
from lms.core.clock import now
from lms.core.errors import Conflict, Invalid, NotFound
from lms.engines.content.model import Folder
from lms.web.context import settings, storage
from lms.web.forms import bind
from lms.web.i18n import current_locale
from lms.web.identity import actor
from lms.web.transaction import release, session, takes_files

blueprint = Blueprint("desk", __name__, url_prefix="/desk")


@blueprint.get("")
def index() -> ResponseReturnValue:
    permissions.require(actor(), "content.preview")
    return _index(bind(UploadForm), bind(PullForm))


def _index(upload: UploadForm, pulled: PullForm, status: int = 200) -> ResponseReturnValue:
    courses = queries.list_courses(session(), retired=True)
    page = render_template(
        "desk/index.html",
        upload=upload,
        pull=pulled,
        drafts=drafts.open_drafts(session(), actor().user_id),
        uploads=len(uploads.open_uploads(session(), actor().user_id)),
        courses=courses,
        outlines=queries.outlines(session(), [one.current_version_id for one in courses if one.current_version_id]),
        locale=current_locale(),
        words=words,
        most_mb=settings().max_upload_mb,
    )
    return page, status


@blueprint.post("/upload")
@takes_files
def upload() -> ResponseReturnValue:
    permissions.require(actor(), "content.preview")
    form = bind(UploadForm)
    if not form.validate_on_submit():
        return _index(form, PullForm(formdata=None), 422)
    try:
        return _take(form.file.data.stream, form.file.data.filename or "")
    except Invalid as error:
        form.file.errors = [error.message]
        return _index(form, PullForm(formdata=None), 422)


@blueprint.post("/pull")
def pull_() -> ResponseReturnValue:
    permissions.require(actor(), "content.preview")
    form = bind(PullForm)
    if not form.validate_on_submit():
        return _index(UploadForm(formdata=None), form, 422)
    release()
    try:
        return _take(io.BytesIO(pull.pull(form.address.data)), form.address.data)
    except Invalid as error:
        form.address.errors = [error.message]
        return _index(UploadForm(formdata=None), form, 422)


def _take(source: BinaryIO, origin: str) -> ResponseReturnValue:
    """The work is done while no connection is held; then the drafts are written at once."""
    release()
    found = service.check_upload(read_zip(source))
    earlier = [drafts.last_published_draft(session(), key) for key in found.courses]
    release()
    prepared = service.prepare(storage(), found, _other_banks(earlier))
    ids = service.add(session(), actor(), prepared, origin, now())
    if len(ids) > 1:
        flash(ngettext("%(num)s course was brought.", "%(num)s courses were brought.", len(ids)), "done")
        return redirect(url_for("desk.index"), 303)
    return redirect(url_for("desk.draft", number=ids[0]), 303)


def _other_banks(earlier: list[drafts.DraftRow | None]) -> Mapping[str, Folder]:
    """Banks for an upload of a course alone: as the course had them when it was published, else the server's."""
    banks = folders.search_banks(settings().content_path)
    for row in filter(None, earlier):
        banks |= service.read(storage(), row.files).banks
    return banks


@blueprint.get("/drafts/<int:number>")
def draft(number: int) -> ResponseReturnValue:
    return _draft(own_draft(number))


def own_draft(number: int) -> drafts.DraftRow:
    permissions.require(actor(), "content.preview")
    row = drafts.draft(session(), number, actor().user_id)
    if row is None:
        raise NotFound()
    return row


def _draft(row: drafts.DraftRow, form: PublishForm | FirstPublishForm | None = None) -> ResponseReturnValue:
    course = queries.course_by_key(session(), row.course_key)
    current = course.current_version_id if course else None
    outline = queries.outline(session(), current) if current else None
    release()
    loaded = service.load(storage(), row).course if not row.errors else None
    level, found = changes.against(session(), current, loaded) if loaded else ("", [])
    if loaded and form is None:
        form = PublishForm(level=level, against=current) if current else FirstPublishForm()
    page = render_template(
        "desk/draft.html",
        draft=row,
        course=loaded,
        current=outline,
        same=bool(loaded and outline and outline.hash == loaded.version_hash),
        level=level,
        changes=found,
        form=form,
        words=words,
        locale=current_locale(),
    )
    return page, 422 if form is not None and form.errors else 200


@blueprint.post("/drafts/<int:number>/publish")
def publish(number: int) -> ResponseReturnValue:
    row = own_draft(number)
    course = queries.course_by_key(session(), row.course_key)
    form = bind(PublishForm if course and course.current_version_id else FirstPublishForm)
    if row.errors or row.published_version_id or not form.validate_on_submit():
        return _draft(row, form)
    release()
    loaded = service.load(storage(), row).course
    if loaded is None:
        raise Conflict(_("The draft has errors now. Bring the course again."))
    level, against = decided(form)
    made = service.publish_draft(session(), storage(), actor(), number, loaded, level, form.note.data, against, now())
    flash(_published(course, made.number), "done")
    return redirect(url_for("desk.course", course=row.course_key), 303)


def _published(course: queries.CourseRow | None, number: int) -> str:
    if course and course.retired_at:
        return _("Version %(number)s is published. The course stays retired until you reopen it.", number=number)
    return _("Version %(number)s is published. New trainees get it from now on.", number=number)


def decided(form: PublishForm | FirstPublishForm) -> tuple[str, int]:
    """The level, and the version it was decided against; what names no version was decided against none."""
    if isinstance(form, FirstPublishForm):
        return "", NOTHING
    against = form.against.data or ""
    return form.level.data, int(against) if against.isdecimal() and len(against) < 19 else NOTHING


@blueprint.post("/drafts/<int:number>/discard")
def discard(number: int) -> ResponseReturnValue:
    service.discard(session(), actor(), number, now())
    flash(_("The draft is gone."), "done")
    return redirect(url_for("desk.index"), 303)


@blueprint.get("/courses/<string:course>")
def course(course: str) -> ResponseReturnValue:
    """All versions of a course and what each changed."""
    permissions.require(actor(), "content.preview")
    row = _published_course(course)
    return render_template(
        "desk/course.html",
        course=row,
        outline=queries.outline(session(), row.current_version_id or 0),
        versions=queries.versions(session(), row.id),
        words=words,
        locale=current_locale(),
    )


def _published_course(key: str) -> queries.CourseRow:
    row = queries.course_by_key(session(), key)
    if row is None or row.current_version_id is None:
        raise NotFound()
    return row


@blueprint.route("/courses/<string:course>/retire", methods=["GET", "POST"])
@needs("content.publish")
def retire(course: str) -> ResponseReturnValue:
    row, form = _published_course(course), bind(RetireForm)
    if form.validate_on_submit():
        catalogue.retire(session(), actor(), course, form.reason.data, now())
        flash(_("The course is retired. It takes nobody new."), "done")
        return redirect(url_for("desk.course", course=course), 303)
    return _decide("desk/retire.html", row, form)


@blueprint.route("/courses/<string:course>/reopen", methods=["GET", "POST"])
@needs("content.publish")
def reopen(course: str) -> ResponseReturnValue:
    row, form = _published_course(course), bind(RetireForm)
    if form.validate_on_submit():
        catalogue.reopen(session(), actor(), course, form.reason.data, now())
        flash(_("The course is open again. It is in the catalogue."), "done")
        return redirect(url_for("desk.course", course=course), 303)
    return _decide("desk/reopen.html", row, form)


def _decide(template: str, row: queries.CourseRow, form: RetireForm) -> ResponseReturnValue:
    title = queries.outline(session(), row.current_version_id or 0).title(current_locale())
    return render_template(template, course=row, title=title, form=form), 422 if form.errors else 200
