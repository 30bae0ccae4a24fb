"""SR.1 Select Children and SR.2 Randomize Children."""

import pytest

from lms.engines.scorm.definition import Randomisation
from tests.engines.scorm.courses import Learner, cluster, course, leaf, rule

LETTERS = "abcdefgh"


def learner_of(seed="seed", **how):
    leaves = [leaf(letter) for letter in LETTERS]
    tree = course(
        cluster(
            "x",
            *leaves,
            randomisation=Randomisation(**how),
        ),
        leaf("end"),
    )
    return Learner(tree, seed)


def attempt(learner):
    """The children that one attempt on the cluster delivers; the learner then begins the next attempt."""
    seen = learner.at
    while learner.ask("continue").deliver != "end":
        seen += learner.at
    learner.ask("choice", "x")
    return seen


def attempts(count, seed="seed", **how):
    learner = learner_of(seed, **how)
    learner.open()
    return [attempt(learner) for _ in range(count)]


def test_never_leaves_the_manifests_order():
    assert attempts(1, selection_timing="never", select_count=2, reorder_children=True) == [LETTERS]


@pytest.mark.parametrize("timing", ["once", "onEachNewAttempt"])
def test_selection_keeps_the_manifests_order(timing):
    (seen,) = attempts(1, selection_timing=timing, select_count=3)
    assert (len(seen), seen) == (3, "".join(sorted(seen)))


def test_a_count_above_the_number_of_children_selects_all():
    assert attempts(1, selection_timing="once", select_count=99) == [LETTERS]


def test_a_count_without_a_timing_selects_nothing():
    (seen,) = attempts(1, select_count=2, randomisation_timing="once", reorder_children=True)
    assert len(seen) == len(LETTERS)


@pytest.mark.parametrize("timing", ["once", "onEachNewAttempt"])
def test_randomisation_keeps_every_child(timing):
    (seen,) = attempts(1, randomisation_timing=timing, reorder_children=True)
    assert (sorted(seen), seen != LETTERS) == (list(LETTERS), True)


@pytest.mark.parametrize(("timing", "different"), [("once", 1), ("onEachNewAttempt", 4)])
def test_once_is_for_all_attempts(timing, different):
    seen = attempts(4, randomisation_timing=timing, reorder_children=True)
    assert len(set(seen)) == different


def test_learners_get_orders_of_their_own_and_the_same_again():
    how = {"randomisation_timing": "once", "reorder_children": True}
    orders = {seed: attempts(1, seed, **how)[0] for seed in ("one", "two", "three", "four")}
    assert len(set(orders.values())) == 4
    assert attempts(1, "two", **how) == [orders["two"]]


def test_every_order_is_as_likely_as_another():
    """SR.2: the first place falls to each of eight children in about one of eight registrations."""
    first = [attempts(1, str(seed), selection_timing="once", select_count=1)[0] for seed in range(400)]
    assert all(25 < first.count(letter) < 75 for letter in LETTERS)


def test_the_outline_before_the_attempt_is_that_of_the_attempt():
    learner = learner_of(selection_timing="onEachNewAttempt", select_count=3)
    before = [name for name in learner.table().outline if name in LETTERS]
    learner.open()
    assert list(attempt(learner)) == before


def test_a_cluster_that_is_tried_again_gets_its_next_order_at_once():
    again = {"post_rules": (rule("retry", "attempted"),), "exit_rules": (rule("exit", "attempted"),)}
    how = Randomisation(randomisation_timing="onEachNewAttempt", reorder_children=True)
    learner = Learner(course(cluster("x", *(leaf(letter) for letter in LETTERS), randomisation=how, **again)))
    learner.open()
    for _ in range(5):
        assert learner.at == learner.tracking("x").available[0]
        learner.ask("continue")
    assert learner.tracking("x").attempts == 6


def test_what_was_left_out_can_neither_be_chosen_nor_jumped_to():
    """SB.2.9-2, NB.2.1-11."""
    learner = learner_of(selection_timing="once", select_count=1)
    learner.open()
    other = next(letter for letter in LETTERS if letter != learner.at)
    assert learner.ask("jump", other).exception == "NB.2.1-11"
    assert learner.ask("choice", other).exception == "SB.2.9-2"


def test_the_children_stay_while_the_attempt_is_suspended():
    """SR.1, SR.2: not while the activity is active or suspended."""
    learner = learner_of(randomisation_timing="onEachNewAttempt", reorder_children=True)
    learner.open()
    before = learner.table().outline
    learner.ask("suspendAll")
    learner.open()
    assert learner.table().outline == before


def test_rollup_counts_the_children_of_the_latest_attempt():
    learner = learner_of(selection_timing="onEachNewAttempt", select_count=2)
    learner.open()
    learner.say(success="passed").go("continue")
    learner.say(success="passed").go("choice end")
    assert learner.status("x")[1] is True
