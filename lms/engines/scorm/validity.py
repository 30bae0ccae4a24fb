"""Which requests would succeed now: the table from which adl.nav.request_valid, the buttons and the outline are drawn.

The requests are tried out, never carried out. The running activity's exit is tried once, and then every activity of
the tree is asked in one traversal whether it could be chosen from there.
"""

from dataclasses import dataclass

from lms.engines.scorm.choice import choice_refused, hidden_from_choice
from lms.engines.scorm.delivery import delivery_refused
from lms.engines.scorm.flow import FORWARD, Found, flow
from lms.engines.scorm.navigation import CONTINUE, PREVIOUS, Request, may_leave, navigation_request
from lms.engines.scorm.process import is_single, sequencing_request
from lms.engines.scorm.selection import is_available
from lms.engines.scorm.state import State
from lms.engines.scorm.termination import EXIT_REQUEST, termination_request
from lms.engines.scorm.tracking import Work
from lms.engines.scorm.tree import Node, Tree

KINDS = (CONTINUE, PREVIOUS, "exit", "exitAll", "abandon", "abandonAll", "suspendAll")


@dataclass(frozen=True, slots=True)
class Validity:
    """`requests` are the kinds without a target that are valid. `outline` is what the learner sees, in its order:
    without what is invisible, left out by selection, or hidden from choice. With one activity, or nothing but the whole
    course, there is nothing to choose."""

    requests: frozenset[str]
    choices: frozenset[str]
    jumps: frozenset[str]
    outline: tuple[str, ...]


def validity(tree: Tree, state: State) -> Validity:
    work = Work(tree, state)
    after, overriding = _after_exit(work)
    reachable = [node for node in tree.nodes if is_available(work, node)]
    chosen = {node.identifier for node in reachable if _can_choose(work, after, node)}
    nothing = is_single(tree) or chosen <= {tree.root.identifier}
    jumpable = reachable if tree.fourth and work.current else []
    return Validity(
        frozenset(kind for kind in KINDS if _is_valid(work, after, overriding, kind)),
        frozenset() if nothing else frozenset(chosen),
        frozenset(node.identifier for node in jumpable if not delivery_refused(after, node)),
        tuple(node.identifier for node in reachable if node.activity.visible and not hidden_from_choice(work, node)),
    )


def _after_exit(work: Work) -> tuple[Work, str]:
    """The state as it would be once the running activity has exited, and the request that a rule would make then."""
    if work.current is None or not work.of(work.current).active:
        return work, ""
    after = work.copy()
    return after, termination_request(after, EXIT_REQUEST).sequencing


def _is_valid(work: Work, after: Work, overriding: str, kind: str) -> bool:
    """Continue is valid wherever it is allowed, for going past the end is a way to end the session. Previous must
    lead somewhere."""
    if navigation_request(work, Request(kind)).exception:
        return False
    return kind != PREVIOUS or _deliverable(after, sequencing_request(after, overriding or kind))


def _deliverable(after: Work, found: Found) -> bool:
    return found.node is not None and not delivery_refused(after, found.node)


def _can_choose(work: Work, after: Work, node: Node) -> bool:
    if node.parent and not node.parent.sequencing.control.choice:
        return False
    if work.current and not may_leave(work, work.current, node):
        return False
    if choice_refused(after, node):
        return False
    return _deliverable(after, Found(node) if node.leaf else flow(after, node, FORWARD, True))


def is_sensitive(tree: Tree) -> bool:
    """Whether what a SCO says of itself may change what is valid: some rule, limit or prerequisite reads it."""
    return any(_reads(node) for node in tree.nodes)


def _reads(node: Node) -> bool:
    said = node.sequencing
    rules = (*said.pre_rules, *said.post_rules, *said.exit_rules)
    reads = any(one.condition != "always" for rule in rules for one in rule.conditions)
    return reads or said.limits.attempt_limit is not None or bool(node.activity.prerequisites)
