"""What the engines say in codes, in words: facts of activities, reasons of locks, conditions of completion."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from babel import Locale, UnknownLocaleError
from flask import current_app, url_for

from lms.engines.progress.locks import Lock
from lms.engines.progress.state import Condition
from lms.learning.standing import Standing
from lms.web.i18n import current_locale, show_percent
from lms.web.speech import gettext as _
from lms.web.speech import ngettext

#: A package is started as a whole, on the page of its course.
PAGES = {"lesson": ("lessons.show", "lesson"), "quiz": ("quizzes.start_page", "quiz"), "sco": ("learning.course", "")}
PLAYER = "player.start"
RECORDS = "certificates.mine"
MOST_NAMED = 3
STATUSES = {
    "not-started": lambda: _("Not started"),
    "in-progress": lambda: _("In progress"),
    "read": lambda: _("Read"),
    "completed": lambda: _("Completed"),
    "passed": lambda: _("Passed"),
    "failed": lambda: _("Not passed"),
    "waived": lambda: _("Waived"),
}


def activity_url(course_key: str, key: str, kind: str) -> str:
    """The page of an activity; empty when nothing serves this kind."""
    endpoint, name = PAGES.get(kind, ("", ""))
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    own = {name: key} if name else {}
    return app.url_for(endpoint, course=course_key, **own) if endpoint in app.view_functions else ""


def launch_url(course_key: str) -> str:
    """Where a package is started; empty when nothing plays packages here."""
    return url_for(PLAYER, course=course_key) if PLAYER in current_app.view_functions else ""


def records_url() -> str:
    """The page of a person's certificates."""
    return url_for(RECORDS) if RECORDS in current_app.view_functions else ""


def language_name(code: str) -> str:
    """The language in the words of the page: "Korean", "coréen"."""
    try:
        return Locale.parse(code, sep="-").get_language_name(current_locale()) or code
    except (ValueError, UnknownLocaleError):
        return code


def lines(standing: Standing, locale: str, keys: Sequence[str], here: str = "", *, linked: bool = True) -> list[Any]:
    """Activities as a process line has them; those that the course does not have are left out."""
    return [_line(standing, locale, key, here, linked) for key in keys if standing.outline.activity(key)]


def _line(standing: Standing, locale: str, key: str, here: str, linked: bool) -> dict[str, Any]:
    outline, status = standing.outline, standing.status(key)
    kind = outline.data["activities"][key]["kind"]
    return {
        "key": key,
        "state": "complete" if status == "waived" else status,
        "title": outline.activity_title(key, locale),
        "fact": fact(standing, locale, key, status) if linked else minutes(standing, key),
        "url": "" if status == "locked" or not linked or kind == "sco" else activity_url(outline.key, key, kind),
        "here": key == here,
        "kind": kind,
    }


def fact(standing: Standing, locale: str, key: str, status: str) -> str:
    """One fact: why it is shut, how it went, or how long it takes."""
    if status == "locked":
        return lock_reason(standing.locks[key], standing, locale)
    state = standing.states.get(key)
    word = STATUSES[status]()
    if state is not None and state.score is not None:
        shown = (word, show_percent(state.score), evidence(state.evidence))
        return " · ".join(filter(None, shown))
    length = minutes(standing, key)
    return f"{word} · {length}" if length else word


def evidence(code: str) -> str:
    """How a result came about; no score stands without it."""
    return {
        "graded": _("Graded"),
        "reported": _("Reported"),
        "attended": _("Attended"),
        "observed": _("Observed"),
        "entered": _("Entered"),
    }.get(code, "")


def minutes(standing: Standing, key: str) -> str:
    spec = standing.outline.data["activities"][key]
    if not spec.get("minutes"):
        return _("Quiz") if spec["kind"] == "quiz" else ""
    return _("%(number)s min", number=spec["minutes"])


def lock_reason(lock: Lock, standing: Standing, locale: str) -> str:
    """What opens it, in one sentence."""
    kinds = {standing.outline.data["activities"][key]["kind"] for key in lock.required}
    if lock.reason == "requires" and kinds == {"lesson"} and len(lock.required) > 1:
        total = ngettext(
            "Opens when %(num)s lesson is read.", "Opens when all %(num)s lessons are read.", len(lock.required)
        )
        return total + " " + ngettext("%(num)s is left.", "%(num)s are left.", len(lock.remaining))
    if lock.reason == "requires":
        return _("Opens after: %(titles)s", titles=titles(lock.remaining, standing, locale))
    return _("This cannot be opened. Tell your instructor.")


def titles(keys: Sequence[str], standing: Standing, locale: str) -> str:
    named = [standing.outline.activity_title(key, locale) for key in keys[:MOST_NAMED]]
    more = len(keys) - len(named)
    words = ", ".join(named)
    return words + " " + ngettext("and %(num)s more", "and %(num)s more", more) if more else words


def condition(one: Condition, standing: Standing, locale: str) -> str:
    """A condition of completion with its state, in short sentences."""
    name = titles(one.activities, standing, locale)
    need, have = _percent(one.needed), _percent(one.current)
    if one.code == "read":
        return _(
            "Read the lessons: %(done)s of %(total)s are read.", done=_count(one.current), total=_count(one.needed)
        )
    if one.code == "completed" and all(
        "href" not in standing.outline.data["activities"][key] for key in one.activities
    ):
        return _("Complete the package as a whole. Its own rules say when it is complete.")
    if one.code == "completed":
        return _(
            "Complete the activities of the package: %(done)s of %(total)s are complete.",
            done=_count(one.current),
            total=_count(one.needed),
        )
    if one.code == "passed":
        return _passed(one, name, need, have)
    if one.code == "average":
        return _("Reach %(need)s on average in: %(name)s. You have %(have)s.", need=need, name=name, have=have)
    if one.code.startswith("needs-"):
        return _("%(name)s reported %(have)s. This course needs a result graded by us.", name=name, have=have)
    return _("The course asks for something that it does not have. Tell your instructor.")


def _passed(one: Condition, name: str, need: str, have: str) -> str:
    if one.met and one.current is None:
        return _("%(name)s: passed, entered by a person.", name=name)
    if one.met:
        return _("%(name)s: passed with %(have)s. %(need)s is needed.", name=name, have=have, need=need)
    if one.current is None:
        return _("%(name)s: %(need)s is needed. You have no result yet.", name=name, need=need)
    return _("%(name)s: %(need)s is needed. Your best result is %(have)s.", name=name, need=need, have=have)


def _percent(value: Fraction | None) -> str:
    return show_percent(None if value is None else Decimal(value.numerator) / value.denominator)


def _count(value: Fraction | None) -> int:
    return int(value or 0)
