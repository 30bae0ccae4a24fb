"""What may be opened."""

import pytest

from lms.engines.progress.locks import Lock, Module, Place, locks
from lms.engines.progress.state import Activity

OUTLINE = [
    Module("gowning", (Place("a"), Place("b", ("a",)), Place("quiz", ("gowning",)))),
    Module("air", (Place("c"), Place("d", ("gone",))), requires=("gowning",)),
]


def states(*done, started=()):
    kinds = {"quiz": "quiz"}
    return [
        Activity(
            name, kinds.get(name, "lesson"), started=name in started, read=name in done, passed=name in done or None
        )
        for name in ("a", "b", "quiz", "c", "d")
    ]


OPEN = [
    ((), {"a"}),
    (("a",), {"a", "b"}),
    (("a", "b"), {"a", "b", "quiz"}),
    (("a", "b", "quiz"), {"a", "b", "quiz", "c"}),
]


@pytest.mark.parametrize(("done", "expected"), OPEN)
def test_open(done, expected):
    assert {name for name, lock in locks(OUTLINE, states(*done)).items() if lock.open} == expected


def test_a_quiz_says_what_remains_of_its_module():
    assert locks(OUTLINE, states("a"))["quiz"] == Lock(False, "requires", ("a", "b"), ("b",), ("lesson",))


def test_a_module_that_is_required_is_resolved_in_order():
    assert locks(OUTLINE, states("b"))["c"] == Lock(
        False, "requires", ("a", "b", "quiz"), ("a", "quiz"), ("lesson", "quiz")
    )


def test_what_requires_something_unknown_stays_shut():
    assert locks(OUTLINE, states("a", "b", "quiz"))["d"].reason == "unknown-requirement"


@pytest.mark.parametrize("activities", [states("d"), states(started=("d",))], ids=["done", "started"])
def test_what_was_begun_stays_open(activities):
    assert locks(OUTLINE, activities)["d"].open


def test_without_states_only_the_first_is_open():
    assert [name for name, lock in locks(OUTLINE, []).items() if lock.open] == ["a"]


def test_two_that_require_each_other_stay_shut():
    outline = [Module("m", (Place("a", ("b",)), Place("b", ("a",))))]
    assert not any(lock.open for lock in locks(outline, []).values())


DONE = [
    (Activity("x", "lesson", read=True), True),
    (Activity("x", "lesson", started=True), False),
    (Activity("x", "quiz", passed=True), True),
    (Activity("x", "quiz", passed=False), False),
    (Activity("x", "sco", completed=True), True),
    (Activity("x", "sco", completed=True, passed=False), False),
    (Activity("x", "au", passed=True), True),
]


@pytest.mark.parametrize(("activity", "done"), DONE, ids=repr)
def test_done(activity, done):
    assert activity.done is done
