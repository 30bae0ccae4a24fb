"""What the processes read and change while one request is decided: a working copy of the state.

Values are never changed in place, so that a State given in stays as it was. Reading follows the objective maps
(SN 3.10.2): where a map reads, the global objective counts, be it unknown, and not the local one; writing also writes
the mapped global objectives. Untracked activities (SN 3.13.1) know nothing and are never written.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from lms.engines.scorm.definition import Objective, ObjectiveMap
from lms.engines.scorm.state import PRIMARY, UNKNOWN, UNTOUCHED, ObjectiveProgress, State, Tracking
from lms.engines.scorm.tree import Node, Tree

PLACES = 7  # decimals that a rolled-up measure keeps; the standard asks for four significant ones
FIELDS = ("satisfied", "measure", "raw", "min", "max", "completed", "progress")
READS = {
    "satisfied": "read_satisfied",
    "measure": "read_measure",
    "raw": "read_raw",
    "min": "read_min",
    "max": "read_max",
    "completed": "read_completion",
    "progress": "read_progress",
}
WRITES = {name: flag.replace("read_", "write_") for name, flag in READS.items()}


class Work:
    """The state in hand.

    `memo` holds answers of rules, `flows` where a forward walk from an activity led, both until anything changes;
    `arranged` the available children of clusters. `ended` and `begun` are, in order, the attempts that ended and began;
    `anew` says that one on the root began. `written` are the global objectives that await rollup. While `current_only`,
    children count only as of their parent's current attempt.
    """

    __slots__ = (
        "activities",
        "anew",
        "arranged",
        "begun",
        "current",
        "current_only",
        "ended",
        "flows",
        "globals",
        "memo",
        "now",
        "seed",
        "suspended",
        "tree",
        "written",
    )

    def __init__(self, tree: Tree, state: State, now: str = "") -> None:
        self.tree = tree
        self.activities: dict[str, Tracking] = dict(state.activities)
        self.globals: dict[str, ObjectiveProgress] = dict(state.global_objectives)
        self.current = tree.by_id.get(state.current)
        self.suspended = tree.by_id.get(state.suspended)
        self.seed = state.seed
        self.now = now
        self.memo: dict[tuple[int, str], str] = {}
        self.flows: dict[int, Any] = {}
        self.arranged: dict[int, tuple[tuple[Node, ...], dict[int, int]]] = {}
        self.ended: list[Node] = []
        self.begun: list[Node] = []
        self.written: set[str] = set()
        self.current_only = False
        self.anew = False

    def state(self) -> State:
        return State(
            self.activities,
            self.current.identifier if self.current else "",
            self.suspended.identifier if self.suspended else "",
            self.seed,
            self.globals,
        )

    def of(self, node: Node) -> Tracking:
        return self.activities.get(node.identifier, UNTOUCHED)

    def change(self, node: Node, **changes: object) -> None:
        self.activities[node.identifier] = replace(self.of(node), **changes)  # type: ignore[arg-type]
        self.arranged.pop(node.index, None)
        self.forget()

    def forget(self) -> None:
        self.memo.clear()
        self.flows.clear()

    def copy(self) -> "Work":
        """To try a request out: what it does is not seen here."""
        return Work(self.tree, self.state(), self.now)


def objective_of(node: Node, identifier: str) -> Objective | None:
    """The definition of an objective by its identifier; PRIMARY means the one that rolls up."""
    primary = node.sequencing.primary
    if identifier in (PRIMARY, primary.id):
        return primary
    return next((one for one in node.sequencing.objectives if one.id == identifier), None)


def key_of(node: Node, objective: Objective) -> str:
    return PRIMARY if objective is node.sequencing.primary else objective.id


def local(work: Work, node: Node, objective: Objective) -> ObjectiveProgress:
    """What this activity itself recorded. For the primary objective, completion is the attempt's own."""
    tracking = work.of(node)
    recorded = tracking.objectives.get(key_of(node, objective), UNKNOWN)
    if objective is node.sequencing.primary:
        return replace(recorded, completed=tracking.completed, progress=tracking.progress)
    return recorded


def known(work: Work, node: Node, objective: Objective, name: str) -> bool | float | None:
    """One value (see FIELDS) of an objective, through its maps; None when unknown or untracked."""
    if not node.sequencing.delivery.tracked:
        return None
    for read in objective.maps:
        if getattr(read, READS[name]):
            return getattr(work.globals.get(read.target, UNKNOWN), name)  # type: ignore[no-any-return]
    if work.current_only and _outdated(work, node, name):
        return None
    return getattr(local(work, node, objective), name)  # type: ignore[no-any-return]


def _outdated(work: Work, node: Node, name: str) -> bool:
    """SN 3.2.5, 3.2.6: unless the parent says otherwise, a child's status from an earlier attempt on the parent says
    nothing of the present one."""
    if node.parent is None:
        return False
    mode = node.parent.sequencing.control
    current = mode.current_progress_info if name in ("completed", "progress") else mode.current_objective_info
    return current and work.of(node).parent_attempt != work.of(node.parent).attempts


def satisfied(work: Work, node: Node, objective: Objective) -> bool | None:
    """Objective Progress Status and Satisfied Status in one; by the measure where the objective says so (RB.1.2 a)."""
    if not objective.satisfied_by_measure:
        return known(work, node, objective, "satisfied")  # type: ignore[return-value]
    measure = known(work, node, objective, "measure")
    if measure is None or not _measure_counts(work, node):
        return None
    return measure >= objective.minimum_measure


def _measure_counts(work: Work, node: Node) -> bool:
    return node.sequencing.rollup_considerations.measure_satisfaction_if_active or not work.of(node).active


def completed(work: Work, node: Node, objective: Objective) -> bool | None:
    """Attempt Progress Status and Completion Status in one; by the measure where the activity says so (RB.1.3 a)."""
    if not completed_by_measure(node, objective):
        return known(work, node, objective, "completed")  # type: ignore[return-value]
    amount = known(work, node, objective, "progress")
    return None if amount is None else amount >= node.sequencing.completion.minimum_measure


def completed_by_measure(node: Node, objective: Objective) -> bool:
    return node.completed_by_measure and objective is node.sequencing.primary


def write(work: Work, node: Node, objective: Objective, clear: bool = False, **values: bool | float | None) -> None:
    """Record values of an objective, and in each global objective that a map writes.

    Unknown reaches a global objective only where the value was known here before, or if `clear` insists."""
    if not node.sequencing.delivery.tracked:
        return
    before = local(work, node, objective)
    after = replace(before, **values)  # type: ignore[arg-type]
    if after != before:
        _write_local(work, node, objective, after)
    shared = {
        name: value for name, value in values.items() if value is not None or clear or getattr(before, name) is not None
    }
    for target in objective.maps:
        _write_global(work, target, shared)


def _write_local(work: Work, node: Node, objective: Objective, after: ObjectiveProgress) -> None:
    changes: dict[str, object] = {}
    if objective is node.sequencing.primary:
        changes = {"completed": after.completed, "progress": after.progress}
        after = replace(after, completed=None, progress=None)
    recorded = {**work.of(node).objectives, key_of(node, objective): after}
    work.change(node, objectives=recorded, **changes)


def write_derived(work: Work, node: Node, objective: Objective) -> None:
    """Where a measure decides the status, the status is recorded too, and so reaches the global objectives. The
    activity's own measure comes first here: it need not have gone through a map."""
    mine = local(work, node, objective)
    if objective.satisfied_by_measure:
        status = satisfied(work, node, objective)
        if mine.measure is not None and _measure_counts(work, node):
            status = mine.measure >= objective.minimum_measure
        write(work, node, objective, satisfied=status)
    if completed_by_measure(node, objective):
        status = completed(work, node, objective)
        if mine.progress is not None:
            status = mine.progress >= node.sequencing.completion.minimum_measure
        write(work, node, objective, completed=status)


def _write_global(work: Work, target: ObjectiveMap, values: dict[str, bool | float | None]) -> None:
    given = {name: value for name, value in values.items() if getattr(target, WRITES[name])}
    before = work.globals.get(target.target, UNKNOWN)
    after = replace(before, **given)  # type: ignore[arg-type]
    if after != before:
        work.globals[target.target] = after
        work.written.add(target.target)
        work.forget()


def rounded(value: float) -> float:
    return round(value, PLACES)


def tracked(nodes: Iterable[Node]) -> list[Node]:
    return [node for node in nodes if node.sequencing.delivery.tracked]
