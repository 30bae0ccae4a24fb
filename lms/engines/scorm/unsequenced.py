"""SCORM 1.2 and plain content packages: everything may be chosen but what its prerequisites shut."""

from collections.abc import Mapping
from dataclasses import replace

from lms.engines.scorm.outcome import COMPLETED, FAILED, IN_PROGRESS, NOT_STARTED, PASSED, STATUSES_12
from lms.engines.scorm.prerequisites import holds, parse
from lms.engines.scorm.tree import Node, Tree, upwards
from lms.engines.scorm.validity import Validity

#: Requests that mean something without sequencing.
REQUESTS = frozenset({"continue", "previous", "exitAll", "suspendAll"})
DONE = (COMPLETED, PASSED)


def words(tree: Tree, leaves: Mapping[str, str]) -> dict[str, str]:
    """By identifier, what each activity has come to; a cluster follows from what is below it."""
    found: dict[str, str] = {}
    for node in reversed(tree.nodes):
        if node.leaf:
            found[node.identifier] = leaves.get(node.identifier, NOT_STARTED)
        else:
            found[node.identifier] = _cluster({found[child.identifier] for child in node.children})
    return found


def _cluster(below: set[str]) -> str:
    if below == {PASSED}:
        return PASSED
    if below <= set(DONE):
        return COMPLETED
    if below == {NOT_STARTED}:
        return NOT_STARTED
    return FAILED if below <= {FAILED, *DONE} else IN_PROGRESS


def has_prerequisites(tree: Tree) -> bool:
    return any(node.activity.prerequisites for node in tree.nodes)


def is_open(tree: Tree, identifier: str, found: Mapping[str, str]) -> bool:
    """Whether the prerequisites of the activity and of all above it are met. What is no prerequisite shuts nothing."""
    node = tree.by_id.get(identifier)
    return node is not None and all(_is_met(one, _statuses(found)) for one in upwards(node))


def _statuses(found: Mapping[str, str]) -> dict[str, str]:
    return {name: STATUSES_12[one] for name, one in found.items() if one in STATUSES_12}


def _is_met(node: Node, statuses: Mapping[str, str]) -> bool:
    expression = parse(node.activity.prerequisites) if node.activity.prerequisites else None
    return expression is None or holds(expression, statuses)


def restricted(tree: Tree, valid: Validity, current: str, found: Mapping[str, str]) -> Validity:
    """What remains valid when prerequisites are looked at."""
    requests = valid.requests & REQUESTS
    if not has_prerequisites(tree):
        return replace(valid, requests=requests, jumps=frozenset())
    statuses = _statuses(found)
    met = [_is_met(node, statuses) for node in tree.nodes]
    for node in tree.nodes:
        met[node.index] = met[node.index] and (node.parent is None or met[node.parent.index])
    for kind, step in (("continue", 1), ("previous", -1)):
        near = _neighbour(tree, current, step)
        if near and not met[near.index]:
            requests -= {kind}
    choices = {name for name in valid.choices if met[_first_leaf(tree.by_id[name]).index]}
    return replace(valid, requests=requests, choices=frozenset(choices), jumps=frozenset())


def _neighbour(tree: Tree, current: str, step: int) -> Node | None:
    leaves = [node for node in tree.nodes if node.leaf]
    place = next((place for place, node in enumerate(leaves) if node.identifier == current), None)
    if place is None or not 0 <= place + step < len(leaves):
        return None
    return leaves[place + step]


def _first_leaf(node: Node) -> Node:
    while node.children:
        node = node.children[0]
    return node
