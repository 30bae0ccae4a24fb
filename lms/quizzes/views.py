from typing import Any

from flask import Blueprint, Response, abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.core import ids
from lms.core.clock import now
from lms.core.errors import NotAllowed
from lms.learning import page_loads
from lms.quizzes import pages, reviews, service, words
from lms.quizzes.forms import GREATEST_LEASE, QuestionForm, SendForm, StartForm, raw_response
from lms.quizzes.present import Shown
from lms.quizzes.queries import AttemptRow
from lms.quizzes.service import Saved
from lms.quizzes.service.start import CannotStart
from lms.web.context import context, settings
from lms.web.forms import bind, csrf, held
from lms.web.i18n import current_locale, show_time
from lms.web.identity import actor
from lms.web.json_body import json_object
from lms.web.transaction import at_most, release, session

blueprint = Blueprint("quizzes", __name__)
MOST_BATCH_BYTES = 200_000


@blueprint.after_request
def _always_fresh(response: Response) -> Response:
    """Going back must show what is saved now: a page from the browser's store would show an older answer."""
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/courses/<string:course>/quizzes/<string:quiz>")
def start_page(course: str, quiz: str) -> ResponseReturnValue:
    _close_what_is_over(pages.open_attempts(session(), actor(), course, quiz))
    view = pages.start_view(session(), actor(), course, quiz, now())
    return render_template("quizzes/start.html", view=view, form=StartForm(), words=words, now=now())


@blueprint.post("/courses/<string:course>/quizzes/<string:quiz>/start")
def start(course: str, quiz: str) -> ResponseReturnValue:
    try:
        attempt = service.start(session(), actor(), course, quiz, now(), current_locale())
    except CannotStart as refusal:
        flash(words.cannot_start(refusal.reason, refusal.not_before, None), "wait")
        return redirect(url_for(".start_page", course=course, quiz=quiz), 303)
    service.take_over(session(), actor(), attempt)
    return redirect(url_for(".question", attempt=attempt, number=pages.first_unanswered(session(), attempt)), 303)


@blueprint.get("/attempts/<int:attempt>/questions/<int:number>")
def question(attempt: int, number: int) -> ResponseReturnValue:
    row = _own(attempt)
    if not row.open:
        return redirect(url_for(".review", attempt=attempt), 303)
    typed = held()
    return _question_page(row, number, typed and _as_response(row, number, typed))


def _question_page(row: AttemptRow, number: int, typed: dict[str, Any] | None, *, overtaken: bool = False) -> str:
    """`overtaken`: what was typed is kept aside, because another window has saved a newer answer."""
    return render_template(
        "quizzes/question.html",
        view=pages.question_view(session(), row, number, current_locale(), typed),
        page_load=page_loads.issue(settings().secret_key, row.id, _scope(row.id), now()),
        words=words,
        now=now(),
        person=actor().user_id,
        overtaken=overtaken,
    )


def _as_response(row: AttemptRow, number: int, fields: dict[str, list[str]]) -> dict[str, Any] | None:
    return raw_response(pages.kind_of(session(), row, number), fields)


@blueprint.post("/attempts/<int:attempt>/questions/<int:number>")
def save_question(attempt: int, number: int) -> ResponseReturnValue:
    """The page without JavaScript: every button saves, then goes where it says."""
    _own(attempt)
    form = bind(QuestionForm)
    if not form.validate():
        abort(400)
    row = pages.own_attempt(session(), actor(), attempt, lock=True)
    shown = pages.question_view(session(), row, number, current_locale()).question if row.open else None
    if shown and (operations := _operations(shown, form.question.data)):
        page_load, known = f"form-{ids.short_id()}", (form.known.data or "", shown.known)
        saved = service.save_batch(
            session(), actor(), row.id, page_load, form.lease.data, operations, now(), known=known
        )
        if any(fate.reason == "overtaken" for fate in saved.fates):
            typed = raw_response(shown.kind, request.form.to_dict(flat=False))
            return _question_page(row, number, typed or {}, overtaken=True), 409
        _tell(saved)
        if any(fate.ambiguous for fate in saved.fates):  # the page says it, once; then every button goes on
            return redirect(url_for(".question", attempt=attempt, number=number), 303)
    return redirect(_destination(attempt, number, len(row.keys)), 303)


def _operations(shown: Shown, key: str) -> list[dict[str, Any]]:
    """What the person has done to the question since the page was shown; turning a page is nothing."""
    act = request.form.get("act", "")
    response = None if act == "clear" else raw_response(shown.kind, request.form.to_dict(flat=False))
    operations: list[dict[str, Any]] = []
    if response != (shown.given if act == "clear" else shown.untouched):
        operations.append({"kind": "answer", "question": key, "response": response})
    if act in ("flag", "unflag"):
        operations.append({"kind": "flag", "question": key, "flagged": act == "flag"})
    return [{"n": place, **one} for place, one in enumerate(operations, start=1)]


def _tell(saved: Saved) -> None:
    for fate in saved.fates:
        if fate.outcome in ("late", "refused") and fate.reason != "fenced-unwritten":
            flash(words.refused(fate.reason), "bad")


def _destination(attempt: int, number: int, total: int) -> str:
    go = request.form.get("go", "")
    if go == "check":
        return url_for(".check", attempt=attempt)
    wanted = int(go) if go.isdecimal() and len(go) < 5 else number
    return url_for(".question", attempt=attempt, number=min(max(wanted, 1), total))


@blueprint.post("/attempts/<int:attempt>/operations")
@csrf.exempt
@at_most(MOST_BATCH_BYTES)
def operations(attempt: int) -> ResponseReturnValue:
    """A batch of the page's journal."""
    sent = json_object()
    lease = sent.get("lease")
    if type(lease) is not int or not 0 <= lease <= GREATEST_LEASE:
        abort(400)
    page_load = _page_load(attempt, sent.get("page_load"))
    moment = now()
    saved = service.save_batch(session(), actor(), attempt, page_load, lease, sent.get("ops"), moment)
    if saved.refusal:
        return jsonify(error=saved.refusal), 422
    return jsonify(_reply(saved, moment))


def _page_load(attempt: int, token: object) -> str:
    """The signature ties a page load to the attempt and its registration; both are checked again when saving."""
    page_load = page_loads.check(settings().secret_key, token, attempt, _scope(attempt))
    if page_load is None:
        raise NotAllowed()
    return page_load


def _reply(saved: Saved, moment: Any) -> dict[str, Any]:
    aside = [one for one in saved.fates if one.outcome == "late" and one.reason != "fenced-unwritten"]
    refused = [one for one in saved.fates if one.outcome in ("refused", "conflict")]
    return {
        "acked": saved.acked,
        "missing": list(saved.missing),
        "stored_at": moment.isoformat(),
        "saved_at_text": show_time(moment),
        "late": [one.number for one in aside],
        "refused": [
            {"n": one.number, "reason": one.reason, "message": words.refused(one.reason)} for one in (*aside, *refused)
        ],
        "asked": [
            {"question": one.question, "text": one.ambiguous, "message": words.ambiguous(one.ambiguous)}
            for one in saved.fates
            if one.ambiguous
        ],
        "older": saved.fenced,
        "state": {"revision": saved.revision},
    }


@blueprint.post("/attempts/<int:attempt>/take-over")
@csrf.exempt
def take_over(attempt: int) -> ResponseReturnValue:
    """Take the pen for this tab; the page asks by script, or its button without."""
    lease = service.take_over(session(), actor(), attempt)
    if request.is_json:
        return jsonify(lease=lease)
    number = request.form.get("number", "1")
    return redirect(
        url_for(".question", attempt=attempt, number=int(number) if number.isdecimal() and len(number) < 5 else 1), 303
    )


@blueprint.get("/attempts/<int:attempt>/check")
def check(attempt: int) -> ResponseReturnValue:
    """What is answered, what is not, and the button that sends."""
    row = _own(attempt)
    if not row.open:
        return redirect(url_for(".review", attempt=attempt), 303)
    return render_template("quizzes/check.html", view=pages.check_view(session(), row), form=SendForm(), now=now())


@blueprint.post("/attempts/<int:attempt>/send")
def send(attempt: int) -> ResponseReturnValue:
    form = bind(SendForm)
    if not form.validate():
        abort(400)
    row = service.send(session(), actor(), attempt, now())
    if row.state == "expired":
        flash(_("Time was over. We graded the answers saved before that."), "wait")
    return redirect(url_for(".review", attempt=attempt), 303)


@blueprint.get("/attempts/<int:attempt>/review")
def review(attempt: int) -> ResponseReturnValue:
    row = _own(attempt)
    if row.open:
        return redirect(url_for(".question", attempt=attempt, number=1), 303)
    return render_template(
        "quizzes/review.html", view=reviews.review_view(session(), row, current_locale(), now()), words=words
    )


@blueprint.get("/attempts/<int:attempt>/evidence")
def evidence(attempt: int) -> ResponseReturnValue:
    """The whole attempt with keys and late answers, for those who answer for the grades."""
    view = reviews.evidence_view(session(), actor(), attempt, current_locale())
    return render_template("quizzes/review.html", view=view, words=words)


def _own(attempt: int) -> AttemptRow:
    """The actor's attempt, closed first if its time is over: by the next read, should the worker be late."""
    row = pages.own_attempt(session(), actor(), attempt)
    if row.open and row.over(now()):
        _close_what_is_over([attempt])
        row = pages.own_attempt(session(), actor(), attempt)
    return row


def _close_what_is_over(attempts: list[int]) -> None:
    """A write of its own: the request may be a GET, whose session only reads."""
    if not attempts:
        return
    release()
    with context().db.writing() as own:
        for attempt in attempts:
            service.close_if_over(own, attempt, now())


def _scope(attempt: int) -> str:
    return f"attempt:{attempt}"
