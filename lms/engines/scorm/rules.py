"""UP.1 Limit Conditions, UP.2 Sequencing Rules, UP.5 Check Activity: what an activity's own rules say now.

Logic has three values; None stands for unknown. An unknown condition never makes a rule true, not even negated.
"""

from collections.abc import Callable, Iterable

from lms.engines.scorm.definition import Objective, RuleCondition, SequencingRule
from lms.engines.scorm.tracking import Work, completed, known, objective_of, satisfied
from lms.engines.scorm.tree import Node

PRE, POST, EXIT = "pre_rules", "post_rules", "exit_rules"


def limit_conditions_violated(work: Work, node: Node) -> bool:
    """UP.1. Only the attempt limit: an LMS need not evaluate the time limits, and here nobody's clock closes an
    activity. An attempt that goes on is not a new one."""
    tracking = work.of(node)
    if not node.sequencing.delivery.tracked or tracking.active or tracking.suspended:
        return False
    return attempt_limit_exceeded(work, node)


def attempt_limit_exceeded(work: Work, node: Node) -> bool:
    """A limit of zero shuts the activity from the beginning."""
    limit = node.sequencing.limits.attempt_limit
    return limit is not None and work.of(node).attempts >= limit


def check_rules(work: Work, node: Node, kind: str, *actions: str) -> str:
    """UP.2: the action of the first true rule among those with these actions (all, if none is named), or ""."""
    rules: tuple[SequencingRule, ...] = getattr(node.sequencing, kind)
    if not rules:
        return ""
    key = (node.index, f"{kind} {actions}")
    if key not in work.memo:
        matching = (rule for rule in rules if not actions or rule.action in actions)
        work.memo[key] = next((rule.action for rule in matching if rule_is_true(work, node, rule)), "")
    return work.memo[key]


def rule_is_true(work: Work, node: Node, rule: SequencingRule) -> bool:
    """UP.2.1: whether the combined conditions are true; a rule without conditions never is."""
    values = [negated(condition_value(work, node, one), one.negated) for one in rule.conditions]
    return combined(values, rule.combination) is True


def check_activity(work: Work, node: Node) -> bool:
    """UP.5: true if the activity must not be delivered, by a disabled rule or a limit."""
    return bool(check_rules(work, node, PRE, "disabled")) or limit_conditions_violated(work, node)


def condition_value(work: Work, node: Node, condition: RuleCondition) -> bool | None:
    """One condition of a sequencing rule (SN table 3.4.1); it may speak of any objective of the activity."""
    objective = objective_of(node, condition.objective)
    if objective is None:
        return None
    if condition.condition == "objectiveMeasureGreaterThan":
        measure = known(work, node, objective, "measure")
        return None if measure is None else measure > condition.threshold
    if condition.condition == "objectiveMeasureLessThan":
        measure = known(work, node, objective, "measure")
        return None if measure is None else measure < condition.threshold
    return status_value(work, node, condition.condition, objective)


def status_value(work: Work, node: Node, name: str, objective: Objective) -> bool | None:
    """The conditions that sequencing rules and rollup rules share."""
    evaluate = CONDITIONS.get(name)
    return evaluate(work, node, objective) if evaluate else None


CONDITIONS: dict[str, Callable[[Work, Node, Objective], bool | None]] = {
    "satisfied": satisfied,
    "objectiveStatusKnown": lambda work, node, objective: satisfied(work, node, objective) is not None,
    "objectiveMeasureKnown": lambda work, node, objective: known(work, node, objective, "measure") is not None,
    "completed": completed,
    "activityProgressKnown": lambda work, node, objective: completed(work, node, objective) is not None,
    "attempted": lambda work, node, _: node.sequencing.delivery.tracked and work.of(node).attempts > 0,
    "attemptLimitExceeded": lambda work, node, _: (
        node.sequencing.delivery.tracked and attempt_limit_exceeded(work, node)
    ),
    "timeLimitExceeded": lambda *_: False,
    "outsideAvailableTimeRange": lambda *_: False,
    "always": lambda *_: True,
    "never": lambda *_: False,
}


def negated(value: bool | None, negate: bool) -> bool | None:
    return value if value is None or not negate else not value


def combined(values: Iterable[bool | None], combination: str) -> bool | None:
    """All or any of three-valued conditions; unknown if there are none."""
    values = list(values)
    if not values:
        return None
    decisive = combination == "any"  # one true decides `any`, one false decides `all`
    if decisive in values:
        return decisive
    return None if None in values else not decisive
