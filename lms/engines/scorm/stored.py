"""An organization as plain JSON and back: what a version keeps of a manifest, and reads again for each navigation.

Only what differs from the defaults is written: a tree of 2,000 activities stays small.
"""

from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from lms.engines.scorm.definition import Organization

Json = dict[str, Any]


def to_json(organization: Organization) -> Json:
    return _written(organization)


def from_json(data: Json) -> Organization:
    return _read(Organization, data)


def _written(value: Any) -> Json:
    """Children are written by a loop over their parents' lists, because trees may be deeper than Python's stack."""
    made: Json = {}
    waiting = [(value, made)]
    while waiting:
        source, target = waiting.pop()
        for one in fields(source):
            item = getattr(source, one.name)
            if item == _default(one):
                continue
            if is_dataclass(item):
                target[one.name] = {}
                waiting.append((item, target[one.name]))
            elif isinstance(item, tuple) and item and is_dataclass(item[0]):
                target[one.name] = [{} for _ in item]
                waiting += zip(item, target[one.name], strict=True)
            else:
                target[one.name] = list(item) if isinstance(item, tuple) else item
    return made


def _default(one: Field[Any]) -> Any:
    return one.default if one.default_factory is MISSING else one.default_factory()


@cache
def _shape(kind: type) -> dict[str, tuple[type | None, bool]]:
    """By field: the dataclass that it holds, if any, and whether it holds several."""
    return {name: _held(hint) for name, hint in get_type_hints(kind).items()}


def _held(hint: Any) -> tuple[type | None, bool]:
    options = [hint, *get_args(hint)]
    inner = next((one for one in options if isinstance(one, type) and is_dataclass(one)), None)
    return inner, get_origin(hint) is tuple


def _read(kind: type, data: Json) -> Any:
    """Bottom up: a parent is made when all below it is."""
    order: list[tuple[type, Json, Json]] = []
    waiting: list[tuple[type, Json, Json]] = [(kind, data, {})]
    while waiting:
        this = waiting.pop()
        order.append(this)
        cls, source, made = this
        for name, item in source.items():
            inner, several = _shape(cls)[name]
            if inner is None:
                made[name] = tuple(item) if several else item
            elif several:
                made[name] = [{} for _ in item]
                waiting += [(inner, one, values) for one, values in zip(item, made[name], strict=True)]
            else:
                made[name] = {}
                waiting.append((inner, item, made[name]))
    return _made(order)


def _made(order: list[tuple[type, Json, Json]]) -> Any:
    """Each value, once made, stands under the identity of the dictionary that its parent holds for it."""
    finished: dict[int, Any] = {}
    for cls, _source, values in reversed(order):
        shape = _shape(cls)
        arguments = {
            name: item
            if shape[name][0] is None
            else tuple(finished[id(one)] for one in item)
            if shape[name][1]
            else finished[id(item)]
            for name, item in values.items()
        }
        finished[id(values)] = cls(**arguments)
    return finished[id(order[0][2])]
