"""RB.1.1-RB.1.5: from the children to their parent."""

import pytest

from lms.engines.scorm.definition import (
    CompletionThreshold,
    Objective,
    RollupCondition,
    RollupConsiderations,
    RollupControls,
    RollupRule,
)
from tests.engines.scorm.courses import ALWAYS, SKIPPED, cluster, leaf, mapped, opened, rule

COMPLETED, INCOMPLETE = {"completion": "completed"}, {"completion": "incomplete"}
PASSED, FAILED, UNKNOWN = {"success": "passed"}, {"success": "failed"}, {"success": "unknown"}


def after(said, children=(), **given):
    """A cluster of three after its children have said these things; the learner has left it."""
    leaves = [leaf(name, **(children[place] if children else {})) for place, name in enumerate("abc")]
    learner = opened(cluster("x", *leaves, **given), leaf("end"))
    for one in said:
        learner.say(**one).go("continue")
    return learner


DEFAULTS = [
    # RB.1.2 b and RB.1.3 b without rules
    ([COMPLETED] * 3, 0, True),
    ([COMPLETED, INCOMPLETE, COMPLETED], 0, False),
    ([COMPLETED, {"completion": "unknown"}, COMPLETED], 0, None),
    ([PASSED] * 3, 1, True),
    ([PASSED, FAILED, PASSED], 1, False),
    ([PASSED, UNKNOWN, FAILED], 1, None),
    ([PASSED, PASSED], 1, None),
]


@pytest.mark.parametrize(("said", "which", "result"), DEFAULTS)
def test_default_rules(said, which, result):
    assert after(said).status("x")[which] is result


SETS = [
    # RB.1.4: child set, minimum, what the children say, satisfied?
    ("all", {}, [PASSED, PASSED, PASSED], True),
    ("all", {}, [PASSED, PASSED, UNKNOWN], None),
    ("any", {}, [FAILED, PASSED, FAILED], True),
    ("any", {}, [FAILED, FAILED, FAILED], None),
    ("none", {}, [FAILED, FAILED, FAILED], True),
    ("none", {}, [FAILED, UNKNOWN, FAILED], None),
    ("atLeastCount", {"minimum_count": 2}, [PASSED, FAILED, PASSED], True),
    ("atLeastCount", {"minimum_count": 2}, [PASSED, FAILED, FAILED], None),
    ("atLeastPercent", {"minimum_percent": 0.6666667}, [PASSED, FAILED, PASSED], True),
    ("atLeastPercent", {"minimum_percent": 0.67}, [PASSED, FAILED, PASSED], None),
]


@pytest.mark.parametrize(("child_set", "minimum", "said", "result"), SETS)
def test_child_activity_set(child_set, minimum, said, result):
    rules = (RollupRule("satisfied", (RollupCondition("satisfied"),), child_set=child_set, **minimum),)
    assert after(said, rollup_rules=rules).status("x")[1] is result


def test_without_a_child_to_count_all_holds():
    """RB.1.4: nothing contradicts."""
    left_out = {"rollup_controls": RollupControls(objective_satisfied=False)}
    assert after([FAILED] * 3, [left_out] * 3).status("x")[1] is True


def test_satisfied_wins_where_both_rules_hold():
    """RB.1.2 b: not satisfied is looked at first, satisfied overrides it."""
    both = tuple(RollupRule(action, (RollupCondition(ALWAYS),)) for action in ("satisfied", "notSatisfied"))
    assert after([FAILED], rollup_rules=both).status("x")[1] is True


def test_conditions_of_a_rule_are_joined_by_any_unless_said_otherwise():
    """RB.1.4.1."""
    conditions = (RollupCondition("satisfied"), RollupCondition("completed"))
    rules = (RollupRule("completed", conditions),)
    assert after([FAILED | COMPLETED] * 3, rollup_rules=rules).status("x")[0] is True


MEASURES = [
    # RB.1.1 a: scores, weights, mean
    ([0.5, 1.0, 0.0], [1, 1, 1], 0.5),
    ([0.5, None, 1.0], [1, 1, 1], 0.5),
    ([1.0, 0.0, 0.5], [0.5, 0.25, 0.25], 0.625),
    ([1.0, 0.2, 0.2], [0, 1, 1], 0.2),
    ([None, None, None], [1, 1, 1], None),
    ([1.0, 1.0, 1.0], [0, 0, 0], None),
    ([-1.0, 0.5, 0.5], [1, 1, 1], 0.0),
    ([0.1, 0.1, 0.1], [1, 1, 1], 0.1),
]


@pytest.mark.parametrize(("scores", "weights", "mean"), MEASURES)
def test_measure_rollup(scores, weights, mean):
    children = [{"rollup_controls": RollupControls(measure_weight=weight)} for weight in weights]
    assert after([{"scaled": score} for score in scores], children).status("x")[2] == mean


@pytest.mark.parametrize(("score", "result"), [(0.6, True), (0.59, False), (None, None)])
def test_objective_rollup_by_measure(score, result):
    """RB.1.2 a: rules have no say, and without a measure nothing is known."""
    primary = Objective(satisfied_by_measure=True, minimum_measure=0.6)
    assert after([{"scaled": score} | PASSED] * 3, primary=primary).status("x")[1] is result


def test_measure_does_not_satisfy_what_is_still_active_where_told_so():
    """RB.1.2 a, measureSatisfactionIfActive."""
    primary = Objective(satisfied_by_measure=True, minimum_measure=0.1)
    late = RollupConsiderations(measure_satisfaction_if_active=False)
    learner = after([{"scaled": 1.0}], primary=primary, rollup_considerations=late)
    assert learner.status("x")[1] is None
    learner.go("choice end")
    assert learner.status("x")[1] is True


PROGRESS = [([0.5, 1.0, 0.3], [1, 1, 1], True), ([0.5, None, 0.3], [1, 1, 1], False), ([0.1, 0, 1.0], [0, 0, 1], True)]


@pytest.mark.parametrize(("amounts", "weights", "result"), PROGRESS)
def test_completion_measure_rollup(amounts, weights, result):
    """RB.1.1 b and RB.1.3 a (4th edition)."""
    children = [{"completion": CompletionThreshold(progress_weight=weight)} for weight in weights]
    whole = CompletionThreshold(completed_by_measure=True, minimum_measure=0.6)
    assert after([{"progress": amount} for amount in amounts], children, completion=whole).status("x")[0] is result


def test_the_third_edition_has_no_completion_measure_rollup():
    whole = CompletionThreshold(completed_by_measure=True, minimum_measure=0.1)
    learner = opened(cluster("x", leaf("a"), completion=whole), leaf("end"), edition="2004-3")
    learner.say(progress=0.5, completion="incomplete").go("continue")
    assert learner.tracking("x").progress is None


CONSIDERATIONS = [
    # RB.1.4.2: what is asked of b, what makes it so, whether b keeps the cluster from being completed
    ("always", {}, True),
    ("ifAttempted", {}, False),
    ("ifNotSkipped", {"pre_rules": SKIPPED}, False),
    ("ifNotSkipped", {}, True),
    ("ifNotSuspended", {}, False),
]


@pytest.mark.parametrize(("asked", "given", "hinders"), CONSIDERATIONS)
def test_considerations(asked, given, hinders):
    """RB.1.4.2, of a child that was never attempted."""
    never = given | {"rollup_considerations": RollupConsiderations(for_completed=asked)}
    learner = opened(cluster("x", leaf("a"), leaf("b", **never)), leaf("end"))
    learner.say(**COMPLETED).go("choice end")
    assert learner.status("x")[0] is (None if hinders else True)


def test_a_suspended_child_is_left_out_where_told_so():
    """RB.1.4.2, ifNotSuspended."""
    waits = RollupConsiderations(for_satisfied="ifNotSuspended")
    learner = opened(cluster("x", leaf("a"), leaf("b", rollup_considerations=waits)), leaf("end"))
    learner.say(**PASSED).go("continue")
    learner.say(suspend=True, **FAILED).go("continue")
    assert learner.status("x")[1] is True


def test_an_untracked_child_does_not_count():
    """RB.1.4 looks at tracked children."""
    assert after([PASSED, FAILED, PASSED], [{}, {"tracked": False}, {}]).status("x")[1] is True


def test_status_goes_up_to_the_root():
    """RB.1.5."""
    learner = opened(cluster("x", cluster("y", leaf("a"))))
    learner.say(**FAILED, completion="incomplete").ask("exitAll")
    assert learner.status("root")[:2] == (False, False)


def test_what_a_child_did_in_an_earlier_attempt_on_its_parent_does_not_roll_up():
    """SN 3.2.5, 3.2.6: current attempt information only."""
    again = rule("retry", "not completed")
    learner = opened(cluster("x", leaf("a"), leaf("b"), post_rules=(again,), exit_rules=(rule("exit", "satisfied"),)))
    learner.say(**PASSED, **INCOMPLETE).go("continue")
    assert learner.say(**PASSED, **COMPLETED).go("continue") == ["a"]
    assert learner.say(**PASSED, **COMPLETED).go("continue") == ["b"]
    assert learner.status("x")[1] is None


def test_a_child_that_is_skipped_for_what_it_did_earlier_is_left_out():
    """RB.1.4.2, ifNotSkipped: the skip rule reads earlier attempts, the rollup of the others does not."""
    done = {
        "pre_rules": (rule("skip", "satisfied"),),
        "rollup_considerations": RollupConsiderations(for_completed="ifNotSkipped"),
    }
    again = {"post_rules": (rule("retry", "not completed"),)}
    last = leaf("c", post_rules=(rule("exitParent", ALWAYS),))
    learner = opened(cluster("x", leaf("a", **done), leaf("b"), last, **again), leaf("end"))
    for said in (COMPLETED | PASSED, INCOMPLETE | PASSED, COMPLETED | PASSED):
        learner.say(**said).go("continue")
    assert (learner.at, learner.tracking("x").attempts) == ("b", 2)
    learner.say(**COMPLETED).go("continue")
    assert learner.status("x")[0] is None
    learner.say(**COMPLETED).go("continue")
    assert learner.status("x")[0] is True


def test_a_measure_that_becomes_unknown_makes_its_global_status_unknown():
    """RB.1.2 a: the cluster itself had written it in this attempt."""
    goal = mapped("g", write_satisfied=True, satisfied_by_measure=True, minimum_measure=0.5)
    learner = opened(cluster("x", leaf("a"), leaf("b"), primary=goal), leaf("end"))
    learner.say(scaled=1.0).go("continue")
    assert learner.state.global_objectives["g"].satisfied is True
    learner.go("choice a", "continue")
    assert learner.state.global_objectives["g"].satisfied is None


def test_a_cluster_that_knows_nothing_leaves_what_others_wrote():
    goal = mapped("g", write_satisfied=True, satisfied_by_measure=True)
    learner = opened(leaf("a", primary=mapped("g", write_satisfied=True)), cluster("x", leaf("b"), primary=goal))
    learner.say(success="passed").go("continue", "exit")
    assert learner.state.global_objectives["g"].satisfied is True


def test_a_parent_may_let_earlier_attempts_count():
    """SN 3.2.5, useCurrentAttemptObjectiveInfo = false."""
    again = rule("retry", "not completed")
    learner = opened(cluster("x", leaf("a"), leaf("b"), post_rules=(again,), current_objective_info=False), leaf("end"))
    learner.say(**PASSED, **INCOMPLETE).go("choice b")
    learner.say(**PASSED, **COMPLETED).go("choice end", "choice a")
    learner.say(**PASSED).go("continue")
    assert learner.status("x")[1] is True


def test_a_cluster_that_reads_what_another_wrote_rolls_up_too():
    """SN 4.6, the rollup set."""
    learner = opened(
        leaf("a", primary=mapped("g", write_satisfied=True)),
        cluster("x", leaf("b", primary=mapped("g", read_satisfied=True)), pre_rules=(rule("skip", "satisfied"),)),
        leaf("c"),
    )
    assert learner.say(**PASSED).go("continue") == ["c"]


def test_clusters_that_read_one_another_come_to_an_end():
    """The rollup set must be finite, whatever the maps say."""
    one = mapped("g", write_satisfied=True)
    reads = mapped("h", read_satisfied=True)
    learner = opened(
        cluster("x", leaf("a", primary=mapped("h", read_satisfied=True)), leaf("a2"), primary=one),
        cluster("y", leaf("b", primary=mapped("g", read_satisfied=True)), primary=mapped("h", write_satisfied=True)),
        leaf("c", primary=reads),
    )
    assert learner.say(**PASSED).go("continue") == ["a2"]
