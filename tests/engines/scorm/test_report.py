"""The border with the run-time data model."""

import pytest

from lms.engines.scorm.definition import (
    Activity,
    CompletionThreshold,
    LimitConditions,
    Objective,
    ObjectiveMap,
    Organization,
    SharedData,
)
from lms.engines.scorm.navigation import Request, content_request
from lms.engines.scorm.report import Reported, Result, record
from lms.engines.scorm.state import ObjectiveProgress, State
from lms.engines.scorm.tree import Tree
from tests.engines.scorm.courses import Learner, cluster, course, leaf, mapped, opened, sequencing

ALL = Objective(
    "goal",
    maps=(
        ObjectiveMap(
            "g", write_satisfied=True, write_measure=True, write_raw=True, write_min=True, write_max=True,
            write_completion=True, write_progress=True, read_raw=True, read_min=True, read_max=True,
            read_completion=True, read_progress=True,
        ),
    ),
)  # fmt: skip
SAID = {"success": "passed", "completion": "incomplete", "scaled": 0.5, "raw": 5.0, "min": 0.0, "max": 10.0}
SAID |= {"progress": 0.25}
TRACKED = ObjectiveProgress(True, 0.5, 5.0, 0.0, 10.0, False, 0.25)


def shared(learner):
    return learner.state.global_objectives.get("g")


@pytest.mark.parametrize("identifier", ["goal", "side"])
def test_all_seven_values_reach_the_mapped_global_objective(identifier):
    """SN 3.10.2, with the 4th edition's maps."""
    objective = Objective(identifier, maps=ALL.maps)
    place = {"primary": objective} if identifier == "goal" else {"objectives": (objective,)}
    learner = opened(leaf("a", **place)).say({identifier: SAID})
    assert shared(learner) == TRACKED


def test_the_scos_own_status_is_that_of_its_primary_objective():
    assert shared(opened(leaf("a", primary=ALL)).say(**SAID)) == TRACKED


def test_the_scos_own_status_comes_before_what_it_says_of_the_objective():
    learner = opened(leaf("a", primary=ALL)).say({"goal": {"success": "passed", "raw": 3.0}}, success="failed")
    assert shared(learner) == ObjectiveProgress(satisfied=False, raw=3.0)


def test_an_objective_that_the_manifest_lacks_is_the_contents_own():
    learner = opened(leaf("a", primary=ALL)).say({"extra": SAID})
    assert shared(learner) is None


def test_a_map_that_does_not_write_keeps_its_values_here():
    learner = opened(leaf("a", primary=mapped("g", write_measure=True))).say(**SAID)
    assert shared(learner) == ObjectiveProgress(measure=0.5)


def test_unknown_is_passed_on_when_it_was_said():
    learner = opened(leaf("a", primary=ALL), leaf("b", primary=ALL)).say(success="passed")
    learner.go("continue")
    assert shared(learner.say(success="unknown")).satisfied is None


def test_what_was_not_said_leaves_the_global_objective_alone():
    learner = opened(leaf("a", primary=ALL), leaf("b", primary=ALL)).say(**SAID)
    learner.go("continue", "continue")
    assert shared(learner) == TRACKED


def test_a_status_that_a_measure_decides_is_written_as_decided():
    goal = mapped("g", write_satisfied=True, satisfied_by_measure=True, minimum_measure=0.6)
    assert shared(opened(leaf("a", primary=goal)).say(success="passed", scaled=0.5)).satisfied is False


def test_completion_by_measure_is_written_as_decided():
    goal, least = mapped("g", write_completion=True), CompletionThreshold(True, 0.3)
    learner = opened(leaf("a", primary=goal, completion=least)).say(completion="incomplete", progress=0.3)
    assert shared(learner).completed is True


THRESHOLDS = [({"progress": 0.2}, False), ({"progress": 0.4}, True), ({}, True)]


@pytest.mark.parametrize(("progress", "complete"), THRESHOLDS)
def test_in_the_third_edition_a_threshold_overrides_only_what_it_can_judge(progress, complete):
    """RTE 4.2.4: without a progress measure the SCO's own completion status stands."""
    learner = opened(leaf("a", completion=CompletionThreshold(True, 0.3)), edition="2004-3")
    assert learner.say(completion="completed", **progress).status("a")[0] is complete


def test_an_untracked_activity_writes_nothing():
    assert shared(opened(leaf("a", primary=ALL, tracked=False)).say(**SAID)) is None


def test_only_the_running_activity_may_report():
    learner = opened(leaf("a"), leaf("b"))
    state = learner.state
    assert record(learner.tree, state, "b", Reported(Result("passed"))) is state
    learner.ask("exit")
    assert record(learner.tree, learner.state, "a", Reported(Result("passed"))) is learner.state


def test_a_report_that_does_not_say_so_suspends_nothing():
    learner = opened(leaf("a")).say(suspend=True)
    state = record(learner.tree, learner.state, "a", Reported())
    assert not state.activities["a"].suspended


def test_before_a_session_nobody_reports():
    state = State()
    assert record(course(leaf("a")), state, "a", Reported()) is state


def test_session_times_add_up_by_attempt_and_by_activity():
    learner = opened(leaf("a"), leaf("b"))
    learner.say(seconds=60.0).say(seconds=1.5).go("continue", "choice a")
    learner.say(seconds=8.0)
    assert (learner.tracking("a").attempt_seconds, learner.tracking("a").activity_seconds) == (8.0, 69.5)


REQUESTS = [
    ("continue", "normal", Request("continue")),
    ("_none_", "", None),
    ("continue", "time-out", Request("exitAll")),
    ("", "logout", Request("exitAll")),
    ("suspendAll", "suspend", Request("suspendAll")),
]


@pytest.mark.parametrize(("request_", "leaving", "expected"), REQUESTS)
def test_what_content_asks_for(request_, leaving, expected):
    assert content_request(request_, leaving) == expected


def test_a_new_attempt_begins_with_what_the_maps_read():
    """RTE 4.2: objectives come from sequencing, in its order; those without an identifier do not."""
    learner = opened(leaf("a", primary=ALL), leaf("b", primary=ALL, objectives=(Objective("side"),)))
    learner.say(**SAID).go("continue")
    goal, side = learner.initial().objectives
    assert (goal.id, goal.success, goal.completion) == ("goal", "passed", "incomplete")
    assert (goal.scaled, goal.raw, goal.min, goal.max, goal.progress) == (0.5, 5.0, 0.0, 10.0, 0.25)
    assert (side.id, side.success, side.scaled) == ("side", "unknown", None)
    assert opened(leaf("c")).initial().objectives == ()


def test_the_status_read_is_judged_by_the_readers_own_threshold():
    reads = mapped("g", read_measure=True, satisfied_by_measure=True, minimum_measure=0.4)
    learner = opened(leaf("a", primary=mapped("g", write_measure=True)), leaf("b", primary=reads))
    learner.say(scaled=0.5, success="failed").go("continue")
    assert learner.initial().objectives[0].success == "passed"


def test_untracked_content_may_read_its_objectives():
    learner = opened(leaf("a", primary=ALL), leaf("b", primary=ALL, tracked=False))
    learner.say(**SAID).go("continue")
    assert learner.initial().objectives[0].scaled == 0.5


def test_a_local_value_stays_where_the_global_one_is_unknown():
    goal = mapped("g", read_satisfied=True, read_measure=True)
    learner = opened(leaf("a", primary=goal), leaf("b"))
    learner.say(success="failed", scaled=0.2, suspend=True).go("continue", "choice a")
    assert (learner.initial().objectives[0].success, learner.initial().objectives[0].scaled) == ("failed", 0.2)


def test_the_manifests_settings_reach_the_data_model():
    activity = Activity(
        "a",
        sequencing=sequencing(
            primary=Objective("goal", satisfied_by_measure=True, minimum_measure=0.8),
            completion=CompletionThreshold(True, 0.7),
            limits=LimitConditions(attempt_absolute_duration="PT1H"),
        ),
        time_limit_action="exit,message",
        data_from_lms="launch",
        shared_data=(SharedData("store"),),
    )
    learner = Learner(Tree(Organization(cluster("root", activity))))
    learner.open()
    initial = learner.initial()
    assert (initial.scaled_passing_score, initial.completion_threshold) == (0.8, 0.7)
    assert (initial.max_time_allowed, initial.time_limit_action) == ("PT1H", "exit,message")
    assert (initial.launch_data, initial.shared_data) == ("launch", (SharedData("store"),))


def test_thresholds_that_decide_nothing_are_not_shown():
    initial = opened(leaf("a", primary=Objective("goal", minimum_measure=0.8))).initial()
    assert (initial.scaled_passing_score, initial.completion_threshold) == (None, None)
