"""OP.1 Overall Sequencing, SB.2.5-SB.2.8, SB.2.10-SB.2.13."""

import pytest

from lms.engines.scorm.definition import Activity, Organization, Resource
from lms.engines.scorm.process import retry_request, sequencing_request, start_request
from lms.engines.scorm.tracking import Work
from lms.engines.scorm.tree import Tree
from tests.engines.scorm.courses import ALWAYS, DISABLED, Learner, cluster, course, leaf, mapped, opened, rule


def test_a_session_begins_at_the_first_activity():
    """SB.2.5."""
    assert Learner(course(cluster("x", leaf("a")), leaf("b"))).open().deliver == "a"


def test_a_root_that_is_a_leaf_is_delivered():
    """SB.2.5."""
    tree = Tree(Organization(Activity("only", resource=Resource("r", "index.html"))))
    assert Learner(tree).open().deliver == "only"


def test_a_course_that_does_not_flow_waits_for_a_choice():
    """SB.2.2-1 at the start: nothing is delivered and nothing begins."""
    learner = Learner(course(leaf("a"), leaf("b"), flow=False))
    decision = learner.open()
    assert (decision.deliver, decision.exception, decision.begun) == ("", "SB.2.2-1", ())
    assert learner.go("choice b") == ["b"]


@pytest.mark.parametrize("inner", [leaf("a"), cluster("x", leaf("a"), flow=False)])
def test_a_course_of_one_activity_begins_by_itself(inner):
    learner = Learner(course(inner, flow=False))
    assert learner.open().deliver == "a"
    assert not learner.table().choices


def test_a_single_activity_that_is_skipped_ends_the_session():
    assert Learner(course(leaf("a", pre_rules=(rule("skip", ALWAYS),)))).open().session_ended


def test_a_single_activity_that_is_disabled_does_not_begin():
    assert Learner(course(leaf("a", pre_rules=DISABLED), flow=False)).open().exception == "DB.1.1-3"


def test_the_next_session_is_a_new_attempt_that_remembers_the_last():
    """Rules read the previous attempt until a new one begins."""
    learner = opened(leaf("a", pre_rules=(rule("skip", "satisfied"),)), leaf("b"))
    learner.say(success="passed").ask("exitAll")
    assert (learner.open().deliver, learner.tracking("root").attempts) == ("b", 2)


def test_rules_read_earlier_attempts_throughout_the_session():
    """The root's new attempt does not make them unknown to rules, only to its rollup."""
    learner = opened(leaf("a"), leaf("b", pre_rules=(rule("skip", "satisfied"),)), leaf("c"))
    learner.go("choice b")
    learner.say(success="passed").ask("exitAll")
    learner.open()
    assert (learner.status("b")[1], learner.go("continue")) == (True, ["c"])


def test_an_ended_session_resumes_nothing():
    decision = opened(leaf("a")).ask("exitAll")
    assert (decision.deliver, decision.resumed, decision.begun) == ("", False, ())


def test_what_was_suspended_as_a_cluster_starts_within_its_attempt():
    """SB.2.6: only a leaf can be delivered."""
    learner = opened(cluster("x", leaf("a"), leaf("b")), leaf("c"))
    learner.go("exit", "suspendAll")
    assert (learner.open().deliver, learner.tracking("x").attempts) == ("a", 1)


def test_a_session_that_was_cut_off_is_resumed():
    learner = opened(leaf("a"), cluster("x", leaf("b")))
    learner.go("continue")
    decision = learner.say(scaled=0.5).open()
    assert (decision.deliver, decision.resumed, learner.status("b")[2]) == ("b", True, 0.5)


def test_a_session_cut_off_with_nothing_left_to_suspend_is_over():
    learner = opened(leaf("a"), cluster("x", leaf("b"), flow=False))
    learner.go("choice x")
    assert (learner.last.exception, learner.open().deliver) == ("SB.2.9-9", "a")


def test_retry_of_a_cluster_is_a_new_attempt():
    """SB.2.10."""
    again = {"exit_rules": (rule("exit", "completed"),), "post_rules": (rule("retry", "not satisfied"),)}
    learner = opened(cluster("x", leaf("a"), leaf("b"), **again), leaf("c"))
    learner.say(success="failed").go("continue")
    assert learner.say(success="failed").go("continue") == ["a"]
    assert [learner.tracking(name).attempts for name in ("root", "x", "a", "b")] == [1, 2, 2, 1]


def test_retry_all_begins_the_whole_course_anew():
    learner = opened(cluster("x", leaf("a"), leaf("b", post_rules=(rule("retryAll", "not satisfied"),))))
    learner.go("continue")
    decision = learner.say(success="failed").ask("continue")
    assert (decision.deliver, decision.anew, learner.tracking("root").attempts) == ("a", True, 2)


def test_only_an_attempt_on_the_root_is_anew():
    learner = Learner(course(leaf("a"), leaf("b")))
    assert learner.open().anew
    assert not learner.ask("continue").anew
    learner.ask("suspendAll")
    assert not learner.open().anew


RETRIES = [({"active": True}, "SB.2.10-2"), ({"suspended": True}, "SB.2.10-2"), ({}, "SB.2.10-3")]


@pytest.mark.parametrize(("tracked", "exception"), RETRIES)
def test_retry_exceptions(tracked, exception):
    """SB.2.10: what runs or is suspended, and what leads nowhere."""
    tree = course(cluster("x", leaf("a", pre_rules=DISABLED)))
    work = Work(tree, Learner(tree).state)
    work.change(tree.by_id["x"], **tracked)
    assert retry_request(work, tree.by_id["x"]).exception == exception


REQUESTS = [("start", "", ""), ("resumeAll", "", "SB.2.6-2"), ("choice", "", "SB.2.9-1"), ("continue", "", "SB.2.11-1")]


@pytest.mark.parametrize(("request_", "target", "exception"), REQUESTS)
def test_sequencing_requests_without_a_current_activity(request_, target, exception):
    """SB.2.12."""
    tree = course(leaf("a"))
    assert sequencing_request(Work(tree, Learner(tree).state), request_, target).exception == exception


@pytest.mark.parametrize(("request_", "exception"), [("continue", "SB.2.7-2"), ("previous", "SB.2.8-2")])
def test_flow_requests_need_flow(request_, exception):
    learner = opened(cluster("x", leaf("a"), flow=False), flow=False)
    assert sequencing_request(Work(learner.tree, learner.state), request_).exception == exception


def test_a_session_starts_once():
    """SB.2.5-1."""
    learner = opened(leaf("a"))
    assert start_request(Work(learner.tree, learner.state)).exception == "SB.2.5-1"


def test_nothing_exits_while_it_runs():
    """SB.2.11-2."""
    learner = opened(leaf("a"))
    assert sequencing_request(Work(learner.tree, learner.state), "exit").exception == "SB.2.11-2"


def test_jump_goes_where_neither_choice_nor_flow_leads():
    """SB.2.13."""
    hidden = leaf("b", pre_rules=(rule("hiddenFromChoice", ALWAYS), rule("skip", ALWAYS)))
    learner = opened(leaf("a"), cluster("x", hidden, choice=False, flow=False))
    assert learner.go("jump b") == ["b"]


@pytest.mark.parametrize(("to_system", "known"), [(True, True), (False, None)])
def test_global_objectives_of_one_experience_begin_anew_with_its_root(to_system, known):
    """objectivesGlobalToSystem = false, and all is tried again."""
    again = (rule("retryAll", "attempted"),)
    goal = mapped("g", read_satisfied=True, write_satisfied=True)
    learner = opened(leaf("a", primary=goal), leaf("b", post_rules=again), to_system=to_system)
    learner.say(success="passed").go("continue", "continue")
    assert learner.status("a")[1] is known


def test_a_state_given_in_stays_as_it_was():
    learner = opened(leaf("a"), leaf("b"))
    state, before = learner.state, repr(learner.state)
    learner.say(completion="completed").ask("continue")
    assert repr(state) == before
