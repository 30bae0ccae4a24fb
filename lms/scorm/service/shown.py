"""What the page is shown after a request: what may be done next, how far the learner has come, what is delivered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lms.engines.scorm import outcome, process, runtime, unsequenced
from lms.engines.scorm.handover import valid_table
from lms.engines.scorm.navigation import Request
from lms.engines.scorm.runtime import ENDED, RUNNING
from lms.engines.scorm.standing import Standing, standings
from lms.engines.scorm.state import State
from lms.engines.scorm.tree import Node
from lms.engines.scorm.validity import KINDS, Validity, validity
from lms.scorm.service.attempts import Attempt
from lms.scorm.service.navigate import heard
from lms.scorm.service.play import Play
from lms.scorm.service.results import keep, of_attempt, of_standings, words_of
from lms.scorm.service.situation import Situation, moment

NOTHING = Validity(frozenset(), frozenset(), frozenset(), ())


@dataclass(frozen=True, slots=True)
class Delivered:
    """`href` is the path inside the package with its query, or an address elsewhere; `session` the engine's JSON."""

    key: str
    item: str
    attempt: int
    title: str
    href: str
    kind: str
    session: dict[str, Any]
    unscripted: str
    hide: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the outline; the organization itself is the first, at depth 0."""

    item: str
    title: str
    depth: int
    leaf: bool
    status: str
    current: bool
    choosable: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """`navigated`: a navigation has run, so what was on show is gone and `delivery`, if any, takes its place."""

    navigated: bool
    delivery: Delivered | None
    ended: bool
    exception: str
    nav: Mapping[str, bool]
    outline: list[Entry]
    valid: Mapping[str, Any]
    sensitive: bool


@dataclass(slots=True)
class Outlook:
    """`words` say, by identifier, what each activity has come to."""

    valid: Validity
    words: dict[str, str]


def finish(play: Play, *, again: bool = False) -> Shown | None:
    """Keep the results that are due, and say what the page needs to know; None when nothing has changed for it.

    `again`: the page asks for what the last navigation came to, because it never heard.
    """
    if not (play.navigated or play.judged or play.results or play.relevant or again):
        return None
    situation = play.situation(lock=False)
    outlook = _sequenced(play, situation) if situation.sequenced else _unsequenced(play, situation)
    return _shown(play, situation, outlook, navigated=again or play.navigated is not None)


def _sequenced(play: Play, situation: Situation) -> Outlook:
    attempt = play.current
    if play.navigated or attempt is None:
        state = situation.state
        found = standings(situation.tree, state)
    else:
        running = attempt.session.phase == RUNNING
        state = heard(situation, attempt) if running else situation.state
        found = _if_left_now(play, situation, state, attempt)
    touched = {situation.item(one.key) for one in play.judged}
    if play.navigated:
        touched |= {*play.navigated.ended, *play.navigated.begun}
    if touched:
        keep(play, of_standings(situation, found, touched))
    words = {item: outcome.word(one) for item, one in found.items()}
    return Outlook(NOTHING if _is_over(play) else validity(situation.tree, state), words)


def _if_left_now(play: Play, situation: Situation, state: State, attempt: Attempt) -> dict[str, Standing]:
    """As it would be if the learner closed the window at this moment, because many do, without any request."""
    tracking = state.activities.get(situation.item(attempt.key))
    goes_on = attempt.session.phase != ENDED or (tracking is not None and tracking.suspended)
    kind = "suspendAll" if goes_on else "exitAll"
    after, _decision = process.navigate(situation.tree, state, Request(kind), moment(play.now))
    return standings(situation.tree, after)


def _unsequenced(play: Play, situation: Situation) -> Outlook:
    begun = {play.run.current: (outcome.IN_PROGRESS, None)} if play.navigated and play.navigated.deliver else {}
    keep(play, begun | {attempt.key: of_attempt(attempt) for attempt in play.judged} | play.results)
    words = words_of(play, situation)
    if _is_over(play):
        return Outlook(NOTHING, words)
    valid = validity(situation.tree, situation.state)
    return Outlook(unsequenced.restricted(situation.tree, valid, situation.state.current, words), words)


def _is_over(play: Play) -> bool:
    return bool(play.run.decision.get("ended"))


def _shown(play: Play, situation: Situation, outlook: Outlook, *, navigated: bool) -> Shown:
    attempt = play.current if play.run.decision.get("shown") else None
    item = situation.item(attempt.key) if attempt else ""
    hidden = situation.tree.by_id[item].activity.hidden_controls if item else ()
    table = valid_table(outlook.valid)
    return Shown(
        navigated=navigated,
        delivery=_delivered(situation, attempt, table) if navigated and attempt else None,
        ended=_is_over(play),
        exception=play.run.decision.get("exception", "") if navigated else "",
        nav={kind: kind in outlook.valid.requests and kind not in hidden for kind in KINDS},
        outline=_outline(situation, outlook, item),
        valid=table,
        sensitive=bool(play.run.decision.get("sensitive", True)),
    )


def _delivered(situation: Situation, attempt: Attempt, table: Mapping[str, Any]) -> Delivered:
    activity = situation.tree.by_id[situation.item(attempt.key)].activity
    resource = activity.resource
    return Delivered(
        attempt.key,
        activity.identifier,
        attempt.number,
        activity.title,
        resource.href if resource else "",
        resource.kind if resource else "asset",
        runtime.to_json(attempt.session) | {"valid": table},
        situation.package.facts.get("unscripted", "opened"),
        activity.hidden_controls,
    )


def _outline(situation: Situation, outlook: Outlook, current: str) -> list[Entry]:
    """Of a session that is over there is nothing left to choose, but still to see how it went."""
    visible = outlook.valid.outline or tuple(one.identifier for one in situation.tree.nodes if one.activity.visible)
    return [_entry(situation.tree.by_id[item], outlook, current) for item in visible]


def _entry(node: Node, outlook: Outlook, current: str) -> Entry:
    item = node.identifier
    return Entry(
        item,
        node.activity.title or item,
        node.depth,
        node.leaf,
        outlook.words[item],
        item == current,
        item in outlook.valid.choices,
    )
