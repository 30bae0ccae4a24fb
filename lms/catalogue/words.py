"""Changes and problems, in words."""

from flask_babel import gettext as _
from flask_babel import ngettext

LEVELS = ("major", "minor", "editorial")


def level(name: str) -> str:
    return {"editorial": _("Editorial"), "minor": _("Minor"), "major": _("Major"), "": _("First version")}[name]


def kind(name: str) -> str:
    """Of a change; the engine's own word when it is new to us."""
    return {
        "wording": _("wording"),
        "question": _("question"),
        "key": _("answer key"),
        "threshold": _("threshold"),
        "structure": _("structure"),
        "translation": _("translation"),
        "asset": _("file"),
    }.get(name, name)


def question_kind(name: str) -> str:
    return {
        "single": _("One answer"),
        "multiple": _("Several answers"),
        "truefalse": _("True or false"),
        "numeric": _("Number"),
        "short": _("Short text"),
        "matching": _("Matching"),
        "ordering": _("Ordering"),
        "gaps": _("Gaps"),
    }[name]


def difficulty(name: str) -> str:
    return {"easy": _("easy"), "medium": _("medium"), "hard": _("hard")}[name]


def problems(errors: int, warnings: int) -> str:
    if not errors and not warnings:
        return _("Nothing is wrong")
    parts = []
    if errors:
        parts.append(ngettext("%(num)s error", "%(num)s errors", errors))
    if warnings:
        parts.append(ngettext("%(num)s warning", "%(num)s warnings", warnings))
    return ", ".join(parts)
