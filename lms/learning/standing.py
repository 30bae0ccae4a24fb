"""Where a person stands: the outline of a version and the states of a registration, judged by the engine."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cache, cached_property
from typing import Any

from lms.catalogue.outline import Outline
from lms.engines.progress import locks as locking
from lms.engines.progress import next as nexts
from lms.engines.progress import rollup, rules
from lms.engines.progress.locks import Lock
from lms.engines.progress.next import Next, Running
from lms.engines.progress.rollup import Progress
from lms.engines.progress.state import PACKAGE_KINDS, Activity, Result
from lms.learning.queries import State

DONE = frozenset({"read", "passed", "waived", "completed"})
#: Of an activity of a package; one that is completed has no verdict.
SUCCESS = {"passed": True, "waived": True, "failed": False}
NOTHING = Fraction(0)


@dataclass(frozen=True)
class Standing:
    """`activities` stand in the order of the course. `complete`: once, which nothing takes back.

    The completion rule and the progress are judged when somebody asks: a lesson page asks for the locks alone.
    """

    outline: Outline
    states: Mapping[str, State]
    activities: tuple[Activity, ...]
    locks: Mapping[str, Lock]
    complete: bool = False

    @cached_property
    def result(self) -> Result:
        """What the completion rule says."""
        return rules.evaluate(self.outline.completion or rules.default_rule(self.activities), self.activities)

    @cached_property
    def progress(self) -> Progress:
        return rollup.progress(self.activities, self.complete or self.result.complete)

    def status(self, key: str) -> str:
        """not-started, in-progress, read, completed, passed, failed, waived; or locked."""
        if key in self.states:
            return self.states[key].status
        return "not-started" if self.locks[key].open else "locked"

    def next(self, now: datetime) -> Next:
        """What to do next. Quizzes say in their state's data what runs and what has to wait."""
        running, waits = [], {}
        for key, state in self.states.items():
            if (attempt := state.data.get("open")) is not None:
                running.append(Running(key, _time(attempt.get("deadline"))))
            if (until := _time(state.data.get("not_before"))) and until > now:
                waits[key] = until
            elif state.data.get("left") == 0:
                waits[key] = None
        return nexts.what_next(self.activities, self.locks, running, waits=waits)


def stand(outline: Outline, states: Mapping[str, State], *, complete: bool = False) -> Standing:
    """`complete`: the registration has been completed once, which nothing takes back."""
    activities = tuple(activity_of(key, outline.data["activities"][key], states.get(key)) for key in outline.order)
    places = tuple(
        locking.Module(
            module["id"],
            tuple(
                locking.Place(key, tuple(outline.data["activities"][key]["requires"])) for key in module["activities"]
            ),
        )
        for module in outline.modules
    )
    return Standing(outline, states, activities, locking.locks(places, activities), complete)


def activity_of(key: str, spec: Mapping[str, Any], state: State | None) -> Activity:
    """One activity as the rules see it; a waiver counts as done, by the decision of a named person."""
    if spec["kind"] in PACKAGE_KINDS:
        return _of_package(key, spec, state)
    minutes = int(spec.get("minutes") or 0)
    quiz = spec["kind"] == "quiz"
    mark = _exact(str(spec["quiz"]["pass"])) if quiz else None
    if state is None:
        return Activity(key, spec["kind"], pass_percent=mark, minutes=minutes)
    done = state.status in DONE
    return Activity(
        id=key,
        kind=spec["kind"],
        started=True,
        read=done and not quiz,
        passed=(done or (False if state.status == "failed" else None)) if quiz else None,
        percent=None if state.score is None else Fraction(state.score),
        evidence="entered" if state.status == "waived" else state.evidence,
        pass_percent=mark,
        fraction=NOTHING if quiz else _far(spec, state),
        minutes=minutes,
    )


def _of_package(key: str, spec: Mapping[str, Any], state: State | None) -> Activity:
    """What a package has reported of one of its activities, or a named person has entered."""
    minutes = int(spec.get("minutes") or 0)
    if state is None:
        return Activity(key, spec["kind"], minutes=minutes)
    return Activity(
        id=key,
        kind=spec["kind"],
        started=True,
        completed=state.status in DONE,
        passed=SUCCESS.get(state.status),
        percent=None if state.score is None else Fraction(state.score),
        evidence="entered" if state.status == "waived" else state.evidence,
        minutes=minutes,
    )


def _far(spec: Mapping[str, Any], state: State) -> Fraction:
    blocks = spec.get("blocks") or 1
    return Fraction(min(state.data.get("furthest") or 0, blocks), blocks)


_exact = cache(Fraction)


def _time(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
