"""What a page does with its acts: numbered once, sent in batches, forgotten only when acknowledged.

The waiting is shorter than in the shipped script, so that many seeds can be played; what is sent, and again, is not.
"""

import itertools
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from lms.engines.journal.operation import Limits, read_operation
from tests.faults.line import Line, Reply

MOST = 50
#: Seconds between two tries, whatever the server asks for: `Retry-After` is honoured up to here.
LONGEST_WAIT = 0.4
LIMITS = Limits(operations=200, body_bytes=6_000_000)


@dataclass(slots=True)
class Act:
    """`stored`: acknowledged. `fate`: the reason that the server gave for not taking it as it was sent, if any."""

    number: int
    kind: str
    body: dict[str, Any]
    hash: str
    raw: dict[str, Any]
    stored: bool = False
    fate: str = ""
    sent: int = 0


@dataclass(slots=True)
class Seen:
    """What a trainee has been told, and how often; `odd` is what no trainee should ever meet."""

    told: Counter[str] = field(default_factory=Counter)
    odd: list[str] = field(default_factory=list)

    def hear(self, what: str, reply: Reply, usual: tuple[int, ...]) -> None:
        self.told[reply.said] += 1
        busy = reply.status in (429, 503, 507)
        if busy and reply.retry_after is None:
            self.odd.append(f"{what}: {reply.said} without Retry-After")
        elif not (busy or reply.status in (0, 502, *usual)):
            self.odd.append(f"{what}: {reply.said} {reply.text[:300]}")


class Journal:
    """`url` takes the batches; `load` is the page load as the server has issued it."""

    def __init__(self, line: Line, url: str, load: str, lease: int | None, seen: Seen, moments: Random) -> None:
        self.line, self.url, self.lease, self.seen, self.moments = line, url, lease, seen, moments
        #: As it is sent, and by its name in the record.
        self.sent_load, self.load = load, load.partition(".")[0]
        self.acts: list[Act] = []
        self.token = ""
        self.failures = 0
        #: Numbers below are not this trainee's.
        self.first = 1

    @property
    def waiting(self) -> list[Act]:
        return [one for one in self.acts if not one.stored]

    def add(self, kind: str, **body: Any) -> Act:
        number = self.first + len(self.acts)
        raw = {"n": number, "kind": kind, "at": None, "body": body}
        act = Act(number, kind, body, read_operation(raw, LIMITS).body_hash, raw)
        self.acts.append(act)
        return act

    def send(self, on_reply: Callable[[dict[str, Any]], None] | None = None, *, lost: bool = False) -> bool:
        """One batch of what is not acknowledged; True when nothing is left. `lost`: the reply will not be heard."""
        batch = self.waiting[:MOST]
        if not batch:
            return True
        return self._post(batch, on_reply, lost=lost)

    def repeat(self) -> None:
        """What was acknowledged already goes again, as from a page that was copied: it must change nothing."""
        if done := [one for one in self.acts if one.stored]:
            self._post(done[-5:], None)

    def _post(self, batch: list[Act], on_reply: Callable[[dict[str, Any]], None] | None, *, lost: bool = False) -> bool:
        given: dict[str, Any] = {"page_load": self.sent_load, "ops": [one.raw for one in batch]}
        if self.lease is not None:
            given["lease"] = self.lease
        for one in batch:
            one.sent += 1
        reply = self.line.post(self.url, given, self.token, heard=not lost)
        self.seen.hear(self.url, reply, (200,))
        if reply.status != 200 or "acked" not in reply.body:
            self._rest(reply)
            return False
        self.failures = 0
        self._forget(batch, reply.body)
        self.token = reply.body.get("token", self.token)
        if on_reply:
            on_reply(reply.body)
        return not self.waiting

    def _forget(self, batch: list[Act], reply: dict[str, Any]) -> None:
        told = {one["n"]: one["reason"] for one in reply["refused"]}
        for one in batch:
            one.fate = one.fate or told.get(one.number, "")
            one.stored = one.stored or one.number <= reply["acked"] or one.number not in reply["missing"]

    def _rest(self, reply: Reply) -> None:
        self.failures += 1
        wanted = min(0.02 * 2**self.failures, LONGEST_WAIT)
        if reply.retry_after is not None:
            wanted = LONGEST_WAIT
        time.sleep(wanted * self.moments.uniform(0.5, 1))

    def flush(self, until: float, on_reply: Callable[[dict[str, Any]], None] | None = None) -> bool:
        """Until everything is acknowledged, or the time (of `time.monotonic`) has come."""
        for _ in itertools.count():
            if self.send(on_reply):
                return True
            if time.monotonic() > until:
                return False
        return False
