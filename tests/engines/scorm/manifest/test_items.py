"""What items say beside their place: ADL's additions in SCORM 1.2 and 2004, and the sequencing."""

import pytest

from lms.engines.scorm import definition as d
from tests.engines.scorm.manifest.builders import ITEM, RESOURCE, leaf, manifest, messages, package, read

RESOURCE12 = RESOURCE.replace("scormType", "scormtype")
HIDDEN = (
    "<adlnav:presentation><adlnav:navigationInterface><adlnav:hideLMSUI>?</adlnav:hideLMSUI>"
    "</adlnav:navigationInterface></adlnav:presentation>"
)
TIRED = (
    "<imsss:sequencing><imsss:sequencingRules><imsss:preConditionRule><imsss:ruleConditions><imsss:ruleCondition"
    ' condition="tired"/></imsss:ruleConditions><imsss:ruleAction action="skip"/></imsss:preConditionRule>'
    "</imsss:sequencingRules></imsss:sequencing>"
)


def item(inside: str) -> str:
    return manifest(ITEM.replace("</item>", inside + "</item>"))


def sequenced(inside: str) -> d.Sequencing:
    return leaf(item(f"<imsss:sequencing>{inside}</imsss:sequencing>")).sequencing


def test_what_an_item_of_scorm_12_says() -> None:
    inside = (
        '<adlcp:prerequisites type="aicc_script">b|c</adlcp:prerequisites><adlcp:maxtimeallowed>01:00:00'
        "</adlcp:maxtimeallowed><adlcp:timelimitaction>exit,no message</adlcp:timelimitaction><adlcp:datafromlms>\n"
        " level=2\n mode=x </adlcp:datafromlms><adlcp:masteryscore>80</adlcp:masteryscore>"
    )
    text = manifest(ITEM.replace("</item>", inside + "</item>"), RESOURCE12, family="1.2", version="1.2")
    found = leaf(text)
    assert found.prerequisites == "b|c"
    assert (found.max_time_allowed, found.time_limit_action) == ("01:00:00", "exit,no message")
    assert (found.data_from_lms, found.mastery_score) == ("level=2\n mode=x", "80")


def test_scorm_12_may_go_anywhere() -> None:
    control = package(manifest(resources=RESOURCE12, family="1.2", version="1.2")).organization.root.sequencing.control
    assert control.flow and control.choice


def test_what_an_item_of_scorm_2004_says() -> None:
    found = leaf(
        item(
            "<adlcp:timeLimitAction>continue,message</adlcp:timeLimitAction><adlcp:dataFromLMS>x</adlcp:dataFromLMS>"
            '<adlcp:completionThreshold completedByMeasure="true" minProgressMeasure="0.75" progressWeight="0.5"/>'
            "<adlnav:presentation><adlnav:navigationInterface><adlnav:hideLMSUI>continue</adlnav:hideLMSUI>"
            "<adlnav:hideLMSUI>exitAll</adlnav:hideLMSUI></adlnav:navigationInterface></adlnav:presentation>"
            '<adlcp:data><adlcp:map targetID="store" writeSharedData="false"/></adlcp:data>'
        )
    )
    assert (found.time_limit_action, found.data_from_lms) == ("continue,message", "x")
    assert found.sequencing.completion == d.CompletionThreshold(True, 0.75, 0.5)
    assert found.hidden_controls == ("continue", "exitAll")
    assert found.shared_data == (d.SharedData("store", True, False),)


@pytest.mark.parametrize(
    ("element", "threshold"),
    [
        ("<adlcp:completionThreshold>0.8</adlcp:completionThreshold>", d.CompletionThreshold(True, 0.8)),
        ("<adlcp:completionThreshold>8</adlcp:completionThreshold>", d.CompletionThreshold()),
        ("<adlcp:completionThreshold/>", d.CompletionThreshold()),
        ('<adlcp:completionThreshold completedByMeasure="true"/>', d.CompletionThreshold(True, 1.0)),
        ('<adlcp:completionThreshold minProgressMeasure="0.5"/>', d.CompletionThreshold(False, 0.5)),
    ],
)
def test_completion_threshold_in_both_spellings(element: str, threshold: d.CompletionThreshold) -> None:
    assert leaf(item(element)).sequencing.completion == threshold


def test_an_invisible_item() -> None:
    assert not leaf(manifest(ITEM.replace("<item ", '<item isvisible="false" '))).visible


def test_parameters_stand_in_the_address() -> None:
    text = manifest(ITEM.replace("<item ", '<item parameters="?page=2" '))
    assert leaf(text).resource == d.Resource("r", "a.html?page=2", "sco")


@pytest.mark.parametrize("kind", ["sco", "asset", "SCO"])
@pytest.mark.parametrize("spelling", ["scormType", "scormtype"])
def test_scorm_type(kind: str, spelling: str) -> None:
    resource = RESOURCE.replace('scormType="sco"', f'{spelling}="{kind}"')
    assert leaf(manifest(resources=resource)).resource.kind == kind.lower()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ("<adlcp:timeLimitAction>never</adlcp:timeLimitAction>", "timeLimitAction"),
        (
            HIDDEN.replace("?", "all"),
            "hideLMSUI",
        ),
        ('<imsss:sequencing><imsss:controlMode flow="maybe"/></imsss:sequencing>', "neither true nor false"),
        ('<imsss:sequencing IDRef="gone"/>', "no ID “gone”"),
        (
            TIRED,
            "it is left out",
        ),
    ],
)
def test_what_cannot_be_read_is_said(inside: str, said: str) -> None:
    found = read(item(inside))
    assert found.package
    assert any(said in one for one in messages(found, "warning")), found.problems


def test_prerequisites_in_no_script_are_said() -> None:
    inside = "<adlcp:prerequisites>a AND b</adlcp:prerequisites>"
    text = manifest(ITEM.replace("</item>", inside + "</item>"), RESOURCE12, family="1.2", version="1.2")
    assert any("AICC script" in one for one in messages(read(text), "warning"))


def test_all_of_the_sequencing_definition() -> None:
    found = sequenced(
        '<imsss:controlMode choice="false" choiceExit="false" flow="true" forwardOnly="true"'
        ' useCurrentAttemptObjectiveInfo="false" useCurrentAttemptProgressInfo="false"/>'
        '<imsss:sequencingRules><imsss:preConditionRule><imsss:ruleConditions conditionCombination="any">'
        '<imsss:ruleCondition condition="objectiveMeasureGreaterThan" referencedObjective="o1" measureThreshold="0.25"'
        ' operator="not"/><imsss:ruleCondition condition="attempted"/></imsss:ruleConditions>'
        '<imsss:ruleAction action="skip"/></imsss:preConditionRule><imsss:exitConditionRule><imsss:ruleConditions>'
        '<imsss:ruleCondition condition="satisfied"/></imsss:ruleConditions><imsss:ruleAction action="exit"/>'
        "</imsss:exitConditionRule><imsss:postConditionRule><imsss:ruleConditions>"
        '<imsss:ruleCondition condition="always"/></imsss:ruleConditions><imsss:ruleAction action="retryAll"/>'
        "</imsss:postConditionRule></imsss:sequencingRules>"
        '<imsss:limitConditions attemptLimit="3" attemptAbsoluteDurationLimit="PT1H"/>'
        '<imsss:rollupRules rollupObjectiveSatisfied="false" rollupProgressCompletion="false"'
        ' objectiveMeasureWeight="0.5"><imsss:rollupRule childActivitySet="atLeastPercent" minimumPercent="0.6"'
        ' minimumCount="2"><imsss:rollupConditions conditionCombination="all">'
        '<imsss:rollupCondition condition="completed" operator="not"/></imsss:rollupConditions>'
        '<imsss:rollupAction action="incomplete"/></imsss:rollupRule></imsss:rollupRules>'
        '<imsss:randomizationControls selectionTiming="once" selectCount="2" randomizationTiming="onEachNewAttempt"'
        ' reorderChildren="true"/><imsss:deliveryControls tracked="false" completionSetByContent="true"'
        ' objectiveSetByContent="true"/><adlseq:constrainedChoiceConsiderations preventActivation="true"'
        ' constrainChoice="true"/><adlseq:rollupConsiderations requiredForSatisfied="ifAttempted"'
        ' requiredForNotSatisfied="ifNotSkipped" requiredForCompleted="ifNotSuspended" requiredForIncomplete="always"'
        ' measureSatisfactionIfActive="false"/>'
    )
    skip = d.SequencingRule(
        "skip", (d.RuleCondition("objectiveMeasureGreaterThan", "o1", 0.25, True), d.RuleCondition("attempted")), "any"
    )
    assert found == d.Sequencing(
        control=d.ControlMode(False, False, True, True, False, False),
        constrained_choice=d.ConstrainedChoice(True, True),
        pre_rules=(skip,),
        post_rules=(d.SequencingRule("retryAll", (d.RuleCondition("always"),)),),
        exit_rules=(d.SequencingRule("exit", (d.RuleCondition("satisfied"),)),),
        limits=d.LimitConditions(3, "PT1H"),
        rollup_rules=(
            d.RollupRule("incomplete", (d.RollupCondition("completed", True),), "all", "atLeastPercent", 2, 0.6),
        ),
        rollup_controls=d.RollupControls(False, False, 0.5),
        rollup_considerations=d.RollupConsiderations("ifAttempted", "ifNotSkipped", "ifNotSuspended", "always", False),
        randomisation=d.Randomisation("once", 2, "onEachNewAttempt", True),
        delivery=d.DeliveryControls(False, True, True),
    )


def test_nothing_said_is_the_standards_default() -> None:
    assert leaf(manifest()).sequencing == d.Sequencing()


def test_objectives_of_ims_and_adl_are_one() -> None:
    found = sequenced(
        '<imsss:objectives><imsss:primaryObjective objectiveID="p" satisfiedByMeasure="true">'
        "<imsss:minNormalizedMeasure>0.7</imsss:minNormalizedMeasure>"
        '<imsss:mapInfo targetObjectiveID="g" readNormalizedMeasure="false" writeSatisfiedStatus="true"/>'
        '</imsss:primaryObjective><imsss:objective objectiveID="q"/></imsss:objectives>'
        '<adlseq:objectives><adlseq:objective objectiveID="p"><adlseq:mapInfo targetObjectiveID="g"'
        ' readMinScore="false" writeRawScore="true"/></adlseq:objective><adlseq:objective objectiveID="q">'
        '<adlseq:mapInfo targetObjectiveID="h" writeProgressMeasure="true"/></adlseq:objective></adlseq:objectives>'
    )
    both = d.ObjectiveMap(
        "g", True, False, True, False, True, False, True, True, True, write_raw=True,
    )  # fmt: skip
    only = d.ObjectiveMap("h", False, False, False, False, True, True, True, True, True, write_progress=True)
    assert found.primary == d.Objective("p", True, 0.7, (both,))
    assert found.objectives == (d.Objective("q", maps=(only,)),)


COLLECTION = (
    '<imsss:sequencingCollection><imsss:sequencing ID="shared"><imsss:controlMode flow="true" choice="false"/>'
    '<imsss:deliveryControls tracked="false"/></imsss:sequencing></imsss:sequencingCollection>'
)


def test_a_collection_by_reference_with_an_own_part() -> None:
    inside = '<imsss:sequencing IDRef="shared"><imsss:controlMode flow="true"/></imsss:sequencing>'
    found = leaf(manifest(ITEM.replace("</item>", inside + "</item>"), extra=COLLECTION)).sequencing
    assert found.control == d.ControlMode(flow=True)
    assert found.delivery == d.DeliveryControls(tracked=False)


def test_the_organization_says_whether_globals_are_of_the_system() -> None:
    text = manifest().replace(
        '<organization identifier="org">',
        '<organization identifier="org" adlseq:objectivesGlobalToSystem="false"'
        ' adlcp:sharedDataGlobalToSystem="false">',
    )
    organization = package(text).organization
    assert (organization.objectives_global_to_system, organization.shared_data_global_to_system) == (False, False)


def test_own_objectives_leave_the_collections_adl_objectives() -> None:
    shared = (
        '<imsss:sequencingCollection><imsss:sequencing ID="s"><adlseq:objectives><adlseq:objective objectiveID="p">'
        '<adlseq:mapInfo targetObjectiveID="g" writeRawScore="true"/></adlseq:objective></adlseq:objectives>'
        "</imsss:sequencing></imsss:sequencingCollection>"
    )
    inside = (
        '<imsss:sequencing IDRef="s"><imsss:objectives><imsss:primaryObjective objectiveID="p"/></imsss:objectives>'
        "</imsss:sequencing>"
    )
    found = leaf(manifest(ITEM.replace("</item>", inside + "</item>"), extra=shared)).sequencing
    assert found.primary.maps[0].write_raw


def test_objectives_are_the_same_however_their_identifiers_are_written() -> None:
    found = sequenced(
        "<imsss:sequencingRules><imsss:preConditionRule><imsss:ruleConditions><imsss:ruleCondition"
        ' condition="satisfied" referencedObjective="  a%20%20b "/></imsss:ruleConditions>'
        '<imsss:ruleAction action="skip"/></imsss:preConditionRule>'
        "</imsss:sequencingRules>"
        '<imsss:objectives><imsss:primaryObjective/><imsss:objective objectiveID=" a%20b"/></imsss:objectives>'
    )
    assert found.objectives[0].id == found.pre_rules[0].conditions[0].objective == "a b"
