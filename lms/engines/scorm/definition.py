"""What a manifest says, as values that never change: the activity tree and the Sequencing Definition Model (SN 3).

The defaults are the standard's. Words (conditions, actions, timings) are the standard's own tokens, as in the XML.
Everything that a manifest leaves out is simply the default of the field; collections are already resolved.
"""

from collections.abc import Iterator
from dataclasses import dataclass

EDITIONS = ("1.2", "2004-2", "2004-3", "2004-4")


@dataclass(frozen=True, slots=True)
class ControlMode:
    """SN 3.2. `choice` and `flow` speak of the children, `choice_exit` of the activity itself."""

    choice: bool = True
    choice_exit: bool = True
    flow: bool = False
    forward_only: bool = False
    current_objective_info: bool = True  # useCurrentAttemptObjectiveInfo
    current_progress_info: bool = True  # useCurrentAttemptProgressInfo


@dataclass(frozen=True, slots=True)
class ConstrainedChoice:
    """SN 3.3: what choosing may not reach."""

    prevent_activation: bool = False
    constrain_choice: bool = False


@dataclass(frozen=True, slots=True)
class RuleCondition:
    """SN 3.4.1. `condition` is satisfied, objectiveStatusKnown, objectiveMeasureKnown, objectiveMeasureGreaterThan,
    objectiveMeasureLessThan, completed, activityProgressKnown, attempted, attemptLimitExceeded, timeLimitExceeded,
    outsideAvailableTimeRange or always. An empty `objective` means the primary one."""

    condition: str
    objective: str = ""
    threshold: float = 0.0
    negated: bool = False  # operator="not"


@dataclass(frozen=True, slots=True)
class SequencingRule:
    """SN 3.4. `combination` is all or any.

    Before: skip, disabled, hiddenFromChoice, stopForwardTraversal. At the exit: exit. After: exitParent, exitAll,
    retry, retryAll, continue, previous.
    """

    action: str
    conditions: tuple[RuleCondition, ...] = ()
    combination: str = "all"


@dataclass(frozen=True, slots=True)
class LimitConditions:
    """SN 3.5. The standard asks only for the attempt limit; the duration, as written, becomes max_time_allowed."""

    attempt_limit: int | None = None
    attempt_absolute_duration: str = ""


@dataclass(frozen=True, slots=True)
class RollupCondition:
    """SN 3.7.2: satisfied, objectiveStatusKnown, objectiveMeasureKnown, completed, activityProgressKnown, attempted,
    attemptLimitExceeded, timeLimitExceeded, outsideAvailableTimeRange, never (it counts no child)."""

    condition: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class RollupRule:
    """SN 3.7. `action` is satisfied, notSatisfied, completed or incomplete; `child_set` is all, any, none,
    atLeastCount or atLeastPercent (0..1). The combination of conditions is `any` unless said otherwise."""

    action: str
    conditions: tuple[RollupCondition, ...] = ()
    combination: str = "any"
    child_set: str = "all"
    minimum_count: int = 0
    minimum_percent: float = 0.0


@dataclass(frozen=True, slots=True)
class RollupControls:
    """SN 3.8: how much this activity contributes to its parent."""

    objective_satisfied: bool = True  # rollupObjectiveSatisfied
    progress_completion: bool = True  # rollupProgressCompletion
    measure_weight: float = 1.0  # objectiveMeasureWeight


@dataclass(frozen=True, slots=True)
class RollupConsiderations:
    """SN 3.9: when this activity counts for its parent: always, ifNotSuspended, ifAttempted or ifNotSkipped."""

    for_satisfied: str = "always"
    for_not_satisfied: str = "always"
    for_completed: str = "always"
    for_incomplete: str = "always"
    measure_satisfaction_if_active: bool = True


@dataclass(frozen=True, slots=True)
class ObjectiveMap:
    """SN 3.10.2: one global objective (`target`) of a local one.

    One value per target, merged from imsss:mapInfo (satisfied, measure) and adlseq:mapInfo (the others, 4th edition).
    Where one of the two is missing, its half reads and writes nothing: the parser then says so with `False`.
    """

    target: str
    read_satisfied: bool = True
    read_measure: bool = True
    write_satisfied: bool = False
    write_measure: bool = False
    read_raw: bool = False
    read_min: bool = False
    read_max: bool = False
    read_completion: bool = False
    read_progress: bool = False
    write_raw: bool = False
    write_min: bool = False
    write_max: bool = False
    write_completion: bool = False
    write_progress: bool = False


@dataclass(frozen=True, slots=True)
class Objective:
    """SN 3.10. An objective without identifier can only be the primary one, and has no maps."""

    id: str = ""
    satisfied_by_measure: bool = False
    minimum_measure: float = 1.0  # minNormalizedMeasure
    maps: tuple[ObjectiveMap, ...] = ()


@dataclass(frozen=True, slots=True)
class Randomisation:
    """SN 3.11 and 3.12: timings are never, once or onEachNewAttempt."""

    selection_timing: str = "never"
    select_count: int | None = None
    randomisation_timing: str = "never"
    reorder_children: bool = False


@dataclass(frozen=True, slots=True)
class DeliveryControls:
    """SN 3.13: who sets the status, and whether anything is tracked at all."""

    tracked: bool = True
    completion_set_by_content: bool = False
    objective_set_by_content: bool = False


@dataclass(frozen=True, slots=True)
class CompletionThreshold:
    """SN 3.14 (4th edition). A 3rd edition threshold is `completed_by_measure` with that minimum."""

    completed_by_measure: bool = False
    minimum_measure: float = 1.0  # minProgressMeasure
    progress_weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Sequencing:
    """The Sequencing Definition Model of one activity. `primary` always exists and is the one that rolls up."""

    control: ControlMode = ControlMode()
    constrained_choice: ConstrainedChoice = ConstrainedChoice()
    pre_rules: tuple[SequencingRule, ...] = ()
    post_rules: tuple[SequencingRule, ...] = ()
    exit_rules: tuple[SequencingRule, ...] = ()
    limits: LimitConditions = LimitConditions()
    rollup_rules: tuple[RollupRule, ...] = ()
    rollup_controls: RollupControls = RollupControls()
    rollup_considerations: RollupConsiderations = RollupConsiderations()
    primary: Objective = Objective()
    objectives: tuple[Objective, ...] = ()
    randomisation: Randomisation = Randomisation()
    delivery: DeliveryControls = DeliveryControls()
    completion: CompletionThreshold = CompletionThreshold()

    @property
    def all_objectives(self) -> tuple[Objective, ...]:
        return (self.primary, *self.objectives)


@dataclass(frozen=True, slots=True)
class Resource:
    """What is launched: `href` is the path inside the package with parameters applied; `kind` is sco or asset."""

    identifier: str
    href: str
    kind: str = "sco"


@dataclass(frozen=True, slots=True)
class SharedData:
    """CAM, adlcp:data/adlcp:map: a data store that several activities share."""

    target: str
    readable: bool = True
    writable: bool = True


@dataclass(frozen=True, slots=True)
class Activity:
    """One item, or the organization itself as the root. A leaf has a resource, a cluster has children.

    `hidden_controls` are the words of hideLMSUI; presentation reads them, sequencing does not.
    """

    identifier: str
    title: str = ""
    resource: Resource | None = None
    visible: bool = True
    children: tuple["Activity", ...] = ()
    sequencing: Sequencing = Sequencing()
    hidden_controls: tuple[str, ...] = ()
    shared_data: tuple[SharedData, ...] = ()
    data_from_lms: str = ""
    time_limit_action: str = ""
    mastery_score: str = ""  # SCORM 1.2
    max_time_allowed: str = ""  # SCORM 1.2
    prerequisites: str = ""  # SCORM 1.2

    def walk(self) -> Iterator["Activity"]:
        """This activity and all below it, in the order of the manifest; without recursion, trees may be deep."""
        waiting = [self]
        while waiting:
            activity = waiting.pop()
            yield activity
            waiting.extend(reversed(activity.children))


@dataclass(frozen=True, slots=True)
class Organization:
    """One activity tree. `edition` is one of EDITIONS; where editions differ the processes ask for it."""

    root: Activity
    edition: str = "2004-4"
    objectives_global_to_system: bool = True
    shared_data_global_to_system: bool = True
