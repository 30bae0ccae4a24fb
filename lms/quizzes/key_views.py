from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.accounts import permissions
from lms.catalogue import queries as catalogue
from lms.core.clock import now
from lms.core.errors import Conflict, Invalid
from lms.engines.quiz.responses import AMBIGUOUS
from lms.quizzes import key_fields, keys, words
from lms.quizzes.forms import CorrectForm
from lms.quizzes.present import numbered_gaps
from lms.web.context import context
from lms.web.forms import bind, held
from lms.web.i18n import current_locale
from lms.web.identity import actor
from lms.web.transaction import session

blueprint = Blueprint("keys", __name__)
OF_VERSION = "/courses/<string:course>/versions/<int:version>/questions"
OF_QUESTION = f"{OF_VERSION}/<string:bank>/<string:question>"


@blueprint.get("/questions")
def courses() -> ResponseReturnValue:
    """The courses, and the versions of each: where whoever answers for keys begins."""
    permissions.require(actor(), "keys.correct")
    found = catalogue.list_courses(session(), retired=True)
    outlines = catalogue.outlines(session(), [one.current_version_id for one in found if one.current_version_id])
    return render_template(
        "quizzes/key_courses.html",
        # A package keeps its questions to itself.
        courses=[one for one in found if not outlines[one.current_version_id or 0].packaged],
        outlines=outlines,
        numbers=catalogue.version_numbers(session()),
        locale=current_locale(),
    )


@blueprint.get(OF_VERSION)
def index(course: str, version: int) -> ResponseReturnValue:
    """Every question of a version: its key, and how people did."""
    outline = keys.version(session(), actor(), course, version)
    with context().db.reading() as streaming:
        found = keys.items(streaming, outline, current_locale())
    return render_template("quizzes/keys.html", outline=outline, items=found)


@blueprint.get(OF_QUESTION)
def one(course: str, version: int, bank: str, question: str) -> ResponseReturnValue:
    outline = keys.version(session(), actor(), course, version)
    with context().db.reading() as streaming:
        found = keys.item(streaming, outline, bank, question, current_locale())
    return _page(outline, found, bind(CorrectForm), held())


@blueprint.post(OF_QUESTION)
def correct(course: str, version: int, bank: str, question: str) -> ResponseReturnValue:
    """Correct the key, with a reason, and regrade every attempt that drew the question."""
    outline = keys.version(session(), actor(), course, version)
    found = keys.item(session(), outline, bank, question, current_locale())
    form, fields = bind(CorrectForm), request.form.to_dict(flat=False)
    if not form.validate():
        return _page(outline, found, form, fields), 422
    try:
        new_key = key_fields.corrected(found.source, fields)
        changed = keys.correct(session(), actor(), outline, found, new_key, form.reason.data, now())
    except (Invalid, Conflict) as problem:
        form.form_errors.append(_problem(problem, fields))
        return _page(outline, found, form, fields), 422
    flash(
        ngettext(
            "The key is corrected. %(num)s result changed.", "The key is corrected. %(num)s results changed.", changed
        ),
        "done",
    )
    return redirect(url_for(".one", course=course, version=version, bank=bank, question=question), 303)


def _problem(problem: Invalid | Conflict, fields: dict[str, list[str]]) -> str:
    if isinstance(problem, Conflict):
        return _("This key holds already. Change it, or leave the page.")
    sentences = {
        "no-right-answer": _("Mark at least one right answer."),
        "no-number": _("Write the right number, for example 2.5."),
        AMBIGUOUS: words.ambiguous((fields.get("answer") or [""])[0].strip()),
        "no-partner": _("Choose what belongs to each item."),
        "no-order": _("Give each item a place of its own."),
        "no-choice": _("Mark at least one right choice for each gap."),
        "no-words": _("Write at least one accepted answer in each language, with letters or digits."),
        "too-many-words": _("Write at most 100 answers of at most 500 characters each."),
    }
    return sentences.get(problem.fields.get("key", ""), problem.message)


def _page(outline: Any, found: keys.Item, form: CorrectForm, fields: dict[str, list[str]] | None = None) -> str:
    typed = fields if fields and "reason" in fields else None
    return render_template(
        "quizzes/key.html",
        outline=outline,
        item=found,
        form=form,
        shown=key_fields.fields_of(found.source) if typed is None else typed,
        text=numbered_gaps(found.public["text"]),
    )
