"""imsss:sequencing and ADL's additions become the Sequencing Definition Model."""

from collections.abc import Mapping

from lms.engines.scorm.definition import (
    CompletionThreshold,
    ConstrainedChoice,
    ControlMode,
    DeliveryControls,
    LimitConditions,
    Randomisation,
    RollupCondition,
    RollupConsiderations,
    RollupControls,
    RollupRule,
    RuleCondition,
    Sequencing,
    SequencingRule,
)
from lms.engines.scorm.manifest.objectives import is_adl, read_objectives
from lms.engines.scorm.manifest.values import count, flag, number, uri, word
from lms.engines.scorm.manifest.xml import Element, Sheet, attribute, child, children, name_of, raw_text

CONDITIONS = (
    "satisfied", "objectiveStatusKnown", "objectiveMeasureKnown", "objectiveMeasureGreaterThan",
    "objectiveMeasureLessThan", "completed", "activityProgressKnown", "attempted", "attemptLimitExceeded",
    "timeLimitExceeded", "outsideAvailableTimeRange", "always",
)  # fmt: skip
ROLLUP_CONDITIONS = (
    "satisfied", "objectiveStatusKnown", "objectiveMeasureKnown", "completed", "activityProgressKnown", "attempted",
    "attemptLimitExceeded", "timeLimitExceeded", "outsideAvailableTimeRange", "never",
)  # fmt: skip
ACTIONS = {
    "preconditionrule": ("skip", "disabled", "hiddenFromChoice", "stopForwardTraversal"),
    "exitconditionrule": ("exit",),
    "postconditionrule": ("exitParent", "exitAll", "retry", "retryAll", "continue", "previous"),
}
ROLLUP_ACTIONS = ("satisfied", "notSatisfied", "completed", "incomplete")
CHILD_SETS = ("all", "any", "none", "atLeastCount", "atLeastPercent")
REQUIRED = ("always", "ifNotSuspended", "ifAttempted", "ifNotSkipped")
TIMINGS = ("never", "once", "onEachNewAttempt")
COMBINATIONS = ("all", "any")


def read_sequencing(owner: Element, collection: Mapping[str, Element], sheet: Sheet) -> Sequencing:
    """Of an item or organization. What it says itself stands before what its IDRef names in the collection."""
    parts = _parts(child(owner, "sequencing"), collection, sheet)
    first = {name: elements[0] for name, elements in parts.items()}
    rules = first.get("sequencingrules")
    primary, objectives = read_objectives([*parts.get("objectives", []), *parts.get("adl-objectives", [])], sheet)
    return Sequencing(
        control=_control(first.get("controlmode"), sheet),
        constrained_choice=_constrained(first.get("constrainedchoiceconsiderations"), sheet),
        pre_rules=_rules(rules, "preconditionrule", sheet),
        post_rules=_rules(rules, "postconditionrule", sheet),
        exit_rules=_rules(rules, "exitconditionrule", sheet),
        limits=_limits(first.get("limitconditions"), sheet),
        rollup_rules=_rollup_rules(first.get("rolluprules"), sheet),
        rollup_controls=_rollup_controls(first.get("rolluprules"), sheet),
        rollup_considerations=_considerations(first.get("rollupconsiderations"), sheet),
        primary=primary,
        objectives=objectives,
        randomisation=_randomisation(first.get("randomizationcontrols"), sheet),
        delivery=_delivery(first.get("deliverycontrols"), sheet),
        completion=read_threshold(child(owner, "completionthreshold"), sheet),
    )


def _parts(own: Element | None, collection: Mapping[str, Element], sheet: Sheet) -> dict[str, list[Element]]:
    """By name. Objectives come in two elements, of IMS and of ADL, that say different things."""
    parts = _by_name(own)
    reference = attribute(own, "idref")
    if reference is not None and reference in collection:
        shared = _by_name(collection[reference])
        return shared | parts
    if reference is not None:
        sheet.warn(own, f"the sequencing collection has no ID “{reference}”; the default sequencing is used")
    return parts


def _by_name(element: Element | None) -> dict[str, list[Element]]:
    found: dict[str, list[Element]] = {}
    for one in [] if element is None else element:
        name = "adl-objectives" if name_of(one) == "objectives" and is_adl(one) else name_of(one)
        found.setdefault(name, []).append(one)
    return found


def _control(element: Element | None, sheet: Sheet) -> ControlMode:
    return ControlMode(
        flag(sheet, element, "choice", True),
        flag(sheet, element, "choiceExit", True),
        flag(sheet, element, "flow", False),
        flag(sheet, element, "forwardOnly", False),
        flag(sheet, element, "useCurrentAttemptObjectiveInfo", True),
        flag(sheet, element, "useCurrentAttemptProgressInfo", True),
    )


def _constrained(element: Element | None, sheet: Sheet) -> ConstrainedChoice:
    return ConstrainedChoice(
        flag(sheet, element, "preventActivation", False), flag(sheet, element, "constrainChoice", False)
    )


def _rules(section: Element | None, name: str, sheet: Sheet) -> tuple[SequencingRule, ...]:
    read = (_rule(element, ACTIONS[name], sheet) for element in children(section, name))
    return tuple(rule for rule in read if rule)


def _rule(element: Element, actions: tuple[str, ...], sheet: Sheet) -> SequencingRule | None:
    """A rule that cannot be read whole is left out: half a rule would say something else."""
    action = word(sheet, child(element, "ruleaction"), "action", actions, "")
    section = child(element, "ruleconditions")
    conditions = [_condition(one, sheet) for one in children(section, "rulecondition")]
    if not action or not conditions or None in conditions:
        sheet.warn(element, "this rule has no action or no condition that the standard knows; it is left out")
        return None
    combination = word(sheet, section, "conditionCombination", COMBINATIONS, "all")
    return SequencingRule(action, tuple(one for one in conditions if one), combination)


def _condition(element: Element, sheet: Sheet) -> RuleCondition | None:
    condition = word(sheet, element, "condition", CONDITIONS, "")
    threshold = number(sheet, element, "measureThreshold", attribute(element, "measurethreshold"), -1, 1)
    objective = uri(element, "referencedObjective")
    return RuleCondition(condition, objective, threshold or 0.0, _negated(element, sheet)) if condition else None


def _negated(element: Element, sheet: Sheet) -> bool:
    return word(sheet, element, "operator", ("noOp", "not"), "noOp") == "not"


def _limits(element: Element | None, sheet: Sheet) -> LimitConditions:
    duration = attribute(element, "attemptabsolutedurationlimit") or ""
    return LimitConditions(count(sheet, element, "attemptLimit"), duration)


def _rollup_rules(section: Element | None, sheet: Sheet) -> tuple[RollupRule, ...]:
    read = (_rollup_rule(element, sheet) for element in children(section, "rolluprule"))
    return tuple(rule for rule in read if rule)


def _rollup_rule(element: Element, sheet: Sheet) -> RollupRule | None:
    action = word(sheet, child(element, "rollupaction"), "action", ROLLUP_ACTIONS, "")
    section = child(element, "rollupconditions")
    elements = children(section, "rollupcondition")
    words = [word(sheet, one, "condition", ROLLUP_CONDITIONS, "") for one in elements]
    if not action or not words or "" in words:
        sheet.warn(element, "this rollup rule has no action or no condition that the standard knows; it is left out")
        return None
    percent = number(sheet, element, "minimumPercent", attribute(element, "minimumpercent"), 0, 1)
    return RollupRule(
        action,
        tuple(RollupCondition(said, _negated(one, sheet)) for said, one in zip(words, elements, strict=True)),
        word(sheet, section, "conditionCombination", COMBINATIONS, "any"),
        word(sheet, element, "childActivitySet", CHILD_SETS, "all"),
        count(sheet, element, "minimumCount") or 0,
        percent or 0.0,
    )


def _rollup_controls(element: Element | None, sheet: Sheet) -> RollupControls:
    weight = number(sheet, element, "objectiveMeasureWeight", attribute(element, "objectivemeasureweight"), 0, 1)
    return RollupControls(
        flag(sheet, element, "rollupObjectiveSatisfied", True),
        flag(sheet, element, "rollupProgressCompletion", True),
        1.0 if weight is None else weight,
    )


def _considerations(element: Element | None, sheet: Sheet) -> RollupConsiderations:
    return RollupConsiderations(
        word(sheet, element, "requiredForSatisfied", REQUIRED, "always"),
        word(sheet, element, "requiredForNotSatisfied", REQUIRED, "always"),
        word(sheet, element, "requiredForCompleted", REQUIRED, "always"),
        word(sheet, element, "requiredForIncomplete", REQUIRED, "always"),
        flag(sheet, element, "measureSatisfactionIfActive", True),
    )


def _randomisation(element: Element | None, sheet: Sheet) -> Randomisation:
    return Randomisation(
        word(sheet, element, "selectionTiming", TIMINGS, "never"),
        count(sheet, element, "selectCount"),
        word(sheet, element, "randomizationTiming", TIMINGS, "never"),
        flag(sheet, element, "reorderChildren", False),
    )


def _delivery(element: Element | None, sheet: Sheet) -> DeliveryControls:
    return DeliveryControls(
        flag(sheet, element, "tracked", True),
        flag(sheet, element, "completionSetByContent", False),
        flag(sheet, element, "objectiveSetByContent", False),
    )


def read_threshold(element: Element | None, sheet: Sheet) -> CompletionThreshold:
    """The 4th edition says it in attributes, earlier ones in the text, which alone then decides."""
    if element is None:
        return CompletionThreshold()
    written = raw_text(element)
    if attribute(element, "completedbymeasure") is None and written:
        value = number(sheet, element, "completionThreshold", written, 0, 1)
        return CompletionThreshold() if value is None else CompletionThreshold(True, value)
    least = number(sheet, element, "minProgressMeasure", attribute(element, "minprogressmeasure"), 0, 1)
    weight = number(sheet, element, "progressWeight", attribute(element, "progressweight"), 0, 1)
    return CompletionThreshold(
        flag(sheet, element, "completedByMeasure", False),
        1.0 if least is None else least,
        1.0 if weight is None else weight,
    )
