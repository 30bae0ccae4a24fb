"""NB.2.1 Navigation Request."""

import pytest

from lms.engines.scorm.navigation import Request, parse_request
from tests.engines.scorm.courses import Learner, cluster, course, leaf, opened

PARSED = [
    ("continue", Request("continue")),
    ("suspendAll", Request("suspendAll")),
    ("{target=b}choice", Request("choice", "b")),
    ("{target= b }jump", Request("jump", "b")),
    ("_none_", None),
    ("", None),
    ("start", None),
    ("{target=}choice", None),
    ("{target=b}continue", None),
]


@pytest.mark.parametrize(("text", "request_"), PARSED)
def test_parse(text, request_):
    assert parse_request(text) == request_


REFUSED = [
    # the course, what was done before, the request, the exception
    ((leaf("a"),), (), ("start", ""), "NB.2.1-1"),
    ((leaf("a"),), (), ("resumeAll", ""), "NB.2.1-1"),
    ((cluster("x", leaf("a"), flow=False),), ("choice a",), ("continue", ""), "NB.2.1-4"),
    ((cluster("x", leaf("a"), flow=False),), ("choice a",), ("previous", ""), "NB.2.1-5"),
    ((cluster("x", leaf("a"), leaf("b"), forward_only=True),), ("continue",), ("previous", ""), "NB.2.1-5"),
    ((cluster("x", leaf("a"), leaf("b"), choice=False),), (), ("choice", "b"), "NB.2.1-10"),
    ((leaf("a"),), (), ("choice", "nowhere"), "NB.2.1-11"),
    ((leaf("a"),), (), ("jump", "nowhere"), "NB.2.1-11"),
    ((leaf("a"), leaf("b")), ("exit",), ("exit", ""), "NB.2.1-12"),
    ((leaf("a"), leaf("b")), ("exit",), ("abandon", ""), "NB.2.1-12"),
    ((leaf("a"),), (), ("sideways", ""), "NB.2.1-13"),
    ((cluster("x", leaf("a"), choice_exit=False), leaf("b")), (), ("choice", "b"), "NB.2.1-8"),
]


@pytest.mark.parametrize(("children", "before", "request_", "exception"), REFUSED)
def test_refused(children, before, request_, exception):
    learner = opened(*children)
    learner.go(*before)
    before_state = learner.state
    assert learner.ask(*request_).exception == exception
    assert learner.state == before_state


@pytest.mark.parametrize("kind", ["continue", "previous", "exit", "exitAll", "abandon", "abandonAll", "suspendAll"])
def test_before_a_session_there_is_nothing_to_leave(kind):
    assert Learner(course(leaf("a"))).ask(kind).exception == "NB.2.1-2"


def test_there_is_nothing_to_resume():
    assert Learner(course(leaf("a"))).ask("resumeAll").exception == "NB.2.1-3"


def test_nothing_comes_before_the_root():
    learner = opened(leaf("a"), leaf("b"), post_rules=())
    learner.ask("exit")
    learner.state = type(learner.state)(learner.state.activities, "root")
    assert learner.ask("previous").exception == "NB.2.1-6"


def test_choice_may_begin_a_session():
    assert Learner(course(leaf("a"), leaf("b"))).go("choice b") == ["b"]


def test_choice_exit_does_not_bind_within_the_cluster():
    learner = opened(cluster("x", leaf("a"), leaf("b"), choice_exit=False), leaf("c"))
    assert learner.go("choice b") == ["b"]


def test_choice_exit_does_not_bind_flow():
    learner = opened(cluster("x", leaf("a"), choice_exit=False), leaf("b"))
    assert learner.go("continue", "choice a") == ["b", "a"]


def test_jump_is_of_the_fourth_edition():
    assert opened(leaf("a"), leaf("b"), edition="2004-3").ask("jump", "b").exception == "NB.2.1-13"
