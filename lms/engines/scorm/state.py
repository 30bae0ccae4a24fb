"""What is remembered between two requests of one registration, as values, and as plain JSON and back.

The Tracking Model (SN 4.2) says "status known" and "value" in two flags; here an unknown value is None. Global
objectives stand apart, because they belong to the learner and the course or system, not to one registration.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

PRIMARY = ""  # the key of the rolled-up objective in `Tracking.objectives`, whatever its identifier


@dataclass(frozen=True, slots=True)
class ObjectiveProgress:
    """SN 4.2.1.1: what is known of one objective, local or global."""

    satisfied: bool | None = None
    measure: float | None = None
    raw: float | None = None
    min: float | None = None
    max: float | None = None
    completed: bool | None = None
    progress: float | None = None


@dataclass(frozen=True, slots=True)
class Tracking:
    """SN 4.2.1: one activity. `attempts` above zero is Activity Progress Status; `completed` and `progress` are of
    the current or latest attempt, and so are the objectives. The content may have `said` "completed" or "satisfied":
    it set that status itself, be it to unknown. `parent_attempt` is the parent's attempt in which this one began.
    `available` are the children chosen and ordered for the attempt, None if the manifest's own are."""

    attempts: int = 0
    active: bool = False
    suspended: bool = False
    completed: bool | None = None
    progress: float | None = None
    objectives: Mapping[str, ObjectiveProgress] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    available: tuple[str, ...] | None = None
    parent_attempt: int = 0
    attempt_seconds: float = 0.0
    activity_seconds: float = 0.0
    began: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """One registration. Activities that were never touched are absent; `current` and `suspended` are empty if there
    is none. `seed` decides selection and order of children, once and for all attempts."""

    activities: Mapping[str, Tracking] = field(default_factory=dict)
    current: str = ""
    suspended: str = ""
    seed: str = ""
    global_objectives: Mapping[str, ObjectiveProgress] = field(default_factory=dict)


Json = dict[str, Any]


def state_to_json(state: State) -> Json:
    """Everything but the global objectives; see `objectives_to_json`."""
    return {
        "activities": {name: _tracking_to_json(one) for name, one in state.activities.items()},
        "current": state.current,
        "suspended": state.suspended,
        "seed": state.seed,
    }


def state_from_json(data: Json, global_objectives: Json) -> State:
    return State(
        {name: _tracking_from_json(one) for name, one in data.get("activities", {}).items()},
        data.get("current", ""),
        data.get("suspended", ""),
        data.get("seed", ""),
        objectives_from_json(global_objectives),
    )


def objectives_to_json(objectives: Mapping[str, ObjectiveProgress]) -> Json:
    return {name: _plain(one) for name, one in objectives.items()}


def objectives_from_json(data: Json) -> dict[str, ObjectiveProgress]:
    return {name: ObjectiveProgress(**one) for name, one in data.items()}


def _tracking_to_json(tracking: Tracking) -> Json:
    plain = _plain(tracking)
    if "objectives" in plain:
        plain["objectives"] = objectives_to_json(tracking.objectives)
    return plain | {name: list(plain[name]) for name in ("available", "said") if name in plain}


def _tracking_from_json(data: Json) -> Tracking:
    read = dict(data)
    if "objectives" in data:
        read["objectives"] = objectives_from_json(data["objectives"])
    read |= {name: tuple(data[name]) for name in ("available", "said") if name in data}
    return Tracking(**read)


UNTOUCHED = Tracking()
UNKNOWN = ObjectiveProgress()


def _plain(value: Tracking | ObjectiveProgress) -> Json:
    """Without the defaults: most of a big tree is. Zero and False are written where the default is None."""
    usual = UNTOUCHED if isinstance(value, Tracking) else UNKNOWN
    pairs = ((one.name, getattr(value, one.name)) for one in fields(value))
    return {name: item for name, item in pairs if item != getattr(usual, name)}
