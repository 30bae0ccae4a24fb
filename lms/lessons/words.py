"""What is still to do in a lesson, in words."""

from math import ceil

from lms.engines.progress.reading import Verdict
from lms.engines.progress.state import Condition
from lms.web.speech import gettext as _
from lms.web.speech import ngettext


def conditions(verdict: Verdict) -> list[tuple[bool, str, str]]:
    """(met, text, code) for the list "To finish this lesson"."""
    return [(one.met, _words(one), one.code) for one in verdict.conditions]


def _words(one: Condition) -> str:
    needed = one.needed or 0
    if one.code == "reach-end":
        return _("Reach the end")
    if one.code == "time" and needed < 60:
        return ngettext("Read for %(num)s second", "Read for %(num)s seconds", ceil(needed))
    if one.code == "time":
        return ngettext("Read for %(num)s minute", "Read for %(num)s minutes", ceil(needed / 60))
    return ngettext("Answer %(num)s check", "Answer %(num)s checks", int(needed))
