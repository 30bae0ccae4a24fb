"""The table of valid requests: what it says must be what happens."""

from dataclasses import replace

import pytest

from lms.engines.scorm.definition import ConstrainedChoice, LimitConditions, Randomisation
from lms.engines.scorm.validity import is_sensitive
from tests.engines.scorm.courses import ALWAYS, DISABLED, SKIPPED, Learner, cluster, course, leaf, opened, rule

STOP = (rule("stopForwardTraversal", "not satisfied"),)
PREVENT, CONSTRAIN = ConstrainedChoice(prevent_activation=True), ConstrainedChoice(constrain_choice=True)
COURSES = {
    "plain": (leaf("a"), cluster("x", leaf("b"), cluster("y", leaf("c"), leaf("d"))), leaf("e")),
    "no choice": (leaf("a"), cluster("x", leaf("b"), leaf("c"), choice=False), leaf("d")),
    "no flow": (cluster("x", leaf("a"), leaf("b"), flow=False), cluster("y", leaf("c"), flow=False)),
    "forward only": (leaf("a"), cluster("x", leaf("b"), leaf("c"), forward_only=True), leaf("d")),
    "no way out": (cluster("x", leaf("a"), cluster("y", leaf("b")), choice_exit=False), leaf("c")),
    "stop": (leaf("a"), leaf("b", pre_rules=STOP), cluster("x", leaf("c", pre_rules=STOP), leaf("d")), leaf("e")),
    "constrained": (leaf("a"), cluster("x", leaf("b"), leaf("c"), constrained_choice=CONSTRAIN), leaf("d"), leaf("e")),
    "prevented": (leaf("a"), cluster("x", leaf("b"), leaf("c"), constrained_choice=PREVENT), leaf("d")),
    "disabled": (leaf("a"), cluster("x", leaf("b"), pre_rules=DISABLED), leaf("c", pre_rules=DISABLED), leaf("d")),
    "hidden": (leaf("a"), cluster("x", leaf("b"), pre_rules=(rule("hiddenFromChoice", ALWAYS),)), leaf("c")),
    "skipped": (leaf("a", pre_rules=SKIPPED), cluster("x", leaf("b", pre_rules=SKIPPED)), leaf("c"), leaf("d")),
    "once": (leaf("a", limits=LimitConditions(1)), leaf("b", limits=LimitConditions(1)), leaf("c")),
    "selected": (
        cluster("x", *(leaf(n) for n in "abcd"), randomisation=Randomisation("once", 2, "once", True)),
        leaf("e"),
    ),
}
TARGETS = ["root", "x", "y", "a", "b", "c", "d", "e"]


def states(children):
    """The course before it begins, and after every first choice or jump."""
    tree = course(*children)
    yield Learner(tree)
    for first in TARGETS:
        learner = Learner(tree)
        learner.open()
        if first in tree.by_id and learner.ask("jump", first).deliver:
            yield learner


def tried(learner, kind, target):
    other = Learner(learner.tree)
    other.state = learner.state
    return bool(other.ask(kind, target).deliver)


@pytest.mark.parametrize("children", COURSES.values(), ids=COURSES.keys())
@pytest.mark.parametrize("kind", ["choice", "jump"])
def test_a_target_is_valid_if_it_would_be_delivered(children, kind):
    for learner in states(children):
        table = learner.table()
        said = table.choices if kind == "choice" else table.jumps
        real = {target for target in TARGETS if tried(learner, kind, target)}
        assert said == (real if real - {"root"} else frozenset()), learner.at


@pytest.mark.parametrize("children", COURSES.values(), ids=COURSES.keys())
def test_previous_is_valid_if_it_would_be_delivered(children):
    for learner in states(children):
        assert ("previous" in learner.table().requests) == tried(learner, "previous", "")


CONTINUE = [
    # the course, where one is, whether `continue` is valid
    ((leaf("a"), leaf("b")), "a", True),
    ((leaf("a"), leaf("b")), "b", True),  # it ends the session
    ((cluster("x", leaf("a"), flow=False), leaf("b")), "a", False),
    ((leaf("a"), cluster("x", leaf("b"), flow=False)), "a", True),  # allowed, though it leads nowhere
]


@pytest.mark.parametrize(("children", "at", "valid"), CONTINUE)
def test_continue(children, at, valid):
    learner = opened(*children)
    learner.ask("choice", at)
    assert ("continue" in learner.table().requests) is valid


def test_while_an_activity_runs_it_can_be_left_in_every_way():
    assert opened(leaf("a"), leaf("b")).table().requests == {
        "continue", "exit", "exitAll", "abandon", "abandonAll", "suspendAll"
    }  # fmt: skip


def test_before_a_session_there_is_only_choice():
    table = Learner(course(leaf("a"), leaf("b"))).table()
    assert (table.requests, table.jumps, table.choices) == (frozenset(), frozenset(), {"root", "a", "b"})


def test_a_rule_after_the_exit_decides_about_previous():
    """It would bring this activity again, so there is something to deliver."""
    assert "previous" in opened(leaf("a", post_rules=(rule("retry", ALWAYS),)), leaf("b")).table().requests


def test_where_only_the_course_itself_could_be_chosen_there_is_nothing_to_choose():
    assert not opened(leaf("a"), leaf("b"), choice=False).table().choices


def test_the_outline_leaves_out_what_the_learner_must_not_see():
    unseen = replace(leaf("b"), visible=False)
    hidden = cluster("x", leaf("c"), pre_rules=(rule("hiddenFromChoice", ALWAYS),))
    table = opened(leaf("a"), unseen, hidden, leaf("d")).table()
    assert table.outline == ("root", "a", "d")
    assert "b" in table.choices


def test_asking_changes_nothing():
    learner = opened(leaf("a"), leaf("b"))
    before = repr(learner.state)
    learner.table()
    assert repr(learner.state) == before


@pytest.mark.parametrize(
    ("children", "expected"),
    [
        ((leaf("a"), cluster("x", leaf("b"))), False),
        ((leaf("a", pre_rules=SKIPPED),), False),
        ((leaf("a", pre_rules=STOP),), True),
        ((leaf("a", post_rules=(rule("continue", "satisfied"),)),), True),
        ((cluster("x", leaf("a"), exit_rules=(rule("exit", "completed"),)),), True),
        ((leaf("a", limits=LimitConditions(attempt_limit=1)),), True),
        ((replace(leaf("a"), prerequisites="b"), leaf("b")), True),
    ],
)
def test_what_a_sco_says_matters_only_where_something_reads_it(children: tuple, expected: bool) -> None:
    assert is_sensitive(course(*children)) is expected
