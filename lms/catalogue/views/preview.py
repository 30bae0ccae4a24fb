from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.catalogue import showing, words
from lms.catalogue.service import drafts as service
from lms.catalogue.serving import send_bytes
from lms.catalogue.views.desk import blueprint, own_draft
from lms.core.errors import NotFound
from lms.engines.content.model import Course, module_bytes
from lms.web.context import storage
from lms.web.i18n import ENDONYMS, current_locale
from lms.web.transaction import release


@blueprint.get("/drafts/<int:number>/preview")
def preview(number: int) -> ResponseReturnValue:
    """A draft as trainees will see it; nothing is recorded."""
    course = _course(number)
    return render_template("preview/course.html", **_common(number, course))


@blueprint.get("/drafts/<int:number>/preview/<string:key>")
def preview_activity(number: int, key: str) -> ResponseReturnValue:
    course = _course(number)
    common = _common(number, course)
    if lesson := showing.lesson(course, key):
        html = showing.lesson_html(lesson, common["shown"], common["address"])
        # Files of a draft belong to no version yet.
        html = html.replace('="/files/', f'="{url_for("desk.draft", number=number)}/files/')
        return render_template("preview/lesson.html", lesson=lesson, html=html, **common)
    if quiz := showing.quiz(course, key):
        found = showing.questions(course, quiz, common["shown"])
        return render_template("preview/quiz.html", quiz=quiz, questions=found, **common)
    raise NotFound()


@blueprint.get("/drafts/<int:number>/files/<string:digest>/<string:name>")
def preview_file(number: int, digest: str, name: str) -> ResponseReturnValue:
    for asset in _course(number).assets.values():
        if asset.sha256 == digest:
            return send_bytes(asset.data, asset.media_type, digest, name)
    raise NotFound()


def _course(number: int) -> Course:
    row = own_draft(number)
    release()
    course = service.load(storage(), row).course if not row.errors else None
    if course is None:
        raise NotFound()
    return course


def _common(number: int, course: Course) -> dict:
    shown = showing.locale_of(course, request.args.get("in", current_locale()))

    def address(key: str = "") -> str:
        if not key:
            return url_for("desk.preview", number=number, **{"in": shown})
        return url_for("desk.preview_activity", number=number, key=key, **{"in": shown})

    return {
        "course": course,
        "shown": shown,
        "address": address,
        "showing": showing,
        "sizes": lambda module: module_bytes(module, shown),
        "names": ENDONYMS,
        "words": words,
        "around": [(_("Instructor's desk"), url_for("desk.index")), (_("Draft"), url_for("desk.draft", number=number))],
    }
