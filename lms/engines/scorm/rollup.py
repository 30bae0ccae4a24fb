"""RB.1.1-RB.1.5: what the children's status makes of their parent, up the tree.

Only the path of the activity that changed is rolled up, and the paths of those clusters that read a global objective
which has just been written (the rollup set, SN 4.6).
"""

from collections.abc import Iterable
from heapq import heappop, heappush

from lms.engines.scorm.definition import RollupCondition, RollupRule
from lms.engines.scorm.rules import PRE, check_rules, combined, negated, status_value
from lms.engines.scorm.selection import rolled_up_children
from lms.engines.scorm.tracking import WRITES, Work, known, rounded, tracked, write, write_derived
from lms.engines.scorm.tree import Node, upwards

DEFAULT_SATISFIED = RollupRule("satisfied", (RollupCondition("satisfied"),))
DEFAULT_NOT_SATISFIED = RollupRule("notSatisfied", (RollupCondition("objectiveStatusKnown"),))
DEFAULT_COMPLETED = RollupRule("completed", (RollupCondition("completed"),))
DEFAULT_INCOMPLETE = RollupRule("incomplete", (RollupCondition("activityProgressKnown"),))
OBJECTIVE_ACTIONS = {"satisfied": "for_satisfied", "notSatisfied": "for_not_satisfied"}
PROGRESS_ACTIONS = {"completed": "for_completed", "incomplete": "for_incomplete"}
VISITS = 2  # of one cluster in one rollup: enough for a chain through global objectives, and it must end


def roll_up(work: Work, node: Node) -> None:
    """RB.1.5 Overall Rollup from the activity upwards, deepest first, then what reads the global objectives."""
    waiting: list[tuple[int, int]] = []
    visits: dict[int, int] = {}
    _announce(work, node)
    _add(waiting, upwards(node))
    _add_readers(work, waiting)
    work.current_only = True
    while waiting:
        index = -heappop(waiting)[1]
        while waiting and -waiting[0][1] == index:
            heappop(waiting)
        visits[index] = visits.get(index, 0) + 1
        if visits[index] <= VISITS:
            _roll_up_one(work, work.tree.nodes[index])
            _add_readers(work, waiting)
    work.current_only = False


def _announce(work: Work, node: Node) -> None:
    """What the content reported while the attempt went on has been in the global objectives since."""
    for objective in node.sequencing.all_objectives:
        work.written |= {one.target for one in objective.maps if any(getattr(one, flag) for flag in WRITES.values())}


def _add(waiting: list[tuple[int, int]], nodes: Iterable[Node]) -> None:
    for one in nodes:
        if one.sequencing.delivery.tracked:
            heappush(waiting, (-one.depth, -one.index))


def _add_readers(work: Work, waiting: list[tuple[int, int]]) -> None:
    parents = {
        reader.parent.index: reader.parent
        for target in work.written
        for reader in work.tree.readers.get(target, ())
        if reader.parent
    }
    above = {one.index: one for parent in parents.values() for one in upwards(parent)}
    _add(waiting, above.values())
    work.written.clear()


def _roll_up_one(work: Work, node: Node) -> None:
    if node.leaf:
        return
    children = tracked(rolled_up_children(work, node))
    measure_rollup(work, node, children)
    if work.tree.fourth:
        completion_measure_rollup(work, node, children)
    objective_rollup(work, node, children)
    progress_rollup(work, node, children)


def measure_rollup(work: Work, node: Node, children: list[Node]) -> None:
    """RB.1.1 a: the weighted mean of the children's measures. A child without a measure counts zero; if none has
    one, the mean is unknown, and so is then what an attempted cluster writes to a global objective."""
    primary = node.sequencing.primary
    pairs = [
        (child.sequencing.rollup_controls.measure_weight, known(work, child, child.sequencing.primary, "measure"))
        for child in children
    ]
    write(work, node, primary, clear=work.of(node).attempts > 0, measure=_weighted_mean(pairs))


def completion_measure_rollup(work: Work, node: Node, children: list[Node]) -> None:
    """RB.1.1 b (4th edition): the weighted mean of the children's progress measures."""
    pairs = [
        (child.sequencing.completion.progress_weight, known(work, child, child.sequencing.primary, "progress"))
        for child in children
    ]
    write(work, node, node.sequencing.primary, clear=work.of(node).attempts > 0, progress=_weighted_mean(pairs))


def _weighted_mean(pairs: list[tuple[float, float | bool | None]]) -> float | None:
    weight = sum(weight for weight, _ in pairs)
    if weight <= 0 or all(measure is None for _, measure in pairs):
        return None
    return rounded(sum(weight * (measure or 0.0) for weight, measure in pairs) / weight)


def objective_rollup(work: Work, node: Node, children: list[Node]) -> None:
    """RB.1.2: by the measure (a) where the objective says so, otherwise by rules (b)."""
    primary = node.sequencing.primary
    if primary.satisfied_by_measure:
        write_derived(work, node, primary)
        return
    default = [DEFAULT_NOT_SATISFIED, DEFAULT_SATISFIED]
    rules = _rules(node, OBJECTIVE_ACTIONS) or default
    for action, status in (("notSatisfied", False), ("satisfied", True)):
        if rollup_rule_check(work, rules, action, children):
            write(work, node, primary, satisfied=status)


def progress_rollup(work: Work, node: Node, children: list[Node]) -> None:
    """RB.1.3: by the completion measure (a) where the activity says so, otherwise by rules (b)."""
    primary = node.sequencing.primary
    if node.completed_by_measure:
        write_derived(work, node, primary)
        return
    rules = _rules(node, PROGRESS_ACTIONS) or [DEFAULT_INCOMPLETE, DEFAULT_COMPLETED]
    for action, status in (("incomplete", False), ("completed", True)):
        if rollup_rule_check(work, rules, action, children):
            write(work, node, primary, completed=status)


def _rules(node: Node, actions: dict[str, str]) -> list[RollupRule]:
    return [rule for rule in node.sequencing.rollup_rules if rule.action in actions]


def rollup_rule_check(work: Work, rules: list[RollupRule], action: str, children: list[Node]) -> bool:
    """RB.1.4: whether any rule with this action applies. With no child to count, `all` and `none` hold."""
    matching = [rule for rule in rules if rule.action == action]
    if not matching:
        return False
    contributing = [child for child in children if counts_for_rollup(work, child, action)]
    return any(_rule_applies(work, rule, contributing) for rule in matching)


def _rule_applies(work: Work, rule: RollupRule, children: list[Node]) -> bool:
    values = [evaluate_conditions(work, child, rule) for child in children]
    true = values.count(True)
    if rule.child_set == "all":
        return true == len(values)
    if rule.child_set == "any":
        return true > 0
    if rule.child_set == "none":
        return values.count(False) == len(values)
    if rule.child_set == "atLeastCount":
        return true >= rule.minimum_count
    return bool(values) and rounded(true / len(values)) >= rounded(rule.minimum_percent)


def evaluate_conditions(work: Work, child: Node, rule: RollupRule) -> bool | None:
    """RB.1.4.1: the rule's conditions on one child; rollup speaks of the child's rolled-up objective only."""
    primary = child.sequencing.primary
    values = (negated(status_value(work, child, one.condition, primary), one.negated) for one in rule.conditions)
    return combined(values, rule.combination)


def counts_for_rollup(work: Work, child: Node, action: str) -> bool:
    """RB.1.4.2: whether the child takes part in rolling up this status of its parent."""
    controls, considerations = child.sequencing.rollup_controls, child.sequencing.rollup_considerations
    if action in OBJECTIVE_ACTIONS:
        included, consideration = controls.objective_satisfied, getattr(considerations, OBJECTIVE_ACTIONS[action])
    else:
        included, consideration = controls.progress_completion, getattr(considerations, PROGRESS_ACTIONS[action])
    return included and _considered(work, child, consideration)


def _considered(work: Work, child: Node, consideration: str) -> bool:
    tracking = work.of(child)
    if consideration == "ifNotSuspended":
        return tracking.attempts > 0 and not tracking.suspended
    if consideration == "ifAttempted":
        return tracking.attempts > 0
    if consideration == "ifNotSkipped":
        return not _is_skipped(work, child)
    return True


def _is_skipped(work: Work, child: Node) -> bool:
    """Its rules are asked as ever, also of what happened before the parent's current attempt."""
    work.current_only = False
    skipped = check_rules(work, child, PRE, "skip")
    work.current_only = True
    return bool(skipped)
