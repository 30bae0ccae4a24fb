"""How far the learner has come."""

from lms.engines.scorm.standing import Standing, course_standing, standings
from tests.engines.scorm.courses import cluster, leaf, mapped, opened

UNKNOWN = Standing(None, None, None, None, 0, False)


def test_each_activity_in_the_order_of_the_manifest():
    learner = opened(cluster("x", leaf("a")), leaf("b"))
    learner.say(completion="incomplete", success="failed", scaled=0.25, progress=0.5).go("continue")
    found = standings(learner.tree, learner.state)
    assert list(found) == ["root", "x", "a", "b"]
    assert found["a"] == found["x"] == Standing(False, False, 0.25, 0.5, 1, False)
    assert found["b"] == Standing(None, None, None, None, 1, False)


def test_the_course_is_its_root():
    learner = opened(leaf("a"))
    learner.say(completion="completed", success="passed", scaled=1.0).ask("suspendAll")
    assert course_standing(learner.tree, learner.state) == Standing(True, True, 1.0, None, 1, True)


def test_what_others_wrote_shows_here():
    goal = mapped("g", read_satisfied=True, write_satisfied=True)
    learner = opened(leaf("a", primary=goal), leaf("b", primary=goal))
    learner.say(success="passed").ask("exit")
    assert standings(learner.tree, learner.state)["b"] == Standing(None, True, None, None, 0, False)


def test_what_is_not_tracked_is_not_known():
    learner = opened(leaf("a", tracked=False))
    assert standings(learner.tree, learner.say(success="passed").state)["a"] == UNKNOWN
