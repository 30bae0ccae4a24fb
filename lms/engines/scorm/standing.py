"""How far the learner has come in each activity: what the outline shows, and what the root says of the course."""

from dataclasses import dataclass

from lms.engines.scorm.state import State
from lms.engines.scorm.tracking import Work, completed, known, satisfied
from lms.engines.scorm.tree import Node, Tree


@dataclass(frozen=True, slots=True)
class Standing:
    """None is unknown. `measure` is -1..1, `progress` 0..1; `attempts` count the one that runs."""

    completed: bool | None
    satisfied: bool | None
    measure: float | None
    progress: float | None
    attempts: int
    suspended: bool


def standings(tree: Tree, state: State) -> dict[str, Standing]:
    """By identifier, in the order of the manifest, as sequencing rules would read it now."""
    work = Work(tree, state)
    return {node.identifier: _standing(work, node) for node in tree.nodes}


def course_standing(tree: Tree, state: State) -> Standing:
    return _standing(Work(tree, state), tree.root)


def _standing(work: Work, node: Node) -> Standing:
    primary, tracking = node.sequencing.primary, work.of(node)
    return Standing(
        completed(work, node, primary),
        satisfied(work, node, primary),
        known(work, node, primary, "measure"),
        known(work, node, primary, "progress"),
        tracking.attempts,
        tracking.suspended,
    )
