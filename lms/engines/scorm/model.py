"""The shape of a data model: elements, lists of records, keywords, and which error code each refusal has."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lms.engines.scorm.types import MOST_TOTAL, UNSTORABLE, Type

INDEX = re.compile("0|[1-9][0-9]{0,5}")
READ_WRITE, READ_ONLY, WRITE_ONLY = "rw", "r", "w"


@dataclass(frozen=True, slots=True)
class Element:
    """`spm` is the standard's smallest permitted maximum, for people; `initial` stands before anybody set anything;
    `needs` are elements of the outermost record that must be set first; `once` means never changed again."""

    kind: Type
    access: str = READ_WRITE
    initial: str | None = None
    needs: tuple[str, ...] = ()
    once: bool = False
    spm: int = 0


@dataclass(frozen=True, slots=True)
class Records:
    """A list. Where a `key` is named, it must be set before anything else of its record."""

    most: int
    key: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    """`children` are what `_children` answers; `blank` means that an element nobody set reads as "" and not as an
    error; `codes` give each reason for a refusal its code."""

    name: str
    version: str
    elements: Mapping[str, Element]
    lists: Mapping[str, Records]
    children: Mapping[str, str]
    codes: Mapping[str, str]
    texts: Mapping[str, str]
    blank: bool = False

    def as_json(self) -> dict[str, Any]:
        """For the adapter. Types are named by number, since many elements share one."""
        types: list[dict[str, Any]] = []
        elements = {name: _element(one, types) for name, one in self.elements.items()}
        return {
            "name": self.name,
            "version": self.version,
            "unstorable": UNSTORABLE,
            "total": MOST_TOTAL,
            "index": INDEX.pattern,
            "types": types,
            "elements": elements,
            "lists": {name: {"most": one.most, "key": one.key} for name, one in self.lists.items()},
            "children": dict(self.children),
            "codes": dict(self.codes),
            "texts": dict(self.texts),
            "blank": self.blank,
        }


def _element(one: Element, types: list[dict[str, Any]]) -> dict[str, Any]:
    kind = one.kind.as_json()
    if kind not in types:
        types.append(kind)
    made: dict[str, Any] = {"type": types.index(kind), "access": one.access}
    if one.initial is not None:
        made["initial"] = one.initial
    if one.needs:
        made["needs"] = list(one.needs)
    return made | ({"once": True} if one.once else {})


@dataclass(frozen=True, slots=True)
class Place:
    """An element as asked for. `key` is its name in the table, with n for numbers; `lists` are the lists on the way
    to it, each with the number asked for; `record` is the outermost record with its dot, "" outside of lists."""

    key: str
    path: str
    keyword: str = ""
    lists: tuple[tuple[str, str, int], ...] = ()
    record: str = ""


KEYWORDS = ("_children", "_count", "_version")


def locate(model: Model, name: str) -> Place:
    """The names of lists stand both as in the table and as in the session. A literal n is no number."""
    parts = name.split(".")
    keyword = parts.pop() if parts[-1] in KEYWORDS else ""
    key: list[str] = []
    lists: list[tuple[str, str, int]] = []
    record = ""
    for place, part in enumerate(parts):
        table = ".".join(key)
        if INDEX.fullmatch(part) and table in model.lists:
            lists.append((table, ".".join(parts[:place]), int(part)))
            record = record or ".".join(parts[: place + 1]) + "."
            key.append("n")
        else:
            key.append("?" if part == "n" else part)
    return Place(".".join(key), ".".join(parts), keyword, tuple(lists), record)
