"""TB.2.1-TB.2.3 Termination Request, UP.3 Terminate Descendent Attempts, UP.4 End Attempt."""

import pytest

from lms.engines.scorm.definition import CompletionThreshold, Objective
from lms.engines.scorm.termination import termination_request
from lms.engines.scorm.tracking import Work
from tests.engines.scorm.courses import ALWAYS, Learner, cluster, course, leaf, mapped, opened, rule

TWICE = (rule("retry", "not completed"),)

POST = [
    # TB.2.2: rules of b, what comes after `continue` from b
    ((), "c"),
    ((rule("retry", ALWAYS),), "b"),
    ((rule("continue", ALWAYS),), "c"),
    ((rule("previous", ALWAYS),), "a"),
    ((rule("exitParent", ALWAYS),), "end"),
    ((rule("exitAll", ALWAYS),), ""),
    ((rule("retryAll", ALWAYS),), "a"),
]


@pytest.mark.parametrize(("rules", "expected"), POST)
def test_post_condition_rules(rules, expected):
    learner = opened(cluster("x", leaf("a"), leaf("b", post_rules=rules), leaf("c")), leaf("end"))
    learner.ask("continue")
    decision = learner.ask("continue")
    assert (decision.deliver, decision.session_ended) == (expected, expected == "")


@pytest.mark.parametrize("kind", ["continue", "previous", "choice", "exit"])
def test_a_rules_request_replaces_the_learners(kind):
    """TB.2.3, OP.1: the last sequencing request counts."""
    learner = opened(leaf("a"), leaf("b", post_rules=(rule("retry", ALWAYS),)), leaf("c"))
    learner.ask("continue")
    assert learner.ask(kind, "c").deliver == "b"


def test_post_condition_rules_are_not_for_what_is_suspended():
    """TB.2.2."""
    learner = opened(leaf("a", post_rules=(rule("retry", ALWAYS),)), leaf("b"))
    assert learner.say(suspend=True).go("continue") == ["b"]


def test_rules_of_a_parent_that_exits_are_asked_too():
    """TB.2.3: exit parent, and again."""
    inner = cluster("y", leaf("a", post_rules=(rule("exitParent", ALWAYS),)), post_rules=(rule("exitParent", ALWAYS),))
    learner = opened(cluster("x", inner, leaf("b"), post_rules=(rule("continue", ALWAYS),)), leaf("c"))
    decision = learner.ask("continue")
    assert (decision.deliver, decision.ended) == ("c", ("a", "y", "x"))


def test_the_root_has_no_parent_to_exit():
    """TB.2.3-4."""
    rules = (rule("exitParent", ALWAYS),)
    learner = opened(leaf("a", post_rules=rules), leaf("b"), post_rules=rules)
    before = learner.state
    assert learner.ask("continue").exception == "TB.2.3-4"
    assert learner.state == before


def test_an_exit_rule_ends_the_highest_cluster_where_it_holds():
    """TB.2.1."""
    exits = (rule("exit", "completed"),)
    inner = cluster("y", leaf("a"), leaf("b"), exit_rules=exits)
    learner = opened(cluster("x", inner, exit_rules=(rule("exit", ALWAYS),)), leaf("c"))
    decision = learner.ask("continue")
    assert (decision.deliver, decision.ended) == ("c", ("a", "y", "x"))


def test_the_session_ends_when_the_root_has_exited():
    """TB.2.3: the root without a retry."""
    learner = opened(leaf("a"), leaf("b"), exit_rules=(rule("exit", ALWAYS),))
    assert learner.ask("continue").session_ended


def test_exit_alone_leaves_the_session_open():
    """SB.2.11: the learner chooses what comes next."""
    learner = opened(leaf("a"), leaf("b"))
    decision = learner.ask("exit")
    assert (decision.deliver, decision.session_ended, decision.ended) == ("", False, ("a",))
    assert learner.go("continue") == ["b"]


def test_exit_all_ends_everything_from_below():
    learner = opened(cluster("x", cluster("y", leaf("a"))))
    decision = learner.ask("exitAll")
    assert (decision.session_ended, decision.ended) == (True, ("a", "y", "x", "root"))
    assert not any(learner.tracking(name).active for name in ("a", "y", "x", "root"))


def test_exit_all_has_no_exit_rules():
    """TB.2.3: exit action and post-condition rules are for exit."""
    assert opened(leaf("a", post_rules=TWICE), post_rules=TWICE).ask("exitAll").session_ended


def test_exit_all_overrules_the_scos_own_wish_to_be_suspended():
    learner = opened(leaf("a"), leaf("b"))
    learner.say(suspend=True).ask("exitAll")
    assert not learner.open().resumed


def test_suspend_all_keeps_every_attempt():
    """TB.2.3 and SB.2.6."""
    learner = opened(cluster("x", leaf("a")), leaf("b"))
    learner.say(completion="incomplete").ask("suspendAll")
    assert learner.last.session_ended
    decision = learner.open()
    assert (decision.deliver, decision.resumed, learner.tracking("a").attempts) == ("a", True, 1)
    assert learner.tracking("root").attempts == 1


def test_suspend_all_after_an_exit_suspends_the_parent():
    """TB.2.3: the current activity is no longer active."""
    learner = opened(cluster("x", leaf("a"), leaf("b")), leaf("c"))
    learner.go("exit", "suspendAll")
    assert learner.state.suspended == "x"


def test_the_root_alone_cannot_be_suspended():
    """TB.2.3-3."""
    learner = opened(leaf("a"))
    work = Work(learner.tree, learner.state)
    work.current = learner.tree.root
    work.change(work.current, active=False)
    assert termination_request(work, "suspendAll").exception == "TB.2.3-3"


CODES = [("exit", "", "TB.2.3-1"), ("exit", "a", "TB.2.3-2"), ("abandon", "a", "TB.2.3-2"), ("hop", "a", "TB.2.3-7")]


@pytest.mark.parametrize(("request_", "current", "exception"), CODES)
def test_termination_exceptions(request_, current, exception):
    tree = course(leaf("a"))
    work = Work(tree, Learner(tree).state)
    work.current = tree.by_id.get(current)
    assert termination_request(work, request_).exception == exception


@pytest.mark.parametrize(("kind", "ended"), [("abandon", False), ("abandonAll", True)])
def test_what_an_abandoned_attempt_reported_does_not_count(kind, ended):
    learner = opened(leaf("a"), leaf("b"))
    learner.say(completion="completed", success="passed")
    assert learner.ask(kind).session_ended is ended
    assert learner.status("a") == (None, None, None)
    assert learner.tracking("a").attempts == 1


def test_what_was_abandoned_no_longer_runs():
    learner = opened(leaf("a"), leaf("b"))
    learner.ask("abandon")
    assert learner.ask("exit").exception == "NB.2.1-12"
    assert learner.ask("continue").ended == ()


END = [
    # UP.4: what the activity is, what the SCO said, (completed, satisfied)
    ({}, {}, (True, True)),
    ({}, {"completion": "incomplete", "success": "failed"}, (False, False)),
    ({}, {"completion": "unknown", "success": "unknown"}, (None, None)),
    ({}, {"completion": "not attempted"}, (False, True)),
    ({"completion_set_by_content": True}, {}, (None, True)),
    ({"objective_set_by_content": True}, {}, (True, None)),
    ({"tracked": False}, {"completion": "completed"}, (None, None)),
    ({"primary": Objective(satisfied_by_measure=True)}, {}, (True, None)),
    ({"primary": Objective(satisfied_by_measure=True)}, {"scaled": 1.0, "success": "failed"}, (True, True)),
    ({"completion": CompletionThreshold(True, 0.5)}, {"completion": "completed"}, (None, True)),
    ({"completion": CompletionThreshold(True, 0.5)}, {"progress": 0.4, "completion": "completed"}, (False, True)),
]


@pytest.mark.parametrize(("given", "said", "status"), END)
def test_end_attempt(given, said, status):
    learner = opened(leaf("a", **given), leaf("b"))
    learner.say(**said).ask("continue")
    assert learner.status("a")[:2] == status


def test_a_suspended_attempt_is_not_completed_by_its_end():
    """UP.4."""
    learner = opened(leaf("a"), leaf("b"))
    learner.say(suspend=True).ask("continue")
    assert learner.status("a")[:2] == (None, None)


def test_a_cluster_is_suspended_with_its_child():
    """UP.4."""
    learner = opened(cluster("x", leaf("a")), leaf("b"))
    learner.say(suspend=True).ask("continue")
    assert learner.tracking("x").suspended


def test_what_a_global_objective_says_is_not_replaced_at_the_end():
    """UP.4 asks for the status as it is read."""
    shared = mapped("g", read_satisfied=True, write_satisfied=True)
    learner = opened(leaf("a", primary=shared), leaf("b", primary=shared), leaf("c"))
    learner.say(success="failed").go("continue", "continue")
    assert learner.state.global_objectives["g"].satisfied is False


def test_leaving_a_branch_ends_it_up_to_the_common_ancestor():
    """UP.3 within DB.2."""
    learner = opened(cluster("x", cluster("y", leaf("a")), leaf("b")), leaf("c"))
    assert learner.ask("choice", "b").ended == ("a", "y")
    assert learner.ask("choice", "c").ended == ("b", "x")
