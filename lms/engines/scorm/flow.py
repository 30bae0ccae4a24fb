"""SB.2.1 Flow Tree Traversal, SB.2.2 Flow Activity Traversal, SB.2.3 Flow: the next activity in a direction.

The standard writes these as recursions; here they are loops, because a thousand skipped siblings are legal.
"""

from dataclasses import dataclass

from lms.engines.scorm.rules import PRE, check_activity, check_rules
from lms.engines.scorm.selection import available_children, place_among_siblings
from lms.engines.scorm.tracking import Work
from lms.engines.scorm.tree import Node

FORWARD, BACKWARD = "forward", "backward"


@dataclass(frozen=True, slots=True)
class Found:
    """An activity, or why none: the exception, and whether the way led out of the tree, which ends the session."""

    node: Node | None = None
    direction: str = FORWARD
    exception: str = ""
    ends_session: bool = False


def flow(work: Work, node: Node, direction: str, children: bool) -> Found:
    """SB.2.3: from the activity (into its children, if asked) to the first one that can be delivered."""
    step = tree_traversal(work, node, direction, children)
    if step.node is None:
        return step
    return activity_traversal(work, step.node, step.direction if children else direction, _came(direction, step))


def _came(direction: str, step: Found) -> str:
    """A backward walk that enters a forward-only cluster goes forward from there, and remembers."""
    return BACKWARD if direction == BACKWARD and step.direction == FORWARD else ""


def tree_traversal(work: Work, node: Node, direction: str, children: bool, came: str = "") -> Found:
    """SB.2.1: the neighbour in a direction, whatever it is. `came` is the direction before the present one."""
    turned = False
    if came == BACKWARD and node.parent and _sibling(work, node, 1) is None:
        direction, turned = BACKWARD, True
        node = available_children(work, node.parent)[0]
    if direction == FORWARD:
        return _forward(work, node, children)
    return _backward(work, node, children, turned)


def _forward(work: Work, node: Node, children: bool) -> Found:
    if children and not node.leaf:
        below = available_children(work, node)
        return Found(below[0]) if below else Found(exception="SB.2.1-2")
    while node.parent:
        if following := _sibling(work, node, 1):
            return Found(following)
        node = node.parent
    return Found(exception="SB.2.1-1", ends_session=True)


def _backward(work: Work, node: Node, children: bool, turned: bool) -> Found:
    if node.parent is None and not children:
        return Found(exception="SB.2.1-3")
    if children and not node.leaf:
        below = available_children(work, node)
        if not below:
            return Found(exception="SB.2.1-2")
        if node.sequencing.control.forward_only:
            return Found(below[0], FORWARD)
        return Found(below[-1], BACKWARD)
    while node.parent:
        if node.parent.sequencing.control.forward_only and not turned:
            return Found(exception="SB.2.1-4")
        if before := _sibling(work, node, -1):
            return Found(before, BACKWARD)
        node, turned = node.parent, False
    return Found(exception="SB.2.1-3")


def _sibling(work: Work, node: Node, step: int) -> Node | None:
    place = place_among_siblings(work, node)
    if place is None or node.parent is None:
        return None
    siblings = available_children(work, node.parent)
    return siblings[place + step] if 0 <= place + step < len(siblings) else None


def activity_traversal(work: Work, node: Node, direction: str, came: str = "") -> Found:
    """SB.2.2: this activity if it can be delivered, otherwise what its rules and children lead to.

    Walks that go forward all the way end at the same activity as those that they pass, so each is made once."""
    passed: list[int] = []
    found: Found | None = None
    while found is None:
        if direction == FORWARD and not came:
            found = work.flows.get(node.index)
            passed.append(node.index)
        else:
            passed.clear()
        if found is None:
            found, node, direction, came = _one_traversal(work, node, direction, came)
    work.flows.update(dict.fromkeys(passed, found))
    return found


def _one_traversal(work: Work, node: Node, direction: str, came: str) -> tuple[Found | None, Node, str, str]:
    """What is found here, or where to look next."""
    if node.parent and not node.parent.sequencing.control.flow:
        return Found(exception="SB.2.2-1"), node, direction, came
    if check_rules(work, node, PRE, "skip"):
        step = tree_traversal(work, node, direction, False, came)
        if came == BACKWARD and step.direction == BACKWARD:
            direction, came = BACKWARD, ""
        return (None, step.node, direction, came) if step.node else (step, node, direction, came)
    if check_activity(work, node):
        return Found(exception="SB.2.2-2"), node, direction, came
    if node.leaf:
        return Found(node, direction), node, direction, came
    step = tree_traversal(work, node, direction, True)
    if step.node is None:
        return step, node, direction, came
    came = _came(direction, step)
    return None, step.node, step.direction if came else direction, came
