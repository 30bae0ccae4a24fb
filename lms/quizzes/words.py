"""Codes of the engine in the words of the page."""

import re
from datetime import datetime
from fractions import Fraction

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from lms.quizzes.present import Shown
from lms.web.i18n import show_datetime

#: As Latin and as Chinese, Japanese and Korean keyboards write it.
COMMA = re.compile("[,，]")


def cannot_start(reason: str, not_before: datetime | None, left: int | None) -> str:
    if reason == "cool-down" and not_before:
        again = _("Try again on %(time)s.", time=show_datetime(not_before))
        return again if left is None else f"{again} {tries_left(left)}"
    if reason == "no-attempts-left":
        return _("You have used all attempts of this quiz. Ask the course team if you need another.")
    if reason == "closed":
        return _("This quiz is closed.")
    return _("This quiz is not open yet.")


def tries_left(left: int) -> str:
    return ngettext("%(num)s try is left.", "%(num)s tries are left.", left)


def hint(question: Shown) -> str:
    """What to do and what it is worth, in one line."""
    if question.hint:
        return question.hint
    what = {
        "single": _("Choose one answer."),
        "multiple": _("Choose %(number)s.", number=question.choose) if question.choose else _("Choose all that apply."),
        "truefalse": _("Choose true or false."),
        "numeric": _("Write a number. Comma or point, both work."),
        "short": _("Write a short answer."),
        "matching": _("Choose a partner for each row."),
        "ordering": _("Move the rows into the right order."),
        "gaps": "",  # the legend says it
    }[question.kind]
    return f"{what} {points(question.points)}".strip()


def points(value: float) -> str:
    whole = int(value) if value == int(value) else value
    return ngettext(
        "%(points)s point.", "%(points)s points.", whole if isinstance(whole, int) else 2, points=format_decimal(whole)
    )


def outcome(status: str, reason: str, reached: Fraction, possible: Fraction) -> str:
    """What became of an answer and what it earned, in one line."""
    told = {
        "right": _("right"),
        "partly": _("partly right"),
        "wrong": _("not right"),
        "unanswered": _("no answer"),
        "ungradable": not_graded(reason),
    }[status]
    many = 1 if possible == 1 else 2
    earned = ngettext(
        "%(points)s of %(of)s point",
        "%(points)s of %(of)s points",
        many,
        points=format_decimal(float(reached)),
        of=format_decimal(float(possible)),
    )
    return f"{told} · {earned}"


def not_graded(reason: str) -> str:
    return {
        "ambiguous-number": _("could not be graded: the number can be read in two ways"),
        "not-a-number": _("could not be graded: it is no number"),
        "number-out-of-range": _("could not be graded: the number is too large or too small"),
        "unit-missing": _("could not be graded: the unit is missing"),
        "two-units": _("could not be graded: it has two units"),
        "too-long": _("could not be graded: it is too long"),
    }.get(reason, _("could not be graded"))


def ambiguous(typed: str) -> str:
    """Both ways to read a number such as 1,234, so that the person only has to choose."""
    return _(
        "“%(typed)s” can be read in two ways: write it without separators for thousands, as %(whole)s or %(fraction)s.",
        typed=typed,
        whole=COMMA.sub("", typed),
        fraction=COMMA.sub(".", typed),
    )


def refused(reason: str) -> str:
    """Why an operation was not taken."""
    return {
        "after-deadline": _("Time was over. The answer is kept with its time, and is not graded."),
        "after-close": _("The attempt was already closed. The answer is kept, and is not graded."),
        "fenced": _("A newer tab had already saved. The answer is kept aside, and a person decides."),
        "overtaken": _("You had answered the question in another window. The answer is kept aside."),
        "question-not-drawn": _("This question does not belong to this attempt."),
        "other-body": _("This answer did not arrive: another one had its place. Give it again."),
        "too-large": _("The answer is too long. Shorten it."),
        "unknown-option": _("This answer does not belong to the question. Load the page again."),
    }.get(reason, _("The answer could not be read. Load the page again."))


def held_back(reason: str) -> str:
    """Why a review shows less than everything."""
    return {
        "attempt-open": _("You see the answers when your open attempt is sent."),
        "until-passed": _("You see the right answers when you have passed."),
        "until-last": _("You see the right answers when no try is left."),
        "result-only": _("This quiz shows its result only."),
    }.get(reason, "")
