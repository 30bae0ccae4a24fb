"""SB.2.4 Choice Activity Traversal, SB.2.9 Choice and its subprocesses: may this activity be chosen, and what is
delivered then. What rules say of a path is remembered in `work.memo`, so that asking for every activity of a big
tree stays one traversal."""

from lms.engines.scorm.flow import BACKWARD, FORWARD, Found, flow
from lms.engines.scorm.rules import PRE, check_rules
from lms.engines.scorm.selection import available_children, is_available, place_among_siblings
from lms.engines.scorm.termination import end_attempt, terminate_descendents
from lms.engines.scorm.tracking import Work
from lms.engines.scorm.tree import Node, between, common_ancestor, upwards


def choice_request(work: Work, target: Node) -> Found:
    """SB.2.9: the target itself, or the first activity to which it flows.

    If it flows nowhere, the attempts down to the target have ended and the target is current (SB.2.9-9).
    """
    if refusal := choice_refused(work, target):
        return Found(exception=refusal)
    if target.leaf:
        return Found(target)
    found = flow(work, target, FORWARD, True)
    if found.node:
        return found
    ancestor = common_ancestor(work.current, target) if work.current else work.tree.root
    terminate_descendents(work, ancestor)
    end_attempt(work, ancestor)
    work.current = target
    return Found(exception="SB.2.9-9")


def choice_refused(work: Work, target: Node) -> str:
    """SB.2.9, steps 2 to 12: the exception, or "" if the target may be chosen."""
    if not is_available(work, target):
        return "SB.2.9-2"
    if hidden_from_choice(work, target):
        return "SB.2.9-3"
    if target.parent and not target.parent.sequencing.control.choice:
        return "SB.2.9-4"
    current = work.current
    if current is target:
        return ""
    if current is None:
        return _into(work, work.tree.root, target)
    if current.parent and current.parent is target.parent:
        return _to_sibling(work, current, target)
    if current.holds(target):
        return _into(work, current, target)
    if target.holds(current):
        return _leaves([*between(current, target), target][:-1])
    return _across(work, current, target, common_ancestor(current, target))


def hidden_from_choice(work: Work, target: Node) -> bool:
    return any(check_rules(work, one, PRE, "hiddenFromChoice") for one in upwards(target))


def _into(work: Work, ancestor: Node, target: Node) -> str:
    """Case 3: down to the target, from an ancestor that is current or, without a session, from the root."""
    if ancestor is target:
        return "" if work.current is None else "SB.2.9-5"
    for one in [ancestor, *reversed(between(target, ancestor)[1:])]:
        if refusal := choice_activity_traversal(work, one, FORWARD) or _activation(work, one, ancestor):
            return refusal
    return ""


def _to_sibling(work: Work, current: Node, target: Node) -> str:
    """Case 2: from the current activity past the siblings to, but not including, the target."""
    start, end = place_among_siblings(work, current), place_among_siblings(work, target)
    if start is None or end is None or current.parent is None:
        return "SB.2.9-5"
    if end < start:
        return choice_activity_traversal(work, current, BACKWARD)
    stop = _first_stop(work, current.parent, start)
    return "SB.2.4-1" if stop is not None and stop < end else ""


def _first_stop(work: Work, parent: Node, start: int) -> int | None:
    """Where stopForwardTraversal first holds from this place on, found once for all targets."""
    key = (parent.index, f"stop {start}")
    if key not in work.memo:
        siblings = available_children(work, parent)[start:]
        places = (place for place, one in enumerate(siblings, start) if choice_activity_traversal(work, one, FORWARD))
        work.memo[key] = str(next(places, ""))
    return int(work.memo[key]) if work.memo[key] else None


def _leaves(path: list[Node]) -> str:
    """Case 4, and the way up of case 5: nothing on it may forbid leaving by choice."""
    return "SB.2.9-7" if any(not one.sequencing.control.choice_exit for one in path) else ""


def _across(work: Work, current: Node, target: Node, ancestor: Node) -> str:
    """Case 5: up to the common ancestor and down again."""
    way_up = between(current, ancestor)
    if refusal := _leaves(way_up):
        return refusal
    constrained = next((one for one in way_up if _constrains(one)), None)
    forward = _is_forward(work, current, target, ancestor)
    if constrained and not _within_constraint(work, constrained, target, FORWARD if forward else BACKWARD):
        return "SB.2.9-8"
    for one in [ancestor, *reversed(between(target, ancestor)[1:])]:
        refusal = choice_activity_traversal(work, one, FORWARD) if forward else ""
        if refusal or (refusal := _activation(work, one, ancestor)):
            return refusal
    return ""


def _constrains(node: Node) -> bool:
    """constrainChoice speaks of choices from within, so on a leaf it says nothing."""
    return node.sequencing.constrained_choice.constrain_choice and not node.leaf


def _is_forward(work: Work, current: Node, target: Node, ancestor: Node) -> bool:
    start = place_among_siblings(work, between(current, ancestor)[-1])
    end = place_among_siblings(work, between(target, ancestor)[-1])
    return start is None or end is None or start < end


def _within_constraint(work: Work, constrained: Node, target: Node, direction: str) -> bool:
    """Only the constrained activity itself and its neighbour in that direction may be reached."""
    consider = choice_flow(work, constrained, direction)
    return consider.holds(target) or constrained is target


def _activation(work: Work, node: Node, ancestor: Node) -> str:
    """preventActivation: choosing does not begin an attempt on an activity that only flow may begin."""
    prevents = node.sequencing.constrained_choice.prevent_activation
    return "SB.2.9-6" if prevents and node is not ancestor and not work.of(node).active else ""


def choice_activity_traversal(work: Work, node: Node, direction: str) -> str:
    """SB.2.4: the exception if choosing may not pass this activity in that direction."""
    if direction == FORWARD:
        return "SB.2.4-1" if check_rules(work, node, PRE, "stopForwardTraversal") else ""
    if node.parent is None:
        return "SB.2.4-3"
    return "SB.2.4-2" if node.parent.sequencing.control.forward_only else ""


def choice_flow(work: Work, constrained: Node, direction: str) -> Node:
    """SB.2.9.1 with SB.2.9.2: the neighbour of the constrained activity, or itself at the edge of the tree."""
    node: Node | None = constrained
    while node and node.parent:
        place = place_among_siblings(work, node)
        siblings = available_children(work, node.parent)
        step = 1 if direction == FORWARD else -1
        if place is not None and 0 <= place + step < len(siblings):
            return siblings[place + step]
        node = node.parent
    return constrained
