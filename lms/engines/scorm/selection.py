"""SR.1 Select Children and SR.2 Randomize Children: which children an attempt on a cluster has, and in which order.

There is no source of chance here. The registration's seed, the activity and the number of the attempt decide through
a hash, so that the order shown before an attempt is the one that it gets, and a retried request finds the same.
"""

from hashlib import sha256

from lms.engines.scorm.state import Tracking
from lms.engines.scorm.tracking import Work
from lms.engines.scorm.tree import Node


def available_children(work: Work, node: Node) -> tuple[Node, ...]:
    """The Available Children (SN 4.2.2) as a traversal meets them: of the attempt that goes on, or of the next."""
    return node.children if node.fixed else _arranged(work, node)[0]


def place_among_siblings(work: Work, node: Node) -> int | None:
    """The place among the parent's available children; None for the root or where selection left it out."""
    if node.parent is None:
        return None
    if node.parent.fixed:
        return node.position
    return _arranged(work, node.parent)[1].get(node.index)


def rolled_up_children(work: Work, node: Node) -> tuple[Node, ...]:
    """The children of the latest attempt, even when the next one will have others."""
    tracking = work.of(node)
    if node.fixed or tracking.available is None:
        return available_children(work, node)
    return _nodes(node, tracking.available)


def is_available(work: Work, node: Node) -> bool:
    """Whether it and all above it are available children of their parents."""
    one: Node | None = node
    while one and one.parent:
        if place_among_siblings(work, one) is None:
            return False
        one = one.parent
    return True


def chosen_for(work: Work, node: Node, attempt: int) -> tuple[str, ...] | None:
    """SR.1, then SR.2, for that attempt; None when the manifest's own children and order stand."""
    how = node.sequencing.randomisation
    chosen = list(node.children)
    selects = how.select_count is not None and _applies(how.selection_timing)
    if selects:
        first = attempt if how.selection_timing == "onEachNewAttempt" else 1
        drawn = set(_shuffled(work, node, first, "select")[: how.select_count])
        chosen = [child for child in chosen if child in drawn]
    reorders = how.reorder_children and _applies(how.randomisation_timing)
    if reorders:
        first = attempt if how.randomisation_timing == "onEachNewAttempt" else 1
        order = {child: place for place, child in enumerate(_shuffled(work, node, first, "order"))}
        chosen.sort(key=order.__getitem__)
    return tuple(child.identifier for child in chosen) if selects or reorders else None


def _applies(timing: str) -> bool:
    return timing in ("once", "onEachNewAttempt")


def _shuffled(work: Work, node: Node, attempt: int, what: str) -> list[Node]:
    def key(child: Node) -> bytes:
        return sha256(f"{work.seed}\0{what}\0{node.identifier}\0{attempt}\0{child.identifier}".encode()).digest()

    return sorted(node.children, key=key)


def _arranged(work: Work, node: Node) -> tuple[tuple[Node, ...], dict[int, int]]:
    found = work.arranged.get(node.index)
    if found is None:
        names = _names(work, node, work.of(node))
        children = node.children if names is None else _nodes(node, names)
        found = children, {child.index: place for place, child in enumerate(children)}
        work.arranged[node.index] = found
    return found


def _names(work: Work, node: Node, tracking: Tracking) -> tuple[str, ...] | None:
    if tracking.active or tracking.suspended:
        return tracking.available
    return chosen_for(work, node, tracking.attempts + 1)


def _nodes(node: Node, names: tuple[str, ...]) -> tuple[Node, ...]:
    by_id = {child.identifier: child for child in node.children}
    return tuple(by_id[name] for name in names if name in by_id)
