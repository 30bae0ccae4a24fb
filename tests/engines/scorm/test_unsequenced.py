"""Packages without sequencing: what prerequisites shut."""

from dataclasses import replace

import pytest

from lms.engines.scorm.definition import Organization
from lms.engines.scorm.tree import Tree
from lms.engines.scorm.unsequenced import is_open, restricted, words
from lms.engines.scorm.validity import Validity
from tests.engines.scorm.courses import cluster, leaf


def tree(**prerequisites: str) -> Tree:
    """Two units of two: u (a, b) and v (c, d)."""

    def made(name: str, *children: object) -> object:
        one = cluster(name, *children) if children else leaf(name)
        return replace(one, prerequisites=prerequisites.get(name, ""))

    return Tree(Organization(made("root", made("u", made("a"), made("b")), made("v", made("c"), made("d"))), "1.2"))


@pytest.mark.parametrize(
    ("leaves", "unit", "root"),
    [
        ({}, "not-started", "not-started"),
        ({"a": "in-progress"}, "in-progress", "in-progress"),
        ({"a": "passed"}, "in-progress", "in-progress"),
        ({"a": "passed", "b": "passed"}, "passed", "in-progress"),
        ({"a": "passed", "b": "completed"}, "completed", "in-progress"),
        ({"a": "passed", "b": "failed"}, "failed", "in-progress"),
        (dict.fromkeys("abcd", "passed"), "passed", "passed"),
    ],
)
def test_a_unit_has_come_as_far_as_what_is_in_it(leaves: dict[str, str], unit: str, root: str) -> None:
    found = words(tree(), leaves)
    assert (found["u"], found["root"]) == (unit, root)


@pytest.mark.parametrize(
    ("prerequisites", "leaves", "shut"),
    [
        ({}, {}, ""),
        ({"b": "a"}, {}, "b"),
        ({"b": "a"}, {"a": "completed"}, ""),
        ({"b": "a"}, {"a": "failed"}, "b"),
        ({"v": "u"}, {}, "cd"),
        ({"v": "u"}, {"a": "passed", "b": "completed"}, ""),
        ({"c": "nowhere"}, {}, "c"),
        ({"c": "a &"}, {}, ""),
    ],
)
def test_what_is_shut(prerequisites: dict[str, str], leaves: dict[str, str], shut: str) -> None:
    course = tree(**prerequisites)
    found = words(course, leaves)
    assert "".join(name for name in "abcd" if not is_open(course, name, found)) == shut
    everything = Validity(frozenset(), frozenset("abcd"), frozenset("abcd"), tuple("abcd"))
    left = restricted(course, everything, "a", found)
    assert (left.choices, left.jumps) == (frozenset("abcd") - set(shut), frozenset())


@pytest.mark.parametrize(
    ("current", "valid"),
    [("a", {"previous"}), ("b", {"continue", "previous"}), ("c", {"continue"}), ("d", {"continue", "previous"})],
)
def test_buttons_do_not_lead_to_what_is_shut(current: str, valid: set[str]) -> None:
    course = tree(b="c")
    everything = Validity(frozenset({"continue", "previous", "exit", "abandon"}), frozenset(), frozenset(), ())
    assert restricted(course, everything, current, words(course, {})).requests == valid


def test_a_unit_opens_where_its_first_page_does() -> None:
    course = tree(c="a")
    valid = Validity(frozenset(), frozenset({"root", "u", "v"}), frozenset(), ())
    assert restricted(course, valid, "a", words(course, {})).choices == {"root", "u"}


def test_nowhere_is_not_open() -> None:
    assert not is_open(tree(), "nowhere", {})
