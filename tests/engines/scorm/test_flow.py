"""SB.2.1 Flow Tree Traversal, SB.2.2 Flow Activity Traversal, SB.2.3 Flow."""

import pytest

from lms.engines.scorm.definition import LimitConditions
from tests.engines.scorm.courses import DISABLED, SKIPPED, Learner, cluster, course, leaf, opened, rule

LATER = (rule("skip", "attempted"),)


def walk(learner, kind, most=10):
    """What `kind`, asked again and again, delivers."""
    seen = []
    while len(seen) < most and (delivered := learner.ask(kind).deliver):
        seen.append(delivered)
    return seen


def test_continue_goes_through_the_leaves_in_order():
    learner = opened(leaf("a"), cluster("x", leaf("b"), cluster("y", leaf("c"))), leaf("d"))
    assert (learner.at, walk(learner, "continue")) == ("a", ["b", "c", "d"])


def test_going_past_the_end_ends_the_session():
    """SB.2.1: the walk has left the tree."""
    learner = opened(cluster("x", leaf("a")))
    decision = learner.ask("continue")
    assert (decision.session_ended, decision.exception, decision.ended) == (True, "", ("a", "x", "root"))
    assert learner.at == ""


def test_previous_goes_back_the_same_way():
    learner = opened(leaf("a"), cluster("x", leaf("b"), cluster("y", leaf("c"))), leaf("d"))
    learner.go("choice d")
    assert walk(learner, "previous") == ["c", "b", "a"]
    assert learner.last.exception == "SB.2.1-3"


def test_a_thousand_skipped_siblings_need_no_stack():
    """SB.2.2, a loop where the standard recurs."""
    learner = opened(leaf("a"), *(leaf(f"s{n}", pre_rules=SKIPPED) for n in range(1_500)), leaf("z"))
    assert learner.go("continue", "previous") == ["z", "a"]


SKIPS = [
    # SB.2.2: the course after a, what `continue` delivers
    ((leaf("b", pre_rules=SKIPPED), leaf("c")), "c"),
    ((cluster("x", leaf("b"), pre_rules=SKIPPED), leaf("c")), "c"),
    ((cluster("x", leaf("b", pre_rules=SKIPPED)), leaf("c")), "c"),
    ((cluster("x", cluster("y", leaf("b"), pre_rules=SKIPPED), leaf("c")),), "c"),
]


@pytest.mark.parametrize(("children", "expected"), SKIPS)
def test_skip(children, expected):
    assert opened(leaf("a"), *children).go("continue") == [expected]


def test_skipping_the_last_ends_the_session():
    assert opened(leaf("a"), leaf("b", pre_rules=SKIPPED)).ask("continue").session_ended


BLOCKED = [
    # SB.2.2-1, SB.2.2-2: the course after a, the exception of `continue`
    ((cluster("x", leaf("b"), flow=False),), "SB.2.2-1"),
    ((leaf("b", pre_rules=DISABLED), leaf("c")), "SB.2.2-2"),
    ((cluster("x", leaf("b"), pre_rules=DISABLED), leaf("c")), "SB.2.2-2"),
    ((leaf("b", limits=LimitConditions(0)), leaf("c")), "SB.2.2-2"),
]


@pytest.mark.parametrize(("children", "exception"), BLOCKED)
def test_blocked(children, exception):
    learner = opened(leaf("a"), *children)
    decision = learner.ask("continue")
    assert (decision.deliver, decision.exception, decision.ended) == ("", exception, ("a",))
    assert not decision.session_ended


def test_a_forward_only_cluster_is_entered_at_its_first_child_also_from_behind():
    """SB.2.1: backward into forward only turns round."""
    learner = opened(leaf("a"), cluster("x", leaf("b"), leaf("c"), forward_only=True), leaf("d"))
    assert learner.go("choice d", "previous", "continue") == ["d", "b", "c"]


def test_who_came_from_behind_goes_forward_to_the_last_child_before_turning_back():
    """SB.2.1: the first is skipped, the second is not."""
    children = (leaf("b", pre_rules=SKIPPED), leaf("c"))
    learner = opened(leaf("a"), cluster("x", *children, forward_only=True), leaf("d"))
    assert learner.go("choice d", "previous") == ["d", "c"]


def test_who_came_from_behind_and_finds_nothing_goes_further_back():
    """SB.2.1: the previous direction was backward, and the cluster is used up."""
    children = (leaf("b", pre_rules=SKIPPED), leaf("c", pre_rules=SKIPPED))
    learner = opened(leaf("a"), cluster("x", *children, forward_only=True), leaf("d"))
    assert learner.go("choice d", "previous") == ["d", "a"]


def test_who_turned_back_keeps_going_back():
    """SB.2.2: what lies before the used up cluster is skipped too."""
    used_up = cluster("x", leaf("b", pre_rules=SKIPPED), forward_only=True)
    learner = opened(leaf("z"), leaf("a", pre_rules=SKIPPED), used_up, leaf("d"))
    assert learner.go("choice d", "previous") == ["d", "z"]


def test_there_is_no_way_back_within_forward_only():
    """SB.2.1-4, met on the way."""
    learner = opened(cluster("x", leaf("a"), cluster("y", leaf("b")), forward_only=True))
    learner.go("continue")
    assert learner.ask("previous").exception == "SB.2.1-4"


def test_a_course_in_which_everything_is_skipped_ends_at_once():
    assert Learner(course(leaf("a", pre_rules=SKIPPED), leaf("b", pre_rules=SKIPPED))).open().session_ended


def test_rules_are_asked_after_the_attempt_has_ended():
    """OP.1: termination comes before sequencing."""
    done = (rule("skip", "satisfied"),)
    assert opened(leaf("a", pre_rules=done), leaf("b")).go("continue", "previous") == ["b", ""]
