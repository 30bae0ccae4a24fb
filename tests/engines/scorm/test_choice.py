"""SB.2.4 Choice Activity Traversal, SB.2.9 Choice and its subprocesses."""

import pytest

from lms.engines.scorm.definition import ConstrainedChoice
from tests.engines.scorm.courses import ALWAYS, DISABLED, SKIPPED, Learner, cluster, course, leaf, opened, rule

HIDDEN, STOP = (rule("hiddenFromChoice", ALWAYS),), (rule("stopForwardTraversal", ALWAYS),)
PREVENT, CONSTRAIN = ConstrainedChoice(prevent_activation=True), ConstrainedChoice(constrain_choice=True)

REFUSED = [
    # the course, first steps, target, exception
    ((leaf("a"), leaf("b", pre_rules=HIDDEN)), (), "b", "SB.2.9-3"),
    ((leaf("a"), cluster("x", leaf("b"), pre_rules=HIDDEN)), (), "b", "SB.2.9-3"),
    ((leaf("a", pre_rules=STOP), leaf("b"), leaf("c")), (), "c", "SB.2.4-1"),
    ((leaf("a"), leaf("b", pre_rules=STOP), leaf("c")), (), "c", "SB.2.4-1"),
    ((leaf("a"), cluster("x", leaf("b"), pre_rules=STOP)), (), "b", "SB.2.4-1"),
    ((cluster("x", leaf("a"), leaf("b"), forward_only=True),), ("continue",), "a", "SB.2.4-2"),
    ((leaf("a"), cluster("x", leaf("b"), constrained_choice=PREVENT)), (), "b", "SB.2.9-6"),
    ((leaf("a"), cluster("x", leaf("b"), pre_rules=DISABLED)), (), "b", "DB.1.1-3"),
    ((leaf("a"), leaf("b", pre_rules=DISABLED)), (), "b", "DB.1.1-3"),
    ((leaf("a"), cluster("x", leaf("b"), flow=False)), (), "x", "SB.2.9-9"),
    ((leaf("a"), cluster("x", leaf("b", pre_rules=DISABLED))), (), "x", "SB.2.9-9"),
]


@pytest.mark.parametrize(("children", "steps", "target", "exception"), REFUSED)
def test_refused(children, steps, target, exception):
    learner = opened(*children)
    learner.go(*steps)
    decision = learner.ask("choice", target)
    assert (decision.deliver, decision.exception) == ("", exception)


ALLOWED = [
    # the course, first steps, target, what is delivered
    ((leaf("a"), leaf("b"), leaf("c")), (), "c", "c"),
    ((leaf("a"), leaf("b"), leaf("c")), ("choice c",), "a", "a"),
    ((leaf("a"), leaf("b")), (), "a", "a"),
    ((leaf("a"), cluster("x", leaf("b"), leaf("c"))), (), "x", "b"),
    ((leaf("a"), cluster("x", leaf("b"), leaf("c"))), (), "c", "c"),
    ((cluster("x", leaf("a"), leaf("b")), leaf("c")), ("continue",), "x", "a"),
    ((cluster("x", leaf("a"), leaf("b")), leaf("c")), ("continue",), "root", "a"),
    ((leaf("a"), cluster("x", leaf("b"), flow=False)), (), "b", "b"),
    ((leaf("a"), leaf("b", pre_rules=SKIPPED)), (), "b", "b"),
    ((leaf("a"), leaf("b", pre_rules=STOP)), (), "b", "b"),
    ((leaf("a"), cluster("x", leaf("b"), constrained_choice=PREVENT)), (), "x", "b"),
    ((leaf("a"), cluster("x", leaf("b"), leaf("c"), constrained_choice=PREVENT)), ("choice x",), "c", "c"),
    ((leaf("a"), leaf("b", constrained_choice=PREVENT)), (), "b", "b"),
]


@pytest.mark.parametrize(("children", "steps", "target", "expected"), ALLOWED)
def test_allowed(children, steps, target, expected):
    learner = opened(*children)
    learner.go(*steps)
    assert learner.go(f"choice {target}") == [expected]


def test_without_a_session_choice_goes_from_the_root():
    """SB.2.9, case 3."""
    tree = course(cluster("x", leaf("a")), cluster("y", leaf("b"), constrained_choice=PREVENT))
    assert Learner(tree).go("choice x") == ["a"]
    assert Learner(tree).ask("choice", "b").exception == "SB.2.9-6"


def test_a_choice_down_from_the_current_cluster():
    """SB.2.9, case 3: the cluster has exited and is current."""
    learner = opened(cluster("x", leaf("a", post_rules=(rule("exitParent", ALWAYS),)), leaf("b")), leaf("c"))
    learner.ask("exit")
    assert (learner.at, learner.go("choice b")) == ("x", ["b"])


def test_choice_exit_binds_on_the_way_up_also_what_has_ended():
    """SB.2.9-7, case 5: NB.2.1 looks at active activities only."""
    inner = cluster("y", leaf("a", post_rules=(rule("exitParent", ALWAYS),)), choice_exit=False)
    learner = opened(cluster("x", inner, leaf("b")), leaf("c"))
    learner.ask("exit")
    assert (learner.at, learner.ask("choice", "c").exception) == ("y", "SB.2.9-7")


def test_a_choice_that_flows_nowhere_leaves_its_target_current():
    """SB.2.9-9: what was active down to it has ended."""
    learner = opened(cluster("x", leaf("a")), cluster("y", leaf("b"), flow=False))
    decision = learner.ask("choice", "y")
    assert (decision.exception, learner.at, decision.ended) == ("SB.2.9-9", "y", ("a", "x", "root"))


CONSTRAINED = [
    # SB.2.9.1: from c in y, which constrains: its neighbours may be chosen, and what is below them
    ("a", False),
    ("x", True),
    ("b", True),
    ("y", True),
    ("d", True),
    ("z", True),
    ("e", True),
    ("f", False),
]


@pytest.mark.parametrize(("target", "allowed"), CONSTRAINED)
def test_constrained_choice(target, allowed):
    learner = opened(
        leaf("a"),
        cluster("x", leaf("b")),
        cluster("y", leaf("c"), leaf("d"), constrained_choice=CONSTRAIN),
        cluster("z", leaf("e")),
        leaf("f"),
    )
    learner.go("choice c")
    assert bool(learner.ask("choice", target).deliver) is allowed
    assert allowed or learner.last.exception == "SB.2.9-8"


def test_the_neighbour_may_lie_beyond_the_parent():
    """SB.2.9.2: the constrained activity is the last of its siblings."""
    inner = cluster("y", leaf("a"), constrained_choice=CONSTRAIN)
    learner = opened(cluster("x", leaf("before"), inner), cluster("z", leaf("b")), leaf("c"))
    learner.go("choice a")
    assert learner.ask("choice", "c").exception == "SB.2.9-8"
    assert learner.go("choice b") == ["b"]


def test_the_edge_of_the_tree_constrains_to_the_activity_itself():
    """SB.2.9.2: there is no neighbour beyond."""
    learner = opened(leaf("a"), leaf("b"), cluster("y", leaf("c"), constrained_choice=CONSTRAIN))
    learner.go("choice c")
    assert learner.go("choice b", "choice a") == ["b", "a"]


def test_constrained_choice_on_a_leaf_says_nothing():
    """SN 3.3: it speaks of choices from within."""
    learner = opened(cluster("x", leaf("a", constrained_choice=CONSTRAIN)), leaf("b"), leaf("c"))
    assert learner.go("choice c") == ["c"]
