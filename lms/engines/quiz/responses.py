"""What every kind of question shares: shapes of responses, refusals and results, and the checks on raw JSON.

A *raw* response is the JSON a browser sends and the record keeps; None means cleared. A *response* is what `parse`
makes of it, typed by kind. Reasons are codes; the interface translates them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Question = Mapping[str, Any]
Json = Any
MAX_BYTES = 10_000
WHOLE = Fraction(1)
NOTHING = Fraction(0)
#: The reason of a number such as 1,234: only the person knows which of two numbers it is.
AMBIGUOUS = "ambiguous-number"


@dataclass(frozen=True)
class Ungradable:
    """A response that is neither right nor wrong.

    `kept` tells what a person may honestly have typed ("about 5") from what no page of ours sends (an unknown option):
    the first is stored and shown back with the reason, the second is refused.
    """

    reason: str
    kept: bool = False


@dataclass(frozen=True)
class Part:
    """One decision inside a question: an option, a pair, a gap, a place in an order.

    `credit` is its share of the question's fraction before the question's own policy for partial credit.
    """

    id: str
    given: str | None
    right: bool
    credit: Fraction


@dataclass(frozen=True)
class Graded:
    """`fraction` is exact and within 0..1; `note` is a code that says why a nearly right response is wrong."""

    fraction: Fraction
    parts: tuple[Part, ...] = ()
    note: str = ""


def ambiguous_text(response: Any, raw: Json) -> str:
    """What was typed, when `parse` made of it a number that can be read in two ways; else empty."""
    if isinstance(response, Ungradable) and response.reason == AMBIGUOUS:
        return raw["text"]
    return ""


def exact(number: int | float | str) -> Fraction:
    """Read a number of a key by its decimal digits, so that 0.1 is one tenth and not the nearest binary float."""
    return Fraction(str(number))


def is_text(text: str) -> bool:
    """Tell whether both databases can store it: neither NUL nor half of a surrogate pair."""
    return not any(char == "\0" or "\ud800" <= char <= "\udfff" for char in text)


def unfit(raw: Json) -> Ungradable | None:
    """Refuse what is too large or no text, whatever its shape; no recursion, since nesting is the sender's."""
    size, waiting = 0, [raw]
    while waiting:
        node = waiting.pop()
        size += 1
        if isinstance(node, str):
            if not is_text(node):
                return Ungradable("not-text")
            size += len(node.encode())
        elif isinstance(node, dict):
            waiting += [*node.keys(), *node.values()]
        elif isinstance(node, list):
            waiting += node
        if size > MAX_BYTES:
            return Ungradable("too-large")
    return None


def misshapen(raw: Json, needed: str, *allowed: str) -> Ungradable | None:
    """Refuse anything but an object that has `needed` and at most `allowed` besides."""
    if not isinstance(raw, dict) or needed not in raw or raw.keys() - {needed, *allowed}:
        return Ungradable("wrong-shape")
    return None


def ids(items: Sequence[Mapping[str, Any]]) -> list[str]:
    return [item["id"] for item in items]


def right_ids(items: Sequence[Mapping[str, Any]]) -> list[str]:
    return [item["id"] for item in items if item.get("right")]


def share(parts: Sequence[Part]) -> Graded:
    """Every part counts the same: fraction = right parts / parts."""
    right = sum(part.right for part in parts)
    return Graded(Fraction(right, len(parts)) if parts else NOTHING, tuple(parts))
