"""Content packages on their way in: a form, the chunks, and the page of each upload."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import SelectChoice

from lms.accounts import permissions
from lms.catalogue import parts, queries, uploads, words
from lms.catalogue.forms import AnnounceForm, FirstPublishForm, PackageForm, PublishForm
from lms.catalogue.outline import Outline
from lms.catalogue.service import uploads as service
from lms.catalogue.service.uploads import Wish
from lms.catalogue.uploads import UploadRow
from lms.catalogue.views.desk import blueprint, decided
from lms.core.clock import now
from lms.core.errors import Conflict, Invalid, NotFound
from lms.web.access import wants_json
from lms.web.context import settings
from lms.web.forms import bind
from lms.web.i18n import current_locale
from lms.web.identity import actor
from lms.web.json_body import json_object
from lms.web.transaction import at_most, release, roll_back, session, takes_files

#: One chunk. A page on a slow line sends smaller ones.
MOST_CHUNK = 4 * 1024 * 1024
#: After this time the page says that a check does not come to its end.
SLOW = timedelta(minutes=30)


def _folder() -> Path:
    return parts.folder_of(settings().data_dir)


@blueprint.get("/packages")
def packages() -> ResponseReturnValue:
    """What one brought, and the form to bring more."""
    permissions.require(actor(), "content.preview")
    return _packages(_bound(PackageForm))


def _packages(form: PackageForm, status: int = 200) -> ResponseReturnValue:
    if request.method == "GET":  # the page of a course says of which a new version is brought
        form.course.data = request.args.get("course", "")
    page = render_template(
        "desk/packages.html",
        form=form,
        uploads=uploads.open_uploads(session(), actor().user_id),
        words=words,
        most_mb=settings().max_upload_mb,
        most_chunk=MOST_CHUNK,
        largest=service.MOST_BYTES,
    )
    return page, status


def _bound(form_class: type[Any]) -> Any:
    """With the courses that a package can be a new version of."""
    form = bind(form_class)
    courses = uploads.package_courses(session())
    outlines = queries.outlines(session(), courses.values())
    titles = ((key, outlines[version].title(current_locale())) for key, version in courses.items())
    known = [SelectChoice(key, f"{title} ({key})") for key, title in titles]
    form.course.choices = [SelectChoice("", _("A new course")), *known]
    return form


@blueprint.post("/packages")
def announce() -> ResponseReturnValue:
    """A script names the file that it will send; the answer says where."""
    permissions.require(actor(), "content.preview")
    sent = json_object()
    if not isinstance(sent.get("name"), str) or not isinstance(sent.get("size"), int):
        raise Invalid()
    form = _bound(AnnounceForm)
    if not form.validate_on_submit():
        raise Invalid(_("Choose a ZIP file."))
    parts.require_room(_folder(), form.size.data)
    made = _begin(form, form.name.data.encode(errors="replace").decode(), form.size.data)
    return jsonify(id=made, url=url_for("desk.package", upload=made), received=0), 201


def _begin(form: Any, name: str, size: int) -> str:
    options = {"unscripted": form.unscripted.data}
    name = "".join(char for char in name if char.isprintable())  # a header may hold what no database stores
    return service.begin(session(), actor(), name, size, form.course.data or "", options, now())


@blueprint.post("/packages/whole")
@takes_files
def upload_package() -> ResponseReturnValue:
    """All in one request, for browsers without scripts."""
    permissions.require(actor(), "content.preview")
    form = _bound(PackageForm)
    if not form.validate_on_submit():
        return _packages(form, 422)
    stream = form.file.data.stream
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    parts.require_room(_folder(), size)
    try:
        made = _begin(form, form.file.data.filename or "", size)
    except Invalid as error:
        form.file.errors = [error.message]
        return _packages(form, 422)
    row = service.own(session(), actor(), made)
    release()
    try:
        with parts.writing(_folder(), made) as file:
            written = parts.write(file, 0, stream)
    except OSError:
        _forget(made)
        raise
    service.advance(session(), actor(), row, written, now())
    return redirect(url_for("desk.package", upload=made), 303)


def _forget(made: str) -> None:
    """Nothing is half stored."""
    service.discard(session(), actor(), made, now())
    release()
    parts.forget(_folder(), made)


@blueprint.route("/packages/<string:upload>", methods=["PUT", "PATCH"])
@at_most(MOST_CHUNK)
def chunk(upload: str) -> ResponseReturnValue:
    """The next bytes. They are on the disk before they are acknowledged; a wrong offset is told the right one."""
    row = service.own(session(), actor(), upload)
    release()
    with _held(upload) as file:
        row = service.own(session(), actor(), upload)
        data, offset = request.get_data(), request.args.get("offset", -1, type=int)
        release()
        if file is None or row.state != "receiving" or offset != row.received or row.received + len(data) > row.size:
            return _standing(row), 409
        written = parts.write(file, offset, io.BytesIO(data))
        try:
            received = service.advance(session(), actor(), row, written, now())
        except Conflict:  # discarded while its bytes were written
            roll_back()
            parts.forget(_folder(), upload)
            raise NotFound() from None
        release()
    return jsonify(received=received, state="received" if received == row.size else "receiving")


@contextmanager
def _held(upload: str) -> Iterator[Any]:
    try:
        with parts.writing(_folder(), upload) as file:
            yield file
    except parts.Busy:
        yield None


def _standing(row: UploadRow) -> ResponseReturnValue:
    return jsonify(received=row.received, size=row.size, state=row.state, publishing=row.publishing)


@blueprint.get("/packages/<string:upload>")
def package(upload: str) -> ResponseReturnValue:
    """How far an upload has come, what is wrong with the package, and what it would change."""
    row = service.own(session(), actor(), upload)
    return _standing(row) if wants_json() else _package(row)


def _package(row: UploadRow, form: Any = None) -> ResponseReturnValue:
    current = _current(row)
    if form is None and row.state == "checked" and not (current and current.hash == row.result.get("hash")):
        against = current.version_id if current else None
        form = PublishForm(level=row.result["level"], against=against) if current else FirstPublishForm()
    page = render_template(
        "desk/package.html",
        row=row,
        current=current,
        form=form,
        words=words,
        slow=now() - row.changed_at > SLOW,
        most_chunk=MOST_CHUNK,
        largest=service.MOST_BYTES,
    )
    return page, 422 if form is not None and form.errors else 200


def _current(row: UploadRow) -> Outline | None:
    """The version that the package would take the place of."""
    course = queries.course_by_key(session(), row.result.get("course", ""))
    return queries.outline(session(), course.current_version_id) if course and course.current_version_id else None


@blueprint.post("/packages/<string:upload>/publish")
def publish_package(upload: str) -> ResponseReturnValue:
    """The worker publishes: storing a large package takes longer than a page may."""
    row = service.own(session(), actor(), upload)
    form = bind(PublishForm if _current(row) else FirstPublishForm)
    if row.state != "checked" or not form.validate_on_submit():
        return _package(row, form)
    level, against = decided(form)
    service.ask(session(), actor(), row, Wish(level, form.note.data, against), now())
    return redirect(url_for("desk.package", upload=upload), 303)


@blueprint.post("/packages/<string:upload>/discard")
def discard_package(upload: str) -> ResponseReturnValue:
    service.discard(session(), actor(), upload, now())
    release()
    parts.forget(_folder(), upload)
    flash(_("The upload is gone."), "done")
    return redirect(url_for("desk.packages"), 303)
