"""Between a delivered activity and its SCO's session: what the data model begins with, and what a session reports.

session = begin(learner, initial(tree, state, item), previous)     a new attempt, or a resumed one
record(tree, state, item, reported(session), now)                  at a Commit, or when it has ended
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from lms.engines.scorm import model12, model2004
from lms.engines.scorm.definition import Activity
from lms.engines.scorm.durations import interval_hundredths
from lms.engines.scorm.evaluation import current
from lms.engines.scorm.report import Initial, Reported, Result, StartingObjective
from lms.engines.scorm.runtime import ENDED, Session
from lms.engines.scorm.validity import KINDS, Validity

NUMBERS = ("scaled", "raw", "min", "max")
# What belongs to one session of an attempt and not to the attempt.
PASSING_2004 = ("cmi.exit", "cmi.session_time", "adl.nav.request")
TOLD = re.compile(
    r"cmi\.(?:objectives\.[0-9]+\.)?(?:success_status|completion_status|progress_measure|score\.(?:scaled|raw|min|max))"
    r"|cmi\.core\.(?:lesson_status|score\.(?:raw|min|max))"
)
PASSING_12 = ("cmi.core.exit", "cmi.core.session_time")


@dataclass(frozen=True, slots=True)
class Learner:
    """Who sees it, and how: `mode` is browse, normal or review; only normal ones count for credit."""

    identifier: str
    name: str
    mode: str = "normal"
    credit: str = "credit"


def begin(
    learner: Learner, initial: Initial, previous: Session | None = None, shared: Mapping[str, str] | None = None
) -> Session:
    """SCORM 2004. `previous` is the session of the attempt that is resumed; `shared` what the stores hold by target."""
    values = _kept(previous, PASSING_2004, ("adl.data.",))
    values |= {
        "cmi.learner_id": learner.identifier,
        "cmi.learner_name": learner.name,
        "cmi.mode": learner.mode,
        "cmi.credit": learner.credit,
        "cmi.entry": "resume" if previous else "ab-initio",
    }
    values |= _given(
        {
            "cmi.launch_data": initial.launch_data,
            "cmi.max_time_allowed": initial.max_time_allowed,
            "cmi.time_limit_action": initial.time_limit_action,
            "cmi.completion_threshold": number(initial.completion_threshold),
            "cmi.scaled_passing_score": number(initial.scaled_passing_score),
        }
    )
    _objectives(values, initial.objectives)
    for place, store in enumerate(initial.shared_data):
        values[f"adl.data.{place}.id"] = store.target
        if store.target in (shared or {}):
            values[f"adl.data.{place}.store"] = (shared or {})[store.target]
    rights = tuple(("r" if one.readable else "") + ("w" if one.writable else "") for one in initial.shared_data)
    return Session(model2004.MODEL, values, stores=rights)


def begin_12(learner: Learner, activity: Activity, previous: Session | None = None) -> Session:
    """SCORM 1.2. All that a SCO ever set is kept; `entry` says whether it was suspended."""
    values = _kept(previous, PASSING_12, ())
    suspended = previous is not None and previous.values.get("cmi.core.exit") == "suspend"
    values |= {
        "cmi.core.student_id": learner.identifier,
        "cmi.core.student_name": learner.name,
        "cmi.core.lesson_mode": learner.mode,
        "cmi.core.credit": learner.credit,
        "cmi.core.entry": ("resume" if suspended else "") if previous else "ab-initio",
    }
    values |= _given(
        {
            "cmi.launch_data": activity.data_from_lms,
            "cmi.student_data.mastery_score": activity.mastery_score,
            "cmi.student_data.max_time_allowed": activity.max_time_allowed,
            "cmi.student_data.time_limit_action": activity.time_limit_action,
        }
    )
    return Session(model12.MODEL, values)


def _kept(previous: Session | None, passing: tuple[str, ...], prefixes: tuple[str, ...]) -> dict[str, str]:
    values = previous.values if previous else {}
    return {name: one for name, one in values.items() if name not in passing and not name.startswith(prefixes or "\0")}


def _given(values: Mapping[str, str]) -> dict[str, str]:
    return {name: one for name, one in values.items() if one}


def number(value: float | None) -> str:
    """At most seven places, as real(10,7) has them; never in scientific notation."""
    return "" if value is None else f"{value:.7f}".rstrip("0").removesuffix(".")


def _objectives(values: dict[str, str], starting: tuple[StartingObjective, ...]) -> None:
    """RTE 4.2.17.1: one record for each objective with an identifier. Records of a resumed attempt keep their place
    and take over what is known by now."""
    places: dict[str, int] = {}
    place = 0
    while (name := values.get(f"cmi.objectives.{place}.id")) is not None:
        places[name] = place
        place += 1
    for one in starting:
        record = f"cmi.objectives.{places.setdefault(one.id, len(places))}."
        values[f"{record}id"] = one.id
        values |= {f"{record}{name}": text for name, text in _known(one).items()}


def _known(one: StartingObjective) -> dict[str, str]:
    scores = {f"score.{name}": number(getattr(one, name)) for name in NUMBERS}
    statuses = {"success_status": one.success, "completion_status": one.completion}
    known = {name: text for name, text in statuses.items() if text != "unknown"}
    return _given(scores | known | {"progress_measure": number(one.progress)})


def matters(name: str) -> bool:
    """Whether setting this element may change what sequencing knows of the activity."""
    return TOLD.fullmatch(name) is not None


def only_told(session: Session, told: Collection[str]) -> Session:
    """The session as if what was set before it was launched had never been: that was reported then."""
    values = {name: one for name, one in session.values.items() if name in told or not matters(name)}
    return Session(session.model, values, session.phase)


def reported(session: Session) -> Reported:
    """SCORM 2004: what the SCO said of itself and of its objectives. Its time counts once, when it has ended."""
    values = session.values
    own = Result(
        _status(session, "cmi.success_status", "cmi.scaled_passing_score"),
        _status(session, "cmi.completion_status", "cmi.completion_threshold"),
        progress=_float(values.get("cmi.progress_measure")),
        **_scores(values, "cmi.score."),
    )
    suspend = values.get("cmi.exit") == "suspend" or values.get("adl.nav.request") == "suspendAll"
    time = values.get("cmi.session_time", "") if session.phase == ENDED else ""
    return Reported(own, _results(values), suspend, interval_hundredths(time) / 100)


def _status(session: Session, name: str, threshold: str) -> str:
    """Empty if neither the SCO nor a measure said anything."""
    if name not in session.values and threshold not in session.values:
        return ""
    status = current(session.values, name, model2004.ELEMENTS[name]) or ""
    return "" if threshold in session.values and status == "unknown" else status


def _results(values: Mapping[str, str]) -> dict[str, Result]:
    results: dict[str, Result] = {}
    place = 0
    while (identifier := values.get(f"cmi.objectives.{place}.id")) is not None:
        record = f"cmi.objectives.{place}."
        results[identifier] = Result(
            values.get(f"{record}success_status", ""),
            values.get(f"{record}completion_status", ""),
            progress=_float(values.get(f"{record}progress_measure")),
            **_scores(values, f"{record}score."),
        )
        place += 1
    return results


def _scores(values: Mapping[str, str], prefix: str) -> dict[str, float | None]:
    return {name: _float(values.get(f"{prefix}{name}")) for name in NUMBERS}


def _float(text: str | None) -> float | None:
    return float(text) if text else None


def valid_table(valid: Validity) -> dict[str, str | dict[str, str]]:
    """What answers adl.nav.request_valid; a target that is not named is not valid."""
    table: dict[str, str | dict[str, str]] = {kind: "true" if kind in valid.requests else "false" for kind in KINDS}
    table["choice"] = dict.fromkeys(sorted(valid.choices), "true")
    table["jump"] = dict.fromkeys(sorted(valid.jumps), "true")
    return table


def shared_values(session: Session) -> dict[str, str]:
    """What the stores hold that this SCO may write, by target."""
    values = session.values
    return {
        values[f"adl.data.{place}.id"]: values[f"adl.data.{place}.store"]
        for place, rights in enumerate(session.stores)
        if "w" in rights and f"adl.data.{place}.store" in values
    }
