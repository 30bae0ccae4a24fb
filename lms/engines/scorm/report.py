"""The border between the run-time data model and the Tracking Model (RTE 4.2, SN 4.2): what a SCO's data say of its
activity, and what an attempt's data begin with.

    record(tree, state, "item", Reported(...), now)   before the request that ends the attempt, or at a Commit
    initial(tree, state, "item")                       once the activity has been delivered
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lms.engines.scorm.definition import Objective, SharedData
from lms.engines.scorm.state import UNKNOWN, State
from lms.engines.scorm.tracking import FIELDS, READS, Work, completed_by_measure, local, write, write_derived
from lms.engines.scorm.tree import Node, Tree

SUCCESS = {"passed": True, "failed": False}
COMPLETION = {"completed": True, "incomplete": False, "not attempted": False}


@dataclass(frozen=True, slots=True)
class Result:
    """What a SCO set, of itself or of one objective, in the words of the data model. An empty status was never set;
    "unknown" was set so, and then stays unknown when the attempt ends."""

    success: str = ""
    completion: str = ""
    scaled: float | None = None
    raw: float | None = None
    min: float | None = None
    max: float | None = None
    progress: float | None = None

    def values(self) -> dict[str, bool | float | None]:
        """As the Tracking Model names them (see `tracking.FIELDS`): what was set, an unknown status as None."""
        numbers = {"measure": self.scaled, "raw": self.raw, "min": self.min, "max": self.max, "progress": self.progress}
        values: dict[str, bool | float | None] = {name: one for name, one in numbers.items() if one is not None}
        if self.success:
            values["satisfied"] = SUCCESS.get(self.success)
        if self.completion:
            values["completed"] = COMPLETION.get(self.completion)
        return values


@dataclass(frozen=True, slots=True)
class Reported:
    """One SCO's data: only what it set since it was launched, for what it set in an earlier session of a resumed
    attempt was reported then, and others may have written since. `suspend` is cmi.exit = suspend, `seconds` the
    session time since the last report."""

    own: Result = Result()
    objectives: Mapping[str, Result] = field(default_factory=dict)
    suspend: bool = False
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class StartingObjective:
    """One record of cmi.objectives."""

    id: str
    success: str = "unknown"
    completion: str = "unknown"
    scaled: float | None = None
    raw: float | None = None
    min: float | None = None
    max: float | None = None
    progress: float | None = None


@dataclass(frozen=True, slots=True)
class Initial:
    """What a new attempt's data model begins with; a resumed one keeps its data and takes over what is known of
    `objectives`. The SCO's own status and score always begin unknown, whatever its primary objective reads."""

    objectives: tuple[StartingObjective, ...]
    completion_threshold: float | None
    scaled_passing_score: float | None
    max_time_allowed: str
    time_limit_action: str
    launch_data: str
    shared_data: tuple[SharedData, ...]


def record(tree: Tree, state: State, identifier: str, reported: Reported) -> State:
    """Take over what the SCO said of the activity that runs. Nothing else may be reported, and nothing of an
    untracked activity is kept."""
    work = Work(tree, state)
    node = work.current
    if node is None or node.identifier != identifier or not work.of(node).active:
        return state
    tracking = work.of(node)
    work.change(
        node,
        suspended=reported.suspend,
        attempt_seconds=tracking.attempt_seconds + reported.seconds,
        activity_seconds=tracking.activity_seconds + reported.seconds,
    )
    own = _own_values(node, reported)
    said = {*tracking.said, *(name for name in ("satisfied", "completed") if name in own)}
    work.change(node, said=tuple(sorted(said)))
    _write(work, node, node.sequencing.primary, own)
    for objective in node.sequencing.objectives:
        if result := reported.objectives.get(objective.id):
            _write(work, node, objective, result.values())
    return work.state()


def _own_values(node: Node, reported: Reported) -> dict[str, bool | float | None]:
    """The SCO's own status, completed by what it said of its primary objective under that one's identifier."""
    named = reported.objectives.get(node.sequencing.primary.id) if node.sequencing.primary.id else None
    values = (named.values() if named else {}) | reported.own.values()
    threshold, progress = node.sequencing.completion, values.get("progress")
    if threshold.completed_by_measure and progress is not None:
        values["completed"] = progress >= threshold.minimum_measure
    return values


def _write(work: Work, node: Node, objective: Objective, values: dict[str, bool | float | None]) -> None:
    """A status that a measure decides is not taken from the SCO."""
    if objective.satisfied_by_measure:
        values.pop("satisfied", None)
    if completed_by_measure(node, objective):
        values.pop("completed", None)
    if values:
        write(work, node, objective, clear=True, **values)
    write_derived(work, node, objective)


def initial(tree: Tree, state: State, identifier: str) -> Initial:
    """What the delivered activity's data model begins with: its objectives as known locally or through their maps."""
    node = tree.by_id[identifier]
    work = Work(tree, state)
    sequencing, activity = node.sequencing, node.activity
    primary, threshold = sequencing.primary, sequencing.completion
    return Initial(
        objectives=tuple(_starting(work, node, one) for one in sequencing.all_objectives if one.id),
        completion_threshold=threshold.minimum_measure if threshold.completed_by_measure else None,
        scaled_passing_score=primary.minimum_measure if primary.satisfied_by_measure else None,
        max_time_allowed=sequencing.limits.attempt_absolute_duration,
        time_limit_action=activity.time_limit_action,
        launch_data=activity.data_from_lms,
        shared_data=activity.shared_data,
    )


def _starting(work: Work, node: Node, objective: Objective) -> StartingObjective:
    values = {name: _known(work, node, objective, name) for name in FIELDS}
    if objective.satisfied_by_measure:
        measure = values["measure"]
        values["satisfied"] = None if measure is None else measure >= objective.minimum_measure
    return StartingObjective(
        objective.id,
        {True: "passed", False: "failed", None: "unknown"}[values.pop("satisfied")],  # type: ignore[index]
        {True: "completed", False: "incomplete", None: "unknown"}[values.pop("completed")],  # type: ignore[index]
        scaled=values.pop("measure"),
        **values,
    )


def _known(work: Work, node: Node, objective: Objective, name: str) -> bool | float | None:
    """A known global value, otherwise the local one: content may read its objectives even where nothing is tracked."""
    for read in objective.maps:
        if getattr(read, READS[name]):
            value = getattr(work.globals.get(read.target, UNKNOWN), name)
            if value is not None:
                return value  # type: ignore[no-any-return]
    return getattr(local(work, node, objective), name)  # type: ignore[no-any-return]
