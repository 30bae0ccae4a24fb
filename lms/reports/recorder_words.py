"""Verdicts of the flight recorder as sentences."""

from flask_babel import gettext as _
from flask_babel import ngettext

from lms.reports.verdict import Verdict


def fault(name: str) -> str:
    return {
        "content": _("Content"),
        "platform": _("Platform"),
        "line": _("Line"),
        "window": _("Two windows"),
        "none": _("No fault found"),
    }[name]


def pill(name: str) -> str:
    """Of the states that pages show."""
    return {"content": "due", "platform": "failed", "line": "due", "window": "due", "none": "complete"}[name]


def sentence(found: Verdict) -> str:
    """One sentence for who asks what went wrong."""
    what, count = found.what, found.count
    return {
        "sound": lambda: ngettext(
            "%(num)s call, and all that was to be stored is stored.",
            "%(num)s calls, and all that was to be stored is stored.",
            count,
        ),
        "gap": lambda: _(
            "The page went on, but its operations %(what)s never came: something on our side lost them.", what=what
        ),
        "refused": lambda: _(
            "The server refused what the page had accepted (%(what)s): our two sides differ.", what=what
        ),
        "unstored": lambda: ngettext(
            "%(num)s call was accepted by the page and not stored, though later ones were.",
            "%(num)s calls were accepted by the page and not stored, though later ones were.",
            count,
        ),
        "too-large": lambda: _("The content sent a value that is larger than its standard allows."),
        "order": lambda: _("The content called before Initialize or after Terminate: %(what)s.", what=what),
        "illegal": lambda: _("The content set what its standard does not allow: %(what)s.", what=what),
        "lost": lambda: ngettext(
            "The line was lost: the last call was not acknowledged. It may still be on the device.",
            "The line was lost: the last %(num)s calls were not acknowledged. They may still be on the device.",
            count,
        ),
        "late": lambda: ngettext(
            "The line was lost for %(num)s second; then everything came.",
            "The line was lost for %(num)s seconds; then everything came.",
            count,
        ),
        "older": lambda: ngettext(
            "Two windows were open: %(num)s change of the older one came too late and is kept aside.",
            "Two windows were open: %(num)s changes of the older one came too late and are kept aside.",
            count,
        ),
        "no-initialize": lambda: _("The content never called Initialize: it does not report, or did not find its API."),
        "no-status": lambda: _("The content never set a status: it did not say that anything was completed or passed."),
        "no-terminate": lambda: _("The content never called Terminate: it was closed, or does not end its sessions."),
    }[found.code]()
