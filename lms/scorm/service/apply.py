"""One operation of a page, applied: what the data model takes, what it refuses, and what follows from it."""

from collections.abc import Mapping
from typing import Any

from lms.engines.scorm import outcome
from lms.engines.scorm.handover import matters
from lms.engines.scorm.navigation import Request, content_request
from lms.engines.scorm.replay import replay
from lms.engines.scorm.runtime import NEW
from lms.scorm.service.attempts import Attempt
from lms.scorm.service.navigate import ABANDONS, go, tell
from lms.scorm.service.play import Play

CALLS = ("init", "set", "commit", "end")
#: Requests of the learner; a jump is for content alone.
REQUESTS = ("continue", "previous", "exit", "exitAll", "abandon", "abandonAll", "suspendAll", "choice")
KINDS = (*CALLS, "nav", "opened", "read")
Json = Mapping[str, Any]


def apply(play: Play, page_load: str, number: int, kind: str, body: Json) -> str:
    """Apply it; the reason if it is refused, else an empty text."""
    if kind == "nav":
        return _nav(play, page_load, number, body)
    key, of_number = body.get("k"), body.get("a")
    known = (
        isinstance(key, str) and len(key) <= 60 and key.isascii() and type(of_number) is int and 0 < of_number < 2**31
    )
    attempt = play.attempt(str(key), of_number) if known and of_number else None
    if attempt is None:
        return "no-attempt"
    if kind in CALLS:
        return _call(play, attempt, page_load, number, kind, body)
    return _page(play, attempt, kind, body)


def _call(play: Play, attempt: Attempt, page_load: str, number: int, kind: str, body: Json) -> str:
    element = str(body.get("e", ""))
    before = attempt.session.values.get(element)
    refused = replay(attempt.session, [{**body, "kind": kind}])
    if refused:
        return refused[0].code
    attempt.changed = True
    if kind == "set":
        _told(play, attempt, element, before)
    elif kind == "commit" and attempt.unjudged:
        play.judge(attempt)
    elif kind == "end":
        _ended(play, attempt, page_load, number, taken=body.get("taken") is True)
    return ""


def _told(play: Play, attempt: Attempt, element: str, before: str | None) -> None:
    if element not in attempt.told:
        attempt.told.append(element)
    if matters(element) and attempt.session.values.get(element) != before:
        attempt.unjudged = True
        play.relevant = play.relevant or bool(play.run.decision.get("sensitive", True))


def _ended(play: Play, attempt: Attempt, page_load: str, number: int, *, taken: bool) -> None:
    """The SCO has terminated. What it asked for is done here and now, so that a closing window cannot lose it; but
    the LMS's own navigation, which took it away, beats what it asked (RTE 4.4, SN 4.3.3)."""
    attempt.unrecorded = True
    play.closed(attempt)
    if taken or attempt is not play.current:
        return
    values = attempt.session.values
    request = content_request(values.get("adl.nav.request", ""), values.get("cmi.exit", ""))
    if request is None or not play.situation().sequenced:
        tell(play, attempt)
    elif request.kind in ABANDONS:
        go(play, request, page_load, number)
    else:
        tell(play, attempt)
        go(play, request, page_load, number)


def _nav(play: Play, page_load: str, number: int, body: Json) -> str:
    kind, target = body.get("request"), body.get("target", "")
    if kind not in REQUESTS or not isinstance(target, str):
        return "no-request"
    if play.run.decision.get("ended"):
        return "session-over"
    go(play, Request(kind, target), page_load, number)
    return ""


def _page(play: Play, attempt: Attempt, kind: str, body: Json) -> str:
    """A page that never calls the LMS completes by the rule of the course: it has loaded, or the learner says so. In
    SCORM 2004 sequencing completes it when it is left."""
    situation = play.situation()
    resource = situation.tree.by_id[situation.item(attempt.key)].activity.resource
    silent = attempt.session.phase == NEW
    left = resource is not None and (resource.kind == "asset" or body.get("quiet") is True)
    by_rule = kind == "read" or (left and situation.package.facts.get("unscripted", "opened") == "opened")
    if not situation.sequenced and silent and by_rule:
        play.results[attempt.key] = (outcome.COMPLETED, None)
    return ""
