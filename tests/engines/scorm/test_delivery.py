"""DB.1.1 Delivery Request, DB.2 Content Delivery Environment, DB.2.1 Clear Suspended Activity."""

from lms.engines.scorm.delivery import deliver, delivery_refused
from lms.engines.scorm.tracking import Work
from tests.engines.scorm.courses import DISABLED, Learner, cluster, course, leaf, opened

COURSE = (cluster("x", leaf("a"), leaf("b")), leaf("c"))


def test_a_cluster_cannot_be_delivered():
    """DB.1.1-1."""
    assert opened(*COURSE).ask("jump", "x").exception == "DB.1.1-1"


def test_nothing_is_delivered_below_what_is_disabled():
    """DB.1.1-3, asked of the whole path."""
    tree = course(cluster("x", cluster("y", leaf("a")), pre_rules=DISABLED))
    assert delivery_refused(Work(tree, Learner(tree).state), tree.by_id["a"]) == "DB.1.1-3"


def test_the_running_activity_must_have_ended():
    """DB.2-1."""
    learner = opened(*COURSE)
    assert deliver(Work(learner.tree, learner.state), learner.tree.by_id["c"]) == "DB.2-1"


def test_a_delivery_begins_attempts_from_the_root():
    learner = Learner(course(*COURSE))
    assert learner.open().begun == ("root", "x", "a")
    assert [learner.tracking(name).attempts for name in ("root", "x", "a", "b")] == [1, 1, 1, 0]


def test_what_is_active_goes_on():
    learner = opened(*COURSE)
    assert learner.ask("continue").begun == ("b",)
    assert learner.tracking("x").attempts == 1


def test_a_new_attempt_knows_nothing():
    learner = opened(*COURSE)
    learner.say(completion="completed", success="passed", scaled=1.0).go("continue", "choice a")
    assert (learner.status("a"), learner.tracking("a").attempts) == ((None, None, None), 2)


def test_a_suspended_attempt_goes_on():
    learner = opened(*COURSE)
    learner.say(suspend=True, completion="incomplete", scaled=0.5).go("continue", "choice a")
    assert (learner.last.resumed, learner.tracking("a").attempts) == (True, 1)
    assert learner.status("a") == (False, None, 0.5)
    assert not learner.tracking("a").suspended


def test_untracked_attempts_are_not_counted():
    learner = opened(leaf("a", tracked=False), leaf("b"))
    learner.go("continue", "choice a")
    assert learner.tracking("a").attempts == 0


def test_going_elsewhere_gives_up_the_suspended_activity():
    """DB.2.1: its clusters too, unless something else below is suspended; what both paths share stays."""
    learner = opened(*COURSE)
    learner.ask("suspendAll")
    assert learner.ask("choice", "c").deliver == "c"
    flags = [learner.tracking(name).suspended for name in ("a", "x", "root")]
    assert (flags, learner.state.suspended, learner.tracking("root").attempts) == ([False] * 3, "", 1)


def test_a_cluster_stays_suspended_with_another_child():
    """DB.2.1."""
    learner = opened(*COURSE)
    learner.say(suspend=True).go("continue", "suspendAll")
    learner.ask("choice", "c")
    assert [learner.tracking(name).suspended for name in ("a", "b", "x")] == [True, False, True]


def test_a_new_attempt_says_when_it_began():
    learner = opened(*COURSE)
    assert learner.tracking("a").began == "2026-11-21T12:00:00Z"
