"""Types of data model values, as data: what Python checks here, the browser's adapter checks from the same table.

Every pattern means the same in Python and in JavaScript (with its `u` flag) and must fit the whole value. Classes are
spelled out, because \\d, \\s, . and lengths differ: text is counted in UTF-16 units, as JavaScript does. Patterns take
linear time. Maxima are ours and generous: the standards name smallest permitted maxima, which every LMS may exceed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any

# No database of ours keeps NUL or half a surrogate pair, so no value may hold one.
UNSTORABLE = "[\\u0000\\ud800-\\udfff]"
TYPE, RANGE = "type", "range"
# Of all values of one session together, in UTF-16 units; no content known comes near it.
MOST_TOTAL = 8_388_608


@dataclass(frozen=True, slots=True)
class Type:
    """What a value must be. `match` a pattern, `words` a vocabulary (either suffices where both stand), `most` UTF-16
    units, `least` and `greatest` the range of a number, `distinct` a separator between parts that must differ.

    Of the record: `alone` only the first of a list, `differ` unlike the same element of its other records. `by` names
    the element of the outermost record whose value chooses among `of`.
    """

    match: str = ""
    words: tuple[str, ...] = ()
    most: int = 4_000
    least: float | None = None
    greatest: float | None = None
    distinct: str = ""
    alone: bool = False
    differ: bool = False
    by: str = ""
    of: Mapping[str, "Type"] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Without what is default; `most` always, because the adapter has no defaults of its own."""
        made: dict[str, Any] = {} if self.by else {"most": self.most}
        for one in fields(self):
            value = getattr(self, one.name)
            if value and one.name not in ("most", "of", "words"):
                made[one.name] = value
            elif value == 0 and one.name in ("least", "greatest"):
                made[one.name] = 0
        if self.words:
            made["words"] = list(self.words)
        if self.by:
            made["of"] = {name: kind.as_json() for name, kind in self.of.items()}
        return made


def wrong(kind: Type, value: str) -> str:
    """Why the value is not of the type: "type" or "range"; "" if it is."""
    if units(value) > kind.most or _compiled(UNSTORABLE).search(value):
        return TYPE
    if value in kind.words:
        return ""
    if (kind.match or kind.words) and not (kind.match and _compiled(kind.match).fullmatch(value)):
        return TYPE
    if _out_of_range(kind, value):
        return RANGE
    parts = value.split(kind.distinct) if kind.distinct else []
    return TYPE if len(set(parts)) < len(parts) else ""


def _out_of_range(kind: Type, value: str) -> bool:
    if kind.least is None and kind.greatest is None:
        return False
    number = float(value) if value else 0.0
    low = kind.least is not None and number < kind.least
    return low or (kind.greatest is not None and number > kind.greatest)


def units(text: str) -> int:
    """The length as JavaScript counts it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
