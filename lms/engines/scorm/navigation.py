"""NB.2.1 Navigation Request: what a learner or a SCO asks for, as a termination and a sequencing request."""

import re
from dataclasses import dataclass

from lms.engines.scorm.selection import is_available
from lms.engines.scorm.termination import ABANDON, ABANDON_ALL, EXIT_ALL, EXIT_REQUEST, SUSPEND_ALL
from lms.engines.scorm.tracking import Work
from lms.engines.scorm.tree import Node, between, common_ancestor

START, RESUME_ALL, CONTINUE, PREVIOUS, CHOICE, JUMP = "start", "resumeAll", "continue", "previous", "choice", "jump"
ENDING = {
    "exitAll": EXIT_ALL,
    "abandonAll": ABANDON_ALL,
    "suspendAll": SUSPEND_ALL,
}
TARGETED = re.compile(r"\{target=(?P<target>[^{}]+)\}(?P<kind>choice|jump)")


@dataclass(frozen=True, slots=True)
class Request:
    """`kind` is start, resumeAll, continue, previous, choice, jump, exit, exitAll, abandon, abandonAll or suspendAll;
    `target` is for choice and jump."""

    kind: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Navigated:
    """Both requests, or the exception; an empty termination leaves the current activity alone."""

    termination: str = ""
    sequencing: str = ""
    exception: str = ""


def parse_request(text: str) -> Request | None:
    """The value of adl.nav.request; None for `_none_` and for what is no request."""
    if targeted := TARGETED.fullmatch(text.strip()):
        return Request(targeted["kind"], targeted["target"].strip())
    if text in (CONTINUE, PREVIOUS, "exit", "exitAll", "abandon", "abandonAll", "suspendAll"):
        return Request(text)
    return None


def content_request(request: str, leaving: str) -> Request | None:
    """What a SCO that terminated asks for, by adl.nav.request and cmi.exit: one that ran out of time, or that logs
    the learner out, exits all, whatever else it asked (RTE 4.2.8)."""
    return Request("exitAll") if leaving in ("time-out", "logout") else parse_request(request)


def navigation_request(work: Work, request: Request) -> Navigated:
    """NB.2.1."""
    current = work.current
    if request.kind in (START, RESUME_ALL):
        return _begin(work, request.kind)
    if request.kind == CHOICE:
        return _choice(work, request.target)
    if current is None:
        return Navigated(exception="NB.2.1-2")
    if request.kind in (CONTINUE, PREVIOUS):
        return _flow(work, current, request.kind)
    if request.kind in ENDING:
        return Navigated(ENDING[request.kind], "exit")
    if request.kind in ("exit", "abandon"):
        if not work.of(current).active:
            return Navigated(exception="NB.2.1-12")
        return Navigated(EXIT_REQUEST if request.kind == "exit" else ABANDON, "exit")
    if request.kind == JUMP and work.tree.fourth:
        return _jump(work, current, request.target)
    return Navigated(exception="NB.2.1-13")


def _begin(work: Work, kind: str) -> Navigated:
    if work.current:
        return Navigated(exception="NB.2.1-1")
    if kind == RESUME_ALL and work.suspended is None:
        return Navigated(exception="NB.2.1-3")
    return Navigated(sequencing=kind)


def _flow(work: Work, current: Node, kind: str) -> Navigated:
    if current.parent is None:
        return Navigated(exception="NB.2.1-4" if kind == CONTINUE else "NB.2.1-6")
    mode = current.parent.sequencing.control
    if not mode.flow:
        return Navigated(exception="NB.2.1-4" if kind == CONTINUE else "NB.2.1-5")
    if kind == PREVIOUS and mode.forward_only:
        return Navigated(exception="NB.2.1-5")
    return Navigated(_leaving(work), kind)


def _leaving(work: Work) -> str:
    return EXIT_REQUEST if work.current and work.of(work.current).active else ""


def _choice(work: Work, identifier: str) -> Navigated:
    target = work.tree.by_id.get(identifier)
    if target is None:
        return Navigated(exception="NB.2.1-11")
    if target.parent and not target.parent.sequencing.control.choice:
        return Navigated(exception="NB.2.1-10")
    if work.current and not may_leave(work, work.current, target):
        return Navigated(exception="NB.2.1-8")
    return Navigated(_leaving(work), CHOICE)


def may_leave(work: Work, current: Node, target: Node) -> bool:
    """Choice Exit: while an activity that forbids it is active, only what lies below it may be chosen."""
    if current is target or current.parent is target.parent:
        return True
    ancestor = common_ancestor(current, target)
    path = [*between(current, ancestor), *([target] if ancestor is target else [])]
    return all(one.sequencing.control.choice_exit or not work.of(one).active for one in path)


def _jump(work: Work, current: Node, identifier: str) -> Navigated:
    target = work.tree.by_id.get(identifier)
    if target is None or not is_available(work, target):
        return Navigated(exception="NB.2.1-11")
    return Navigated(_leaving(work), JUMP)
