"""Which act about a thing stands: a closing page sends what it can, so later numbers may come before earlier ones."""

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

Thing = TypeVar("Thing", bound=Hashable)
Act = TypeVar("Act")


def standing(acts: Iterable[tuple[Thing, int, Act]], stored: Mapping[Thing, int]) -> dict[Thing, Act]:
    """Of each thing the act with the last number, unless the record holds a later one of the same page load.

    `acts` are those of one batch that apply, with their numbers; `stored` holds the last number that has applied before
    of each thing that has one.
    """
    found: dict[Thing, Act] = {}
    last = dict(stored)
    for thing, number, act in acts:
        if number > last.get(thing, 0):
            last[thing] = number
            found[thing] = act
    return found
