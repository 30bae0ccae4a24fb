"""What a package's page tells the learner in their language."""

from flask_babel import gettext as _

from lms.scorm.service.navigate import PREREQUISITES


def message(exception: str, delivered: bool, ended: bool) -> str:
    """Why nothing came, in one sentence; nothing to say where something did."""
    if delivered or ended:
        return ""
    if exception == PREREQUISITES:
        return _("This part opens when the parts that come before it are complete. Choose another in the outline.")
    if exception.startswith(("SB.2.9", "NB.2.1-8", "NB.2.1-10", "NB.2.1-11")):
        return _("This part cannot be opened now. Choose another in the outline.")
    if exception.startswith("DB.1.1"):
        return _("The rules of this course do not open this part now. Choose another in the outline.")
    return _("Choose a part in the outline to go on.")


def refused(reason: str) -> str:
    """Why an operation was not taken as it was sent."""
    known = {
        "fenced": _("This came from an older window, after a newer one had gone on. It is kept; tell your instructor."),
        "overtaken": _("This arrived too late to count. It is kept; tell your instructor."),
        "too-large": _("The package sent a value that is too large to keep."),
        "other-body": _("The package sent two different things under one number. The first one stands."),
        "session-over": _("This visit is over. Start again from the course page."),
        "no-attempt": _("The package sent something for a part that is not open."),
    }
    if reason.isdecimal():
        return _("The package sent a value that its own standard does not allow (error %(code)s).", code=reason)
    return known.get(reason, _("The package sent something that cannot be kept."))
