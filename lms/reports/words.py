"""Codes of the journal in words, for those who read evidence; a code that is new to us stays as it is."""

from typing import Any

from flask_babel import lazy_gettext as _l

KINDS = {
    "registered": _l("Enrolled"),
    "time": _l("Reading time"),
    "place": _l("Reading place"),
    "end": _l("End reached"),
    "check": _l("Check answered"),
    "declare": _l("Declared as read"),
    "answer": _l("Answer"),
    "flag": _l("Flag"),
    "attempt-started": _l("Attempt started"),
    "attempt-closed": _l("Attempt closed"),
    "attempt-regraded": _l("Attempt graded again"),
    "entered": _l("Entered by a person"),
    "init": _l("Session begun"),
    "set": _l("Value set"),
    "commit": _l("Values committed"),
    "nav": _l("Navigation"),
    "opened": _l("Page opened"),
    "snapshot": _l("All values of a session"),
    "complete": _l("Course completed"),
}
OUTCOMES = {"applied": _l("Taken"), "late": _l("Late"), "refused": _l("Not accepted")}
REASONS = {
    "after-close": _l("after the attempt was closed"),
    "after-deadline": _l("after the time was over"),
    "accepted-late": _l("within the time allowed for late answers"),
    "fenced": _l("a newer tab had saved"),
    "overtaken": _l("after later ones had been taken"),
    "waiting": _l("waits for what comes before it"),
    "too-large": _l("larger than the standard allows"),
    "fenced-unwritten": _l("from an older tab, nothing newer was saved"),
}


#: What the same code means where an activity of a package is concerned.
OF_PACKAGES = {"end": _l("Session ended"), "read": _l("Marked as read")}


def kind(code: str, activity: str = "") -> Any:
    """`activity`: the kind of the activity that it happened to."""
    return (OF_PACKAGES.get(code) if activity == "sco" else None) or KINDS.get(code, code)


def outcome(code: str, reason: str) -> str:
    words = str(OUTCOMES.get(code, code))
    return f"{words}, {REASONS.get(reason, reason)}" if reason else words
