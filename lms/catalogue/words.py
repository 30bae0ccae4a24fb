"""Changes and problems, in words."""

from flask_babel import gettext as _
from flask_babel import ngettext

from lms.catalogue.uploads import UploadRow

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


STANDARDS = {
    "ims-cp": "IMS Content Packaging",
    "scorm-1.2": "SCORM 1.2",
    "scorm-2004-2": "SCORM 2004 2nd Edition",
    "scorm-2004-3": "SCORM 2004 3rd Edition",
    "scorm-2004-4": "SCORM 2004 4th Edition",
}
#: State of an upload → the pill that shows it.
UPLOAD_PILLS = {
    "receiving": "in-progress",
    "received": "queued",
    "checked": "due",
    "refused": "refused",
    "published": "published",
}


def upload_state(row: UploadRow) -> str:
    if row.publishing:
        return _("Being published")
    return {
        "receiving": _("Not all here yet"),
        "received": _("Being checked"),
        "checked": _("Ready to publish"),
        "refused": _("Not accepted"),
        "published": _("Published"),
    }[row.state]


def upload_notice(code: str) -> str:
    """Why the worker did not publish what was to be published."""
    return {
        "newer": _("Somebody has published this course since. Look at what changed, then publish again."),
        "NotAllowed": _("You may no longer publish courses."),
        "Conflict": _("A course that is not a package has this name by now. Upload the package again."),
    }.get(code, _("The package could not be published. Upload it again."))
