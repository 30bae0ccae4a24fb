"""The state as plain JSON and back."""

import json

import pytest

from lms.engines.scorm.state import (
    ObjectiveProgress,
    State,
    Tracking,
    objectives_from_json,
    objectives_to_json,
    state_from_json,
    state_to_json,
)

STATES = {
    "empty": State(),
    "zero and false are not unknown": State(
        {"a": Tracking(completed=False, progress=0.0, objectives={"": ObjectiveProgress(False, 0.0, raw=0.0)})}
    ),
    "no children were selected": State({"a": Tracking(available=())}),
    "whole": State(
        {
            "a": Tracking(
                2, True, True, True, 0.5, {"o": ObjectiveProgress(completed=True)}, ("completed",), ("x", "y"), 1
            )
        },
        "a",
        "b",
        "seed",
        {"shared": ObjectiveProgress(True, -1.0, 1.0, 0.0, 10.0, False, 0.25)},
    ),
}


@pytest.mark.parametrize("state", STATES.values(), ids=STATES.keys())
def test_a_state_comes_back_from_json(state):
    plain = json.loads(json.dumps([state_to_json(state), objectives_to_json(state.global_objectives)]))
    assert state_from_json(*plain) == state


def test_global_objectives_are_not_in_the_registrations_json():
    assert "shared" not in json.dumps(state_to_json(STATES["whole"]))


def test_global_objectives_come_back_alone():
    objectives = STATES["whole"].global_objectives
    assert objectives_from_json(objectives_to_json(objectives)) == objectives


def test_what_is_unknown_is_not_written():
    assert objectives_to_json({"g": ObjectiveProgress()}) == {"g": {}}
