"""The tree as the processes walk it."""

import pytest

from lms.engines.scorm.definition import Activity, Organization
from lms.engines.scorm.tree import Tree, between, common_ancestor, path_to
from tests.engines.scorm.courses import cluster, course, leaf, mapped

TREE = course(cluster("a", leaf("a1"), cluster("a2", leaf("deep"))), leaf("b"))


def names(nodes):
    return [node.identifier for node in nodes]


def test_nodes_stand_in_preorder():
    assert names(TREE.nodes) == ["root", "a", "a1", "a2", "deep", "b"]


def test_the_activity_path_goes_from_the_root():
    assert names(path_to(TREE.by_id["deep"])) == ["root", "a", "a2", "deep"]


@pytest.mark.parametrize(
    ("one", "other", "ancestor"),
    [("a1", "deep", "a"), ("deep", "a1", "a"), ("deep", "b", "root"), ("a", "deep", "a"), ("deep", "a", "a")],
)
def test_the_common_ancestor_may_be_one_of_the_two(one, other, ancestor):
    assert common_ancestor(TREE.by_id[one], TREE.by_id[other]).identifier == ancestor


def test_between_leaves_the_ancestor_out():
    assert names(between(TREE.by_id["deep"], TREE.by_id["a"])) == ["deep", "a2"]


def test_a_very_deep_tree_needs_no_stack():
    activity = Activity("leaf")
    for depth in range(5_000):
        activity = Activity(f"c{depth}", children=(activity,))
    assert Tree(Organization(activity)).by_id["leaf"].depth == 5_000


def test_readers_are_those_whose_rolled_up_objective_reads():
    tree = course(
        leaf("reads", primary=mapped("g", read_satisfied=True)),
        leaf("writes", primary=mapped("g", write_satisfied=True)),
        leaf("other", objectives=(mapped("g", read_satisfied=True),)),
    )
    assert names(tree.readers["g"]) == ["reads"]
