"""UP.1 Limit Conditions, UP.2 Sequencing Rules, UP.5 Check Activity."""

import pytest

from lms.engines.scorm.definition import LimitConditions, Objective, RuleCondition
from lms.engines.scorm.rules import combined
from tests.engines.scorm.courses import ALWAYS, leaf, mapped, opened, rule

KNOWN = Objective("goal")
CONDITIONS = [
    # condition, what the SCO says, whether the activity that comes next in the table is skipped
    ("satisfied", {"success": "passed"}, True),
    ("satisfied", {"success": "failed"}, False),
    ("satisfied", {"success": "unknown"}, False),
    ("not satisfied", {"success": "failed"}, True),
    ("not satisfied", {"success": "unknown"}, False),
    ("objectiveStatusKnown", {"success": "failed"}, True),
    ("not objectiveStatusKnown", {"success": "unknown"}, True),
    ("objectiveMeasureKnown", {"scaled": 0.0}, True),
    ("not objectiveMeasureKnown", {}, True),
    (RuleCondition("objectiveMeasureGreaterThan", threshold=0.5), {"scaled": 0.6}, True),
    (RuleCondition("objectiveMeasureGreaterThan", threshold=0.5), {"scaled": 0.5}, False),
    (RuleCondition("objectiveMeasureGreaterThan", threshold=0.5), {}, False),
    (RuleCondition("objectiveMeasureLessThan", threshold=0.5), {"scaled": 0.4}, True),
    (RuleCondition("objectiveMeasureLessThan", threshold=0.5), {"scaled": 0.5}, False),
    (RuleCondition("objectiveMeasureLessThan", threshold=0.5, negated=True), {}, False),
    ("completed", {"completion": "completed"}, True),
    ("completed", {"completion": "incomplete"}, False),
    ("completed", {"completion": "unknown"}, False),
    ("activityProgressKnown", {"completion": "incomplete"}, True),
    ("not activityProgressKnown", {"completion": "unknown"}, True),
    ("attempted", {}, True),
    ("not attempted", {}, False),
    ("attemptLimitExceeded", {}, False),
    ("timeLimitExceeded", {}, False),
    ("outsideAvailableTimeRange", {}, False),
    (ALWAYS, {}, True),
    ("never heard of", {}, False),
    (RuleCondition("satisfied", objective="no such objective"), {}, False),
]


@pytest.mark.parametrize(("condition", "said", "holds"), CONDITIONS, ids=repr)
def test_condition(condition, said, holds):
    """UP.2.1, by a rule after the attempt: `retry` brings the activity again."""
    learner = opened(leaf("a", primary=KNOWN, post_rules=(rule("retry", condition),)), leaf("b"))
    assert learner.say(**said).go("continue") == ["a" if holds else "b"]


COMBINATIONS = [
    ("all", [True, True], True),
    ("all", [True, None], None),
    ("all", [False, None], False),
    ("any", [False, None], None),
    ("any", [True, None], True),
    ("any", [False, False], False),
    ("all", [], None),
    ("any", [], None),
]


@pytest.mark.parametrize(("combination", "values", "result"), COMBINATIONS)
def test_combination(combination, values, result):
    """UP.2.1: three-valued logic; without conditions there is no truth."""
    assert combined(values, combination) is result


def test_the_first_true_rule_decides():
    """UP.2."""
    rules = (rule("exitAll", "satisfied"), rule("retry", ALWAYS), rule("previous", ALWAYS))
    assert opened(leaf("a", post_rules=rules)).say(success="failed").go("continue") == ["a"]


def test_a_rule_may_speak_of_another_objective():
    """UP.2.1, referenced objective."""
    again = rule("retry", RuleCondition("satisfied", objective="side"))
    learner = opened(leaf("a", objectives=(Objective("side"),), post_rules=(again,)), leaf("b"))
    assert learner.say({"side": {"success": "passed"}}, success="failed").go("continue") == ["a"]


def test_the_attempt_limit_shuts_the_activity():
    """UP.1 and UP.5."""
    learner = opened(leaf("a", limits=LimitConditions(1)), leaf("b"))
    assert learner.go("continue", "choice a") == ["b", ""]
    assert learner.last.exception == "DB.1.1-3"


def test_a_suspended_attempt_is_not_a_new_one_for_the_limit():
    """UP.1."""
    learner = opened(leaf("a", limits=LimitConditions(1)), leaf("b"))
    assert learner.say(suspend=True).go("continue", "choice a") == ["b", "a"]


def test_an_attempt_limit_of_zero_shuts_the_activity_from_the_beginning():
    """UP.1."""
    assert opened(leaf("b"), leaf("a", limits=LimitConditions(0))).go("choice a") == [""]


def test_a_limit_says_nothing_where_nothing_is_tracked():
    """UP.1."""
    learner = opened(leaf("a", limits=LimitConditions(1), tracked=False), leaf("b"))
    assert learner.go("continue", "choice a") == ["b", "a"]


def test_an_untracked_activity_knows_nothing_not_even_through_its_maps():
    """SN 3.13.1."""
    goal = mapped("g", read_satisfied=True, write_satisfied=True)
    skip = rule("skip", "satisfied")
    learner = opened(leaf("a", primary=goal), leaf("b", primary=goal, pre_rules=(skip,), tracked=False), leaf("c"))
    assert learner.say(success="passed").go("continue") == ["b"]
