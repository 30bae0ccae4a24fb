"""Read one operation of a batch: `{n, kind, at, …body}`. What is neither n, kind nor at is its body.

Refusals that depend on the operation alone are found here, so that a retry is refused for the same reason:

| reason         | the operation …                                                                   |
|----------------|-----------------------------------------------------------------------------------|
| not-an-object  | is no JSON object                                                                 |
| bad-number     | has no n that is a whole number from 1 to 2^53 - 1                                |
| bad-kind       | has no kind, or one longer than 40 characters                                     |
| unknown-kind   | has a kind that this page may not send                                            |
| not-text       | holds NUL or half a surrogate pair, which no database of ours stores              |
| not-json       | holds a number without a value (NaN, infinity) or with a thousand digits          |
| too-deep       | nests more than 32 deep                                                           |
| too-large      | has a body above the limit, counted in bytes of its canonical JSON                |

The clock of the device is recorded and never trusted: `at` never refuses and never decides.
"""

import hashlib
import json
import math
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

GREATEST_NUMBER = 2**53 - 1
LONGEST_KIND = 40
DEEPEST = 32
GREATEST_INTEGER = 10**1000
NOT_TEXT = re.compile("[\0\ud800-\udfff]")
OWN_FIELDS = ("n", "kind", "at")
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


@dataclass(frozen=True)
class Limits:
    """`operations` in a batch; `body_bytes` of one operation. Packages that keep large states need a larger body."""

    operations: int = 100
    body_bytes: int = 64 * 1024


@dataclass(frozen=True)
class Operation:
    """`number` None: the sender's is useless. `claimed_at` is the device's clock, `refusal` a reason or ""."""

    number: int | None
    kind: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    body_hash: str = ""
    claimed_at: datetime | None = None
    refusal: str = ""


def read_operation(raw: Any, limits: Limits, kinds: Collection[str] | None = None) -> Operation:
    """Never raises, whatever the JSON. `kinds` None allows all."""
    if not isinstance(raw, dict):
        return Operation(None, refusal="not-an-object")
    number = raw.get("n")
    if type(number) is not int or not 1 <= number <= GREATEST_NUMBER:
        return Operation(None, refusal="bad-number")
    body = {name: value for name, value in raw.items() if name not in OWN_FIELDS}
    kind = raw.get("kind")
    claimed_at = read_time(raw.get("at"))
    if refusal := unstorable([kind, body]):
        return Operation(number, claimed_at=claimed_at, refusal=refusal)
    text = canonical({"kind": kind, "body": body})
    digest = hashlib.sha256(text).hexdigest()
    most = limits.body_bytes
    too_large = len(text) > most and len(canonical(body)) > most
    refusal = kind_refusal(kind, kinds) or ("too-large" if too_large else "")
    return Operation(number, kind if isinstance(kind, str) else "", body, digest, claimed_at, refusal)


def kind_refusal(kind: Any, kinds: Collection[str] | None) -> str:
    if not isinstance(kind, str) or not 1 <= len(kind) <= LONGEST_KIND:
        return "bad-kind"
    return "unknown-kind" if kinds is not None and kind not in kinds else ""


def canonical(value: Any) -> bytes:
    """Keys sorted, no spaces, UTF-8: equal JSON gives equal bytes."""
    return _CANONICAL.encode(value).encode()


def unstorable(value: Any) -> str:
    """Walks level by level, so that deep nesting ends the walk and not the interpreter."""
    level = [value]
    for _ in range(DEEPEST + 2):
        deeper: list[Any] = []
        for node in level:
            if type(node) is str:
                if NOT_TEXT.search(node):
                    return "not-text"
            elif type(node) is dict:
                deeper += node
                deeper += node.values()
            elif type(node) is list:
                deeper += node
            elif reason := number_refusal(node):
                return reason
        if not deeper:
            return ""
        level = deeper
    return "too-deep"


def number_refusal(node: Any) -> str:
    if isinstance(node, float):
        return "" if math.isfinite(node) else "not-json"
    if isinstance(node, int):
        return "" if abs(node) < GREATEST_INTEGER else "not-json"
    return ""


def read_time(text: Any) -> datetime | None:
    """An ISO 8601 time with its zone, in UTC; None for anything else."""
    if not isinstance(text, str) or len(text) > 40:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
