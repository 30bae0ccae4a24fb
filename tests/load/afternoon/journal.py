"""The journal of a page: acts are numbered once, sent until they are acknowledged, and remembered for the verdict."""

import json
import random
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from lms.engines.journal.operation import Limits, read_operation
from tests.load.afternoon.crowd import Ask
from tests.load.afternoon.wire import Reply

LIMITS = Limits(operations=200, body_bytes=6_000_000)
#: As in lms/static/journal.js: seconds between tries double up to here, and not all come at the same moment.
LONGEST = 30.0
PATIENCE = 15.0
TRIES = 40
#: A page tries these again.
AGAIN = (0, 408, 425, 429, 500, 502, 503, 504, 507)
CLOCK = "2026-11-21T12:00:00+00:00"


class GaveUp(Exception):
    """The page has been refused for good, or again and again."""


@dataclass(slots=True)
class Load:
    """What one page load has done: hashes of its acts by number, from `first` on, and which were acknowledged as
    applied.

    `odd`: what the server has said of acts that it did not take as they were."""

    name: str
    first: int = 1
    hashes: list[str] = field(default_factory=list)
    stored: set[int] = field(default_factory=set)
    told: set[int] = field(default_factory=set)
    #: The newest write token that the page was given, where it needs one.
    token: str = ""


@dataclass(slots=True)
class Ledger:
    """All that was acknowledged in a run. `started` and `sent`: attempts at quizzes. `values`: what a package has set
    last, by the label of its host and by element; nothing while the newest is not acknowledged."""

    loads: dict[str, Load] = field(default_factory=dict)
    started: set[int] = field(default_factory=set)
    sent: set[int] = field(default_factory=set)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    odd: list[str] = field(default_factory=list)

    @property
    def acknowledged(self) -> int:
        return sum(len(one.stored) for one in self.loads.values())


@dataclass(slots=True)
class Journal:
    """`load` is what the page sends as its page load; its name in the record is the part before the point."""

    ledger: Ledger
    kind: str
    url: str
    page_load: str
    lease: int | None = None
    host: str = ""
    token: str = ""
    first: int = 1
    own: Load = field(init=False)

    def __post_init__(self) -> None:
        """A page that goes on in a later scenario goes on counting."""
        name = self.page_load.partition(".")[0]
        self.own = self.ledger.loads.setdefault(name, Load(name, self.first, token=self.token))

    def post(
        self,
        acts: Sequence[tuple[str, dict[str, Any]]],
        chance: random.Random,
        *,
        after: float = 0.0,
        at: float | None = None,
    ) -> Generator[Ask, Reply, dict[str, Any]]:
        """One batch, as often as it takes; returns the reply. Raises GaveUp."""
        begun = self.own.first + len(self.own.hashes)
        sent = [{"n": begun + n, "kind": kind, "body": body, "at": CLOCK} for n, (kind, body) in enumerate(acts)]
        self.own.hashes += [_hash(kind, json.dumps(body)) for kind, body in acts]
        given: dict[str, Any] = {"page_load": self.page_load, "ops": sent}
        if self.lease is not None:
            given["lease"] = self.lease
        body = json.dumps(given).encode()
        ask = Ask(self.kind, self.url, body, False, self.host, self.own.token, after=after, at=at, patience=PATIENCE)
        reply = yield from insist(ask, chance)
        told = json.loads(reply.text())
        self._hear(range(begun, begun + len(acts)), told)
        self.own.token = told.get("token", self.own.token)
        return told

    def _hear(self, numbers: range, told: dict[str, Any]) -> None:
        refused = {one["n"]: one["reason"] for one in told["refused"]}
        for number in numbers:
            if number > told["acked"] and number in told["missing"]:
                continue
            if number in refused:
                self.own.told.add(number)
                self.ledger.odd.append(f"{self.kind}: {refused[number]}")
            else:
                self.own.stored.add(number)
        if told.get("older"):
            self.ledger.odd.append(f"{self.kind}: another page has the pen")


@cache
def _hash(kind: str, body: str) -> str:
    """As the server will know it again; pages of many people do the same acts."""
    return read_operation({"n": 1, "kind": kind, "body": json.loads(body)}, LIMITS).body_hash


def insist(ask: Ask, chance: random.Random) -> Generator[Ask, Reply, Reply]:
    """The same again while the server is away or busy, with its Retry-After and the page's own patience."""
    for failures in range(TRIES):
        reply = yield ask
        if reply.status in ask.expected:
            return reply
        if reply.status not in AGAIN:
            break
        said = reply.header(b"retry-after")
        own = min(LONGEST, 2.0**failures) * chance.uniform(0.5, 1)
        ask.rest = max(own, float(said) if said.isdecimal() else 0.0)
        ask.after, ask.at = 0.0, None
    raise GaveUp(f"{ask.kind} {ask.path}: {reply.status or reply.why}")
