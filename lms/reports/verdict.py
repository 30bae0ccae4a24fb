"""Whether content, platform or line was at fault in a launch: one answer from what was called, answered and stored."""

from collections.abc import Sequence
from dataclasses import dataclass

#: Seconds after which an acknowledgement counts as late.
PATIENCE = 30
INITIALIZE = ("Initialize", "LMSInitialize")
TERMINATE = ("Terminate", "LMSFinish")
SET = ("SetValue", "LMSSetValue")
STATUSES = ("cmi.core.lesson_status", "cmi.completion_status", "cmi.success_status")
#: Called before Initialize or after Terminate (SCORM 1.2: 301; RTE 3.1.7).
OUT_OF_ORDER = frozenset({"112", "113", "122", "123", "132", "133", "142", "143", "301"})
#: Elements that are not there, not to be set, or values that they may not have.
ILLEGAL = frozenset({"201", "351", "401", "402", "403", "404", "405", "406", "407", "408"})


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the content. `stored`: acknowledged by the server; None for calls that change nothing."""

    method: str
    element: str
    error: str
    stored: bool | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What one launch left. `refused` are reasons of the server, `missing` numbers that never came, `older` counts what
    an older window sent too late, `delay` is the longest way of an operation beyond the shortest, in seconds.

    `scripted`: the page is one that should call an API. `over`: nobody has been heard for long.
    """

    calls: Sequence[Call]
    refused: Sequence[str] = ()
    missing: Sequence[int] = ()
    older: int = 0
    delay: float = 0
    scripted: bool = True
    over: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """`fault`: content, platform, line, window (two were open) or none. `code` names the sentence."""

    fault: str
    code: str
    what: str = ""
    count: int = 0


def verdict(facts: Facts) -> Verdict:
    """The first rule that holds. What is ours comes first; what content left out comes last, since a lost line may
    explain it."""
    for rule in (_platform, _content_errors, _line, _windows, _content_omissions):
        found = rule(facts)
        if found is not None:
            return found
    return Verdict("none", "sound", count=len(facts.calls))


def _platform(facts: Facts) -> Verdict | None:
    if facts.missing:
        return Verdict("platform", "gap", ", ".join(str(one) for one in facts.missing[:5]), len(facts.missing))
    # What the page took by the same tables the server refused.
    differ = [one for one in facts.refused if one != "too-large"]
    if differ:
        return Verdict("platform", "refused", differ[0], len(differ))
    if _lost_between(facts):
        return Verdict("platform", "unstored", count=_lost_between(facts))
    return None


def _content_errors(facts: Facts) -> Verdict | None:
    if "too-large" in facts.refused:
        return Verdict("content", "too-large", count=list(facts.refused).count("too-large"))
    for codes, name in ((OUT_OF_ORDER, "order"), (ILLEGAL, "illegal")):
        wrong = [one for one in facts.calls if one.error in codes and (name == "order" or one.method in SET)]
        if wrong:
            first = wrong[0]
            return Verdict("content", name, f"{first.method}({first.element}) → {first.error}", len(wrong))
    return None


def _line(facts: Facts) -> Verdict | None:
    lost = _lost_at_the_end(facts)
    if lost and facts.over:
        return Verdict("line", "lost", count=lost)
    if facts.delay > PATIENCE:
        return Verdict("line", "late", count=round(facts.delay))
    return None


def _windows(facts: Facts) -> Verdict | None:
    return Verdict("window", "older", count=facts.older) if facts.older else None


def _content_omissions(facts: Facts) -> Verdict | None:
    if not facts.scripted:
        return None
    if not any(one.method in INITIALIZE for one in facts.calls):
        return Verdict("content", "no-initialize")
    if not any(one.method in SET and one.element in STATUSES and one.error == "0" for one in facts.calls):
        return Verdict("content", "no-status")
    if facts.over and not any(one.method in TERMINATE for one in facts.calls):
        return Verdict("content", "no-terminate")
    return None


def _lost_at_the_end(facts: Facts) -> int:
    """Calls after the last one that was stored."""
    lost = 0
    for one in reversed(facts.calls):
        if one.stored:
            break
        lost += one.stored is False
    return lost


def _lost_between(facts: Facts) -> int:
    return sum(one.stored is False for one in facts.calls) - _lost_at_the_end(facts)
