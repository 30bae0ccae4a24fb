from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.core.clock import now
from lms.learning import page_loads
from lms.learning import service as learning
from lms.lessons import page, queries, service
from lms.lessons.html import answered
from lms.web import whole
from lms.web.context import settings
from lms.web.forms import csrf
from lms.web.i18n import current_locale, show_time
from lms.web.identity import actor
from lms.web.json_body import json_object
from lms.web.transaction import at_most, session

blueprint = Blueprint("lessons", __name__, url_prefix="/courses/<string:course>/lessons/<string:lesson>")
MOST_BATCH_BYTES = 200_000


@blueprint.get("")
def show(course: str, lesson: str) -> ResponseReturnValue:
    moment, lang = now(), current_locale()
    view = queries.lesson_view(session(), actor(), course, lesson, lang, moment)
    if view.text is None:
        return render_template("lessons/locked.html", view=view, lang=lang)
    scope = service.scope(lesson, view.text.shown_locale)
    state = view.taken.standing.states.get(lesson)
    own = {
        "page_load": page_loads.issue(settings().secret_key, view.taken.reg.id, scope, moment),
        "person": str(actor().user_id),
        "registration": str(view.taken.reg.id),
        "saved_at": show_time(state.changed_at) if state else "",
    }
    texts = {"html": answered(view.text.html, view.progress.answers)}
    return whole.page("lessons/show.html", page.facts(view, lang), lambda: page.values(view, lang), own, texts)


@blueprint.post("/operations")
@csrf.exempt
@at_most(MOST_BATCH_BYTES)
def operations(course: str, lesson: str) -> ResponseReturnValue:
    sent, moment = json_object(), now()
    received = service.receive(
        session(),
        actor(),
        course,
        lesson,
        token=sent.get("page_load"),
        operations=sent.get("ops"),
        secret_key=settings().secret_key,
        now=moment,
    )
    if received.verdict is None:
        return jsonify(error=received.plan.refusal), 422
    state = {"read": received.verdict.read, "conditions": {one.code: one.met for one in received.verdict.conditions}}
    return jsonify(learning.reply(received.plan, moment) | {"saved_at_text": show_time(moment), "state": state})


@blueprint.post("")
def act(course: str, lesson: str) -> ResponseReturnValue:
    """The buttons of the page as they work without JavaScript."""
    shown, check = request.form.get("shown", ""), request.form.get("check", "")
    operation = _answer(check) if check else {"kind": "declare"}
    if operation is None:
        flash(_("Choose an answer first."), "wait")
    else:
        service.act(session(), actor(), course, lesson, operation, shown_locale=shown, now=now())
    anchor = queries.check_anchor(session(), actor(), course, lesson, shown, check) if check else "finish"
    return redirect(url_for("lessons.show", course=course, lesson=lesson, _anchor=anchor or None), 303)


def _answer(check: str) -> dict[str, Any] | None:
    chosen = request.form.get(f"check-{check}", "")
    return {"kind": "check", "id": check, "answer": int(chosen[:3])} if chosen.isdecimal() else None
