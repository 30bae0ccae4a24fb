"""The values of a manifest."""

from lms.engines.scorm.definition import Activity, Sequencing

DEEP = 5_000


def test_walk_goes_in_the_order_of_the_manifest():
    tree = Activity("root", children=(Activity("a", children=(Activity("a1"), Activity("a2"))), Activity("b")))
    assert [activity.identifier for activity in tree.walk()] == ["root", "a", "a1", "a2", "b"]


def test_walk_stands_a_very_deep_tree():
    tree = Activity("leaf")
    for _ in range(DEEP):
        tree = Activity("cluster", children=(tree,))
    assert sum(1 for _ in tree.walk()) == DEEP + 1


def test_what_a_manifest_leaves_out_is_the_standards_default():
    sequencing = Sequencing()
    assert (sequencing.control.choice, sequencing.control.flow, sequencing.delivery.tracked) == (True, False, True)
    assert (sequencing.primary.minimum_measure, sequencing.completion.progress_weight) == (1.0, 1.0)
