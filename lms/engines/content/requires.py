"""What must be done first: every name known, and no circle that would lock everything in it for ever."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lms.engines.content.fit import did_you_mean
from lms.engines.content.sheet import Sheet
from lms.engines.source.yaml import Path


@dataclass(frozen=True)
class Needs:
    """An activity, the module it is in, and what it requires, with the place where that is written."""

    id: str
    module_id: str
    requires: Sequence[str]
    where: Path


def check_requires(activities: Sequence[Needs], sheet: Sheet) -> None:
    members: dict[str, list[str]] = {}
    for one in activities:
        members.setdefault(one.module_id, []).append(one.id)
    known = [*(one.id for one in activities), *members]
    for one in activities:
        for index, name in enumerate(one.requires):
            if name and name not in known:
                message = f'no lesson, quiz or module is called "{name}"; {did_you_mean(name, known)}'
                sheet.error((*one.where, index), message)
    _check_circles(activities, members, sheet)


def _check_circles(activities: Sequence[Needs], members: dict[str, list[str]], sheet: Sheet) -> None:
    needed = {one.id: [inner for name in one.requires for inner in members.get(name, [name])] for one in activities}
    told: set[frozenset[str]] = set()
    for one in activities:
        circle = _circle(one.id, needed)
        if circle and frozenset(circle) not in told:
            told.add(frozenset(circle))
            sheet.error(one.where, f"nobody could open this, because it waits for {_waits(circle)}")


def _waits(circle: list[str]) -> str:
    if len(circle) == 1:
        return f'itself; take "{circle[0]}", or the module it is in, out of its own requires'
    return f"itself: {' → '.join([*circle, circle[0]])}; take one of them out of requires"


def _circle(start: str, needed: dict[str, list[str]]) -> list[str]:
    """The shortest way from an activity back to itself; empty when there is none."""
    before: dict[str, str] = {}
    for name, following in _walk(start, needed):
        if following == start:
            circle = [name]
            while circle[-1] != start:
                circle.append(before[circle[-1]])
            return circle[::-1]
        before.setdefault(following, name)
    return []


def _walk(start: str, needed: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """All steps that can be made, nearest first."""
    waiting, seen = [start], {start}
    for name in waiting:
        for following in needed.get(name, []):
            yield name, following
            if following not in seen:
                seen.add(following)
                waiting.append(following)
