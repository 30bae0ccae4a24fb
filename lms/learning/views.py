import re

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal
from flask_babel import gettext as _

from lms.catalogue.serving import send
from lms.core.clock import now
from lms.core.errors import NotFound
from lms.learning import overview, queries, service, words
from lms.web import headers
from lms.web.access import public
from lms.web.context import settings
from lms.web.i18n import current_locale
from lms.web.identity import actor, signed_in
from lms.web.transaction import release, session

blueprint = Blueprint("learning", __name__)
DIGEST = re.compile(r"[0-9a-f]{64}")
#: Where a person's day begins: the first page that their roles open.
HOMES = (
    ("learn", "learning.mine"),
    ("content.preview", "desk.index"),
    ("people.read", "people.index"),
    ("grades.read", "reports.courses"),
)


@blueprint.app_context_processor
def _words() -> dict[str, object]:
    return {
        "activity_url": words.activity_url,
        "launch_url": words.launch_url,
        "condition_words": words.condition,
        "lines": words.lines,
        "lock_words": words.lock_reason,
        "records_url": words.records_url,
    }


blueprint.add_app_template_filter(words.language_name)
blueprint.add_app_template_filter(format_decimal, "number")


@blueprint.get("/")
@public
def start() -> ResponseReturnValue:
    person = signed_in()
    if person is None:
        offered = overview.offered_courses(session(), actor())
        sign_up = any(one.outline.enrol["sign_up"] for one in offered)
        return render_template("learning/start.html", offered=offered, sign_up=sign_up, lang=current_locale())
    mine = [home for permission, home in HOMES if person.may(permission) and home in current_app.view_functions]
    return redirect(url_for(mine[0] if mine else "learning.catalogue"))


@blueprint.get("/learning")
def mine() -> ResponseReturnValue:
    moment = now()
    taken = overview.taken_courses(session(), actor().user_id or 0, moment)
    first, soon = overview.first_to_do(taken), overview.due_soon(taken, moment)
    return render_template("learning/mine.html", taken=taken, first=first, soon=soon, now=moment, lang=current_locale())


@blueprint.get("/courses")
@public
def catalogue() -> ResponseReturnValue:
    offered = overview.offered_courses(session(), actor())
    return render_template("learning/catalogue.html", offered=offered, lang=current_locale())


@blueprint.get("/courses/<string:course>")
@public
def course(course: str) -> ResponseReturnValue:
    moment = now()
    view = overview.course_view(session(), actor(), course, moment)
    if view.outline.packaged and settings().content_url:
        headers.forms_may_lead_to(settings().content_source)
    return render_template("learning/course.html", view=view, now=moment, lang=current_locale())


@blueprint.get("/courses/<string:course>/why")
def why(course: str) -> ResponseReturnValue:
    taken = overview.taken_course(session(), actor(), course, now())
    return render_template("learning/why.html", taken=taken, lang=current_locale())


@blueprint.post("/courses/<string:course>/join")
def join(course: str) -> ResponseReturnValue:
    person = actor()
    if person.user_id is None:
        raise NotFound()
    service.join(session(), person, person.user_id, course, now(), origin="self")
    flash(_("You take this course now. You can begin."), "done")
    return redirect(url_for("learning.course", course=course), 303)


@blueprint.get("/files/<string:digest>/<string:name>")
def file(digest: str, name: str) -> ResponseReturnValue:
    """A picture, video or document of a version."""
    found = queries.readable_file(session(), actor(), digest) if DIGEST.fullmatch(digest) else None
    if found is None:
        raise NotFound()
    release()
    return send(digest, found.size, found.media_type, name)
