"""A manifest's tree survives its storage whole."""

import json

import pytest

from lms.engines.scorm import definition as d
from lms.engines.scorm.stored import from_json, to_json

RICH = d.Organization(
    root=d.Activity(
        "org",
        "Gowning",
        hidden_controls=("continue", "previous"),
        children=(
            d.Activity("a", "Pre-test", d.Resource("r1", "a.html?x=1", "sco"), data_from_lms="level=2"),
            d.Activity(
                "b",
                children=(d.Activity("b1", resource=d.Resource("r2", "b.html", "asset"), visible=False),),
                shared_data=(d.SharedData("store", writable=False),),
                sequencing=d.Sequencing(
                    control=d.ControlMode(flow=True, choice=False),
                    pre_rules=(d.SequencingRule("skip", (d.RuleCondition("satisfied", "obj", 0.5, True),), "any"),),
                    limits=d.LimitConditions(2),
                    rollup_rules=(d.RollupRule("satisfied", (d.RollupCondition("completed"),), child_set="any"),),
                    primary=d.Objective("obj", True, 0.8, (d.ObjectiveMap("global", write_satisfied=True),)),
                    completion=d.CompletionThreshold(True, 0.9, 2.0),
                ),
            ),
        ),
    ),
    edition="2004-3",
    objectives_global_to_system=False,
)


@pytest.mark.parametrize("organization", [d.Organization(d.Activity("org")), RICH], ids=["defaults", "rich"])
def test_what_is_stored_comes_back(organization: d.Organization) -> None:
    assert from_json(json.loads(json.dumps(to_json(organization)))) == organization


def test_defaults_are_not_written() -> None:
    assert to_json(d.Organization(d.Activity("org"))) == {"root": {"identifier": "org"}}


def test_a_deep_tree_does_not_end_the_interpreter() -> None:
    tree = d.Activity("leaf")
    for level in range(3_000):
        tree = d.Activity(f"n{level}", children=(tree,))
    found = from_json(to_json(d.Organization(tree)))
    assert [one.identifier for one in found.root.walk()] == [one.identifier for one in tree.walk()]
