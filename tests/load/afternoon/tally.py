"""What came of the requests, by kind: how long they took, what was answered, what went over the line."""

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.load.afternoon.wire import Reply

_EXAMPLES = 20


@dataclass(slots=True)
class Kind:
    """`times` in seconds from when the request was due, so that waiting for a line counts; `ends` when they ended."""

    times: array = field(default_factory=lambda: array("d"))
    ends: array = field(default_factory=lambda: array("d"))
    said: Counter[str] = field(default_factory=Counter)
    errors: int = 0
    sent: int = 0
    received: int = 0


@dataclass(slots=True)
class Tally:
    """`examples` are the first errors in words; `busy` of the errors are honest ones: 429, 503 and 507."""

    kinds: dict[str, Kind] = field(default_factory=dict)
    examples: list[str] = field(default_factory=list)
    busy: int = 0
    lines: int = 0
    most_lines: int = 0
    #: Sent again at once by the browser itself, because a kept line had been closed meanwhile.
    resent: int = 0

    def add(self, kind: str, reply: Reply, expected: Sequence[int], took: float, end: float, sent: int) -> None:
        one = self.kinds.get(kind)
        if one is None:
            one = self.kinds[kind] = Kind()
        one.times.append(took)
        one.ends.append(end)
        one.said[str(reply.status) if reply.status else f"0 {reply.why}"] += 1
        one.sent += sent
        one.received += reply.bytes
        if reply.status not in expected:
            one.errors += 1
            self.busy += reply.status in (429, 503, 507)
            self.note(f"{kind}: {reply.status or reply.why} {reply.body[:160]!r}")

    def note(self, what: str) -> None:
        if len(self.examples) < _EXAMPLES:
            self.examples.append(what)

    def broken(self, what: str) -> None:
        """A story that cannot go on is an error too."""
        self.kinds.setdefault("story", Kind()).errors += 1
        self.note(what)

    @property
    def requests(self) -> int:
        return sum(len(one.times) for one in self.kinds.values())

    @property
    def errors(self) -> int:
        return sum(one.errors for one in self.kinds.values())

    def times(self, but: Iterable[str] = ()) -> list[float]:
        left_out = set(but)
        return [value for name, one in self.kinds.items() if name not in left_out for value in one.times]


def percentile(values: Sequence[float], part: float) -> float:
    """The smallest value that at least this part of all values do not exceed; 0 of none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[max(0, -int(-part * len(ordered) // 1) - 1)]
