"""Is a course complete, and if not, why not: a pure function of the rule and the activities.

A rule is a tree of JSON objects with one operator each:

    {"all": [rule, …]}   {"any": [rule, …]}
    {"read": "all" | [ids]}                                          lessons are read
    {"completed": "all" | [ids], "evidence": …}                      packages report completion (default: reported)
    {"passed": id, "at_least": 80, "evidence": …}                    passed, and with at least this percent if given
    {"average": {"quizzes": "all" | [ids], "at_least": 70}, …}       mean percent, a quiz without a result counting 0

Evidence: `graded` unless the rule says otherwise. A result *entered* by a named person is accepted everywhere and
always shown as such (`params["evidence"]` = entered). A result with weaker evidence than asked is the condition
`needs-graded` (in general `needs-<evidence>`): reported scores alone never complete a course unless its rule says so.

| code              | current, needed                 | unmet because …                                   |
|-------------------|---------------------------------|---------------------------------------------------|
| read, completed   | how many, of how many           | `remaining` are not                               |
| passed            | percent, percent                | no result (current None), failed or below         |
| average           | percent, percent                | below                                             |
| needs-<evidence>  | percent, percent                | there is a result, of another kind of evidence    |
| unknown-activity  |                                 | the rule names an activity that the course lacks  |
| no-condition      |                                 | the rule asks for nothing: never complete         |
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from lms.engines.progress.choices import Outcome, all_of, any_of, leaf
from lms.engines.progress.state import LESSON, PACKAGE_KINDS, QUIZ, Activity, Condition, Result

Rule = Mapping[str, Any]
Activities = Mapping[str, Activity]
STRICT = "graded"
ACCEPTED = {
    "graded": ("graded", "entered"),
    "reported": ("reported", "graded", "entered"),
    "attended": ("attended", "entered"),
    "observed": ("observed", "entered"),
    "entered": ("entered",),
}


class RuleError(ValueError):
    """The rule is no rule; content is checked for this before it is published."""


def evaluate(rule: Rule, activities: Iterable[Activity]) -> Result:
    """Judge `rule`; `activities` stand in the order of the course. Raises RuleError for a tree of another shape."""
    outcome = judge(rule, {activity.id: activity for activity in activities})
    if not outcome.conditions:
        return Result(False, Fraction(0), (Condition("no-condition", False),))
    return Result(outcome.met, Fraction(outcome.met_leaves, outcome.leaves), outcome.conditions)


def default_rule(activities: Sequence[Activity]) -> Rule:
    """For courses without a rule of their own, such as a bare package: read, pass and complete everything there is."""
    rules: list[Rule] = [{"passed": activity.id} for activity in activities if activity.kind == QUIZ]
    if any(activity.kind == LESSON for activity in activities):
        rules.insert(0, {"read": "all"})
    if any(activity.kind in PACKAGE_KINDS for activity in activities):
        rules.append({"completed": "all"})
    return {"all": rules}


def judge(rule: Rule, activities: Activities) -> Outcome:
    if not isinstance(rule, Mapping):
        raise RuleError(f"not an object: {rule!r}")
    for operator, judged in OPERATORS.items():
        if operator in rule:
            return judged(rule, activities)
    raise RuleError(f"no operator in {sorted(rule)}")


def judge_all(rule: Rule, activities: Activities) -> Outcome:
    return all_of([judge(part, activities) for part in parts(rule["all"])])


def judge_any(rule: Rule, activities: Activities) -> Outcome:
    outcomes = [judge(part, activities) for part in parts(rule["any"])]
    if not outcomes:
        raise RuleError("any of nothing")
    return any_of(outcomes)


def parts(value: Any) -> Sequence[Rule]:
    if not isinstance(value, list | tuple):
        raise RuleError(f"not a list: {value!r}")
    return value


def judge_read(rule: Rule, activities: Activities) -> Outcome:
    names = named(rule["read"], activities, (LESSON,))
    unread = tuple(name for name in names if not (name in activities and activities[name].read))
    return tally("read", names, unread, activities)


def judge_completed(rule: Rule, activities: Activities) -> Outcome:
    names = named(rule["completed"], activities, PACKAGE_KINDS)
    accepted = accepted_evidence(rule, "reported")
    open_ = [name for name in names if not is_completed(activities.get(name), accepted)]
    return tally("completed", names, tuple(open_), activities)


def is_completed(activity: Activity | None, accepted: Sequence[str]) -> bool:
    return activity is not None and activity.done and (activity.evidence or "reported") in accepted


def tally(code: str, names: tuple[str, ...], remaining: tuple[str, ...], activities: Activities) -> Outcome:
    """A condition that counts activities. It weighs as many leaves as it names, so none if it names none."""
    if unknown := tuple(name for name in names if name not in activities):
        return leaf(Condition("unknown-activity", False, activities=unknown, remaining=unknown))
    if not names:
        return Outcome(True, 0, 0, ())
    reached = len(names) - len(remaining)
    condition = Condition(code, not remaining, Fraction(reached), Fraction(len(names)), names, remaining)
    return Outcome(condition.met, reached, len(names), (condition,))


def judge_passed(rule: Rule, activities: Activities) -> Outcome:
    activity = activities.get(rule["passed"])
    if activity is None:
        unknown = (str(rule["passed"]),)
        return leaf(Condition("unknown-activity", False, activities=unknown, remaining=unknown))
    wanted, accepted = rule.get("evidence") or STRICT, accepted_evidence(rule, STRICT)
    at_least = percent(rule.get("at_least"))
    needed = max((mark for mark in (at_least, activity.pass_percent) if mark is not None), default=None)
    reached = activity.passed is True and reaches(activity, at_least)
    fits = activity.evidence in accepted
    code = f"needs-{wanted}" if reached and not fits else "passed"
    return leaf(condition_of(code, reached and fits, activity.percent, needed, (activity,)))


def reaches(activity: Activity, at_least: Fraction | None) -> bool:
    """A decision entered without a figure stands: a named person has made it."""
    if at_least is None or (activity.evidence == "entered" and activity.percent is None):
        return True
    return activity.percent is not None and activity.percent >= at_least


def judge_average(rule: Rule, activities: Activities) -> Outcome:
    asked = rule["average"]
    names = named(asked["quizzes"], activities, (QUIZ,))
    if unknown := tuple(name for name in names if name not in activities):
        return leaf(Condition("unknown-activity", False, activities=unknown, remaining=unknown))
    if not names:
        return Outcome(True, 0, 0, ())
    accepted, quizzes = accepted_evidence({**rule, **asked}, STRICT), [activities[name] for name in names]
    fitting = mean([quiz.percent if quiz.evidence in accepted else None for quiz in quizzes])
    needed = percent(asked["at_least"])
    if needed is None:
        raise RuleError("average needs at_least")
    enough_of_any_kind = mean([quiz.percent for quiz in quizzes]) >= needed
    code = f"needs-{asked.get('evidence') or rule.get('evidence') or STRICT}"
    met = fitting >= needed
    return leaf(condition_of("average" if met or not enough_of_any_kind else code, met, fitting, needed, quizzes))


def condition_of(
    code: str, met: bool, current: Fraction | None, needed: Fraction | None, concerned: Sequence[Activity]
) -> Condition:
    names = tuple(activity.id for activity in concerned)
    kinds = [activity.evidence for activity in concerned if activity.evidence]
    shown = "entered" if "entered" in kinds else next(iter(kinds), "")
    return Condition(code, met, current, needed, names, () if met else names, {"evidence": shown} if shown else {})


def named(value: Any, activities: Activities, kinds: Sequence[str]) -> tuple[str, ...]:
    if value == "all":
        return tuple(activity.id for activity in activities.values() if activity.kind in kinds)
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list | tuple):
        raise RuleError(f"neither all nor a list: {value!r}")
    return tuple(names)


def accepted_evidence(rule: Rule, default: str) -> tuple[str, ...]:
    wanted = rule.get("evidence") or default
    if wanted not in ACCEPTED:
        raise RuleError(f"unknown evidence: {wanted!r}")
    return ACCEPTED[wanted]


def percent(value: Any) -> Fraction | None:
    return None if value is None else Fraction(str(value))


def mean(values: Sequence[Fraction | None]) -> Fraction:
    return sum((value or Fraction(0) for value in values), Fraction(0)) / len(values)


OPERATORS = {
    "all": judge_all,
    "any": judge_any,
    "read": judge_read,
    "completed": judge_completed,
    "passed": judge_passed,
    "average": judge_average,
}
