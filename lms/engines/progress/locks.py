"""Which activities may be opened: `requires` names activities or whole modules that must be done first.

What has been started or done stays open, whatever a changed rule or a later result says: nobody is locked out of
their own work.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lms.engines.progress.state import Activity


@dataclass(frozen=True)
class Place:
    """An activity in the outline, and what it requires."""

    id: str
    requires: tuple[str, ...] = ()


@dataclass(frozen=True)
class Module:
    id: str
    places: tuple[Place, ...]
    requires: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lock:
    """Whether an activity may be opened. `required` are all activities it waits for, with modules resolved, in order.

    `remaining` are those not done, `kinds` their kinds in the same order ("when you have read all 4 lessons; 2 are
    left"). `reason`: "" (open), requires, or unknown-requirement if a required id exists nowhere: then it stays shut.
    """

    open: bool
    reason: str = ""
    required: tuple[str, ...] = ()
    remaining: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


OPEN = Lock(True)


def locks(outline: Sequence[Module], activities: Iterable[Activity]) -> dict[str, Lock]:
    """Judge every activity of the outline; one without a state has not been started."""
    states = {activity.id: activity for activity in activities}
    members = {module.id: tuple(place.id for place in module.places) for module in outline}
    order = [place.id for module in outline for place in module.places]
    return {
        place.id: lock((*module.requires, *place.requires), place.id, members, order, states)
        for module in outline
        for place in module.places
    }


def lock(
    requires: Sequence[str],
    own_id: str,
    members: Mapping[str, tuple[str, ...]],
    order: Sequence[str],
    states: Mapping[str, Activity],
) -> Lock:
    if not requires:
        return OPEN
    known = {*members, *order}
    unknown = tuple(name for name in requires if name not in known)
    wanted = {name for required in requires for name in members.get(required, (required,))} - {own_id}
    required = tuple(name for name in order if name in wanted)
    remaining = tuple(name for name in required if not (name in states and states[name].done))
    own = states.get(own_id)
    if own is not None and (own.started or own.done):
        return Lock(True, "", required, remaining)
    if unknown:
        return Lock(False, "unknown-requirement", required, unknown)
    kinds = tuple(states[name].kind if name in states else "" for name in remaining)
    return Lock(not remaining, "requires" if remaining else "", required, remaining, kinds)
