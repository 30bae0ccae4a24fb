"""TB.2.1-TB.2.3 Termination Request and its subprocesses, UP.3 Terminate Descendent Attempts, UP.4 End Attempt."""

from dataclasses import dataclass

from lms.engines.scorm.rollup import roll_up
from lms.engines.scorm.rules import EXIT, POST, check_rules
from lms.engines.scorm.selection import rolled_up_children
from lms.engines.scorm.tracking import Work, completed, completed_by_measure, satisfied, write
from lms.engines.scorm.tree import Node, between, common_ancestor, path_to, upwards

EXIT_REQUEST, EXIT_ALL, EXIT_PARENT = "exit", "exitAll", "exitParent"
SUSPEND_ALL, ABANDON, ABANDON_ALL = "suspendAll", "abandon", "abandonAll"
CONTINUES = ("retry", "continue", "previous")


@dataclass(frozen=True, slots=True)
class Terminated:
    """`sequencing` is the request that a rule makes, or that ending everything implies: it replaces the pending
    one. Empty leaves the pending one."""

    sequencing: str = ""
    exception: str = ""


def termination_request(work: Work, request: str) -> Terminated:
    """TB.2.3."""
    if work.current is None:
        return Terminated(exception="TB.2.3-1")
    if request in (EXIT_REQUEST, ABANDON) and not work.of(work.current).active:
        return Terminated(exception="TB.2.3-2")
    if request == EXIT_REQUEST:
        return _exit(work, work.current)
    if request == EXIT_ALL:
        return _exit_all_for_good(work, work.current)
    if request == SUSPEND_ALL:
        return _suspend_all(work, work.current)
    if request == ABANDON:
        _abandon(work, work.current)
        return Terminated()
    if request == ABANDON_ALL:
        return _abandon_all(work, work.current)
    return Terminated(exception="TB.2.3-7")


def _exit(work: Work, current: Node) -> Terminated:
    end_attempt(work, current)
    exit_action_rules(work, current)
    while True:
        current = work.current or current
        termination, sequencing = post_condition_rules(work, current)
        if termination == EXIT_ALL:
            return _exit_all(work, sequencing)
        if termination == EXIT_PARENT:
            if current.parent is None:
                return Terminated(exception="TB.2.3-4")
            work.current = current.parent
            end_attempt(work, current.parent)
            continue
        if current.parent is None and sequencing != "retry":
            return Terminated("exit")
        return Terminated(sequencing)


def _exit_all_for_good(work: Work, current: Node) -> Terminated:
    """Who asks to exit all ends the running attempt: its own cmi.exit = suspend has no say then."""
    if current.leaf and work.of(current).active:
        work.change(current, suspended=False)
    return _exit_all(work, "")


def _exit_all(work: Work, sequencing: str) -> Terminated:
    """Every attempt ends, and the root is current."""
    end_everything(work)
    work.current = work.tree.root
    return Terminated(sequencing or "exit")


def end_everything(work: Work) -> None:
    """End the current activity's attempt, then those above it, the root last."""
    root = work.tree.root
    if work.current and work.of(work.current).active and work.current is not root:
        end_attempt(work, work.current)
    terminate_descendents(work, root)
    if work.of(root).active:
        end_attempt(work, root)


def _suspend_all(work: Work, current: Node) -> Terminated:
    tracking = work.of(current)
    if tracking.active or tracking.suspended:
        roll_up(work, current)
        work.suspended = current
    elif current.parent:
        work.suspended = current.parent
    else:
        return Terminated(exception="TB.2.3-3")
    for one in upwards(work.suspended):
        if work.of(one).active:
            work.ended.append(one)
        work.change(one, active=False, suspended=True)
    work.current = work.tree.root
    return Terminated("exit")


def _abandon(work: Work, current: Node) -> None:
    """What the content reported of an abandoned attempt does not count, and nothing rolls up."""
    if current.leaf:
        work.change(current, suspended=False, completed=None, progress=None, objectives={}, said=())
    work.change(current, active=False)


def _abandon_all(work: Work, current: Node) -> Terminated:
    _abandon(work, current)
    for one in upwards(current):
        work.change(one, active=False)
    work.current = work.tree.root
    return Terminated("exit")


def exit_action_rules(work: Work, current: Node) -> None:
    """TB.2.1: the highest activity above the current one whose exit rule is true ends, and becomes current."""
    path = path_to(current)[:-1]
    target = next((one for one in path if check_rules(work, one, EXIT, "exit")), None)
    if target:
        terminate_descendents(work, target)
        end_attempt(work, target)
        work.current = target


def post_condition_rules(work: Work, current: Node) -> tuple[str, str]:
    """TB.2.2: the termination request and the sequencing request of the first true rule; none while suspended."""
    if work.of(current).suspended:
        return "", ""
    action = check_rules(work, current, POST)
    if action in CONTINUES:
        return "", action
    if action == "retryAll":
        return EXIT_ALL, "retry"
    return (action, "") if action in (EXIT_PARENT, EXIT_ALL) else ("", "")


def terminate_descendents(work: Work, node: Node) -> None:
    """UP.3: end what lies between the current activity and its common ancestor with this one, from below."""
    if work.current is None:
        return
    ancestor = common_ancestor(work.current, node)
    for one in between(work.current, ancestor)[1:]:
        if work.of(one).active:
            end_attempt(work, one)


def end_attempt(work: Work, node: Node) -> None:
    """UP.4: a leaf that said nothing is complete and satisfied, unless its content sets that; a cluster is suspended
    if a child is. Then the status goes up the tree."""
    if node.leaf:
        if node.sequencing.delivery.tracked and not work.of(node).suspended:
            _complete(work, node)
    else:
        work.change(node, suspended=any(work.of(child).suspended for child in rolled_up_children(work, node)))
    if work.of(node).active:
        work.ended.append(node)
    work.change(node, active=False)
    roll_up(work, node)


def _complete(work: Work, node: Node) -> None:
    primary, delivery, said = node.sequencing.primary, node.sequencing.delivery, work.of(node).said
    by_content = delivery.completion_set_by_content or "completed" in said
    if not by_content and not completed_by_measure(node, primary) and completed(work, node, primary) is None:
        write(work, node, primary, completed=True)
    by_content = delivery.objective_set_by_content or "satisfied" in said
    if not by_content and not primary.satisfied_by_measure and satisfied(work, node, primary) is None:
        write(work, node, primary, satisfied=True)
