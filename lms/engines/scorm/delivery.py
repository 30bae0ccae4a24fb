"""DB.1.1 Delivery Request, DB.2 Content Delivery Environment, DB.2.1 Clear Suspended Activity."""

from lms.engines.scorm.rules import check_activity
from lms.engines.scorm.selection import chosen_for, rolled_up_children
from lms.engines.scorm.termination import terminate_descendents
from lms.engines.scorm.tracking import Work
from lms.engines.scorm.tree import Node, between, common_ancestor, path_to, upwards


def delivery_refused(work: Work, node: Node) -> str:
    """DB.1.1: the exception if this activity cannot be delivered."""
    if not node.leaf:
        return "DB.1.1-1"
    if any(check_activity(work, one) for one in upwards(node)):
        return "DB.1.1-3"
    return ""


def deliver(work: Work, node: Node) -> str:
    """DB.2: end what the learner leaves, begin or resume what leads to the activity, and make it current.

    Returns the exception if the current activity still runs.
    """
    if work.current and work.of(work.current).active:
        return "DB.2-1"
    if work.suspended is not node:
        clear_suspended(work, node)
    terminate_descendents(work, node)
    for one in path_to(node):
        if not work.of(one).active:
            _activate(work, one)
    work.current = node
    work.suspended = None
    return ""


def clear_suspended(work: Work, node: Node) -> None:
    """DB.2.1: who goes elsewhere gives up the suspended activity, and what is suspended only because of it."""
    if work.suspended is None:
        return
    for one in between(work.suspended, common_ancestor(node, work.suspended)):
        if one.leaf or not any(work.of(child).suspended for child in rolled_up_children(work, one)):
            work.change(one, suspended=False)
    work.suspended = None


def _activate(work: Work, node: Node) -> None:
    """Resume a suspended attempt, or begin a new one with nothing known yet."""
    tracking = work.of(node)
    if node.parent is None and not tracking.suspended:
        work.anew = True
    if not node.sequencing.delivery.tracked or tracking.suspended:
        work.change(node, active=True, suspended=False)
    else:
        begin_attempt(work, node)
    work.begun.append(node)


def begin_attempt(work: Work, node: Node) -> None:
    attempt = work.of(node).attempts + 1
    work.change(
        node,
        attempts=attempt,
        active=True,
        completed=None,
        progress=None,
        objectives={},
        said=(),
        available=None if node.leaf else chosen_for(work, node, attempt),
        parent_attempt=work.of(node.parent).attempts if node.parent else 0,
        attempt_seconds=0.0,
        began=work.now,
    )
