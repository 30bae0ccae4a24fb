"""The server of a simulated world: the real engine over a record in memory, used as saving uses it with a database."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from lms.engines.journal import decide, standing
from lms.engines.journal.batch import Batch, Decision, Plan, Row
from lms.engines.journal.numbers import Stored

KINDS = ("answer", "flag")
BEGAN = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
ACCEPTED_LATE = timedelta(seconds=5)
CLOSED = timedelta(seconds=30)
Thing = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Event:
    """One row of the record."""

    token: int
    load: str
    number: int
    thing: Thing
    lease: int
    outcome: str
    reason: str


@dataclass(slots=True)
class Server:
    """One piece of work: what is stored of it, and its present state (thing → token of the act that stands)."""

    record: list[Event] = field(default_factory=list)
    hashes: dict[str, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    fates: dict[str, dict[int, tuple[str, str]]] = field(default_factory=lambda: defaultdict(dict))
    state: dict[Thing, int] = field(default_factory=dict)
    written_lease: int = 0
    problems: list[str] = field(default_factory=list)

    def receive(self, sent: Mapping[str, Any], asked: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
        """The reply to a batch, and a line about it for the story."""
        received = BEGAN + timedelta(milliseconds=asked["at"])
        load, lease = sent["page_load"], None if asked["mode"] == "lesson" else sent["lease"]
        row = self._row(asked, received, lease)
        plan = decide.decide(Batch(sent["ops"], received, lease), row, self._stored(sent, asked["mode"]), kinds=KINDS)
        if plan.refusal:
            self.problems.append(f"a whole batch is refused: {plan.refusal}")
        stands = self._standing(plan, load)
        for one in plan.decisions:
            self._keep(one, load, lease or 0)
        self.state |= stands
        line = " ".join(
            f"{one.operation.number}:{one.verdict}{one.reason and '/'}{one.reason}" for one in plan.decisions
        )
        return _reply(plan, received), line

    def _row(self, asked: Mapping[str, Any], received: datetime, lease: int | None) -> Row:
        """The row as the first statement of a save leaves it: the newest lease that has come counts as written."""
        ends = BEGAN + timedelta(milliseconds=asked["ends"] or 0)
        closed = asked["ends"] is not None and received > ends + CLOSED
        if asked["mode"] == "player":  # where taking the lease writes
            self.written_lease = asked["lease"]
        elif lease is not None and not closed and self.written_lease < lease <= asked["lease"]:
            self.written_lease = lease
        deadline = None if asked["ends"] is None else ends
        return Row(asked["lease"], 0, self.written_lease, deadline, ACCEPTED_LATE, closed)

    def _stored(self, sent: Mapping[str, Any], mode: str) -> Stored:
        """All numbers of the page load; for a package, whose page may send for hours, those from the batch's on."""
        hashes, fates = self.hashes[sent["page_load"]], self.fates[sent["page_load"]]
        lowest = min((one["n"] for one in sent["ops"]), default=1)
        if mode != "player" or sum(number < lowest for number in hashes) < lowest - 1:
            return Stored(hashes, fates=fates)
        above = {number: digest for number, digest in hashes.items() if number >= lowest}
        return Stored(above, contiguous=lowest - 1, fates=fates)

    def _standing(self, plan: Plan, load: str) -> dict[Thing, int]:
        """As saving does it: the record is asked only where later numbers of the page load came first."""
        applied = [one for one in plan.decisions if one.applies]
        stored: dict[Thing, int] = {}
        if early := [one.operation.number or 0 for one in applied if one.out_of_order]:
            for event in self.record:
                if event.load == load and event.outcome == "applied" and event.number > min(early):
                    stored[event.thing] = max(event.number, stored.get(event.thing, 0))
        acts = [(_thing(one), one.operation.number or 0, _token(one.operation.body)) for one in applied]
        return standing.standing(acts, stored)

    def _keep(self, one: Decision, load: str, lease: int) -> None:
        operation = one.operation
        token = _token(operation.body)
        if one.verdict == "conflict":
            self.problems.append(f"number {operation.number} of {load} was used for two acts")
        if not one.stored or operation.number is None:
            return
        outcome = "applied" if one.applies else one.verdict
        self.record.append(Event(token, load, operation.number, _thing(one), lease, outcome, one.reason))
        self.hashes[load][operation.number] = operation.body_hash
        if outcome != "applied":
            self.fates[load][operation.number] = (outcome, one.reason)


def _thing(one: Decision) -> Thing:
    return one.operation.kind, one.operation.body["body"]["question"]


def _token(body: Mapping[str, Any]) -> int:
    return int(body["body"]["given"].removeprefix("op"))


def _reply(plan: Plan, received: datetime) -> dict[str, Any]:
    """As pages are answered: what was kept aside or refused is named, with words."""
    aside = [one for one in plan.decisions if one.verdict == "late" and not one.applies]
    refused = [one for one in plan.decisions if one.verdict in ("refused", "conflict")]
    return {
        "acked": plan.acknowledgement.contiguous,
        "missing": list(plan.acknowledgement.missing),
        "stored_at": received.isoformat(),
        "saved_at_text": f"{received:%H:%M}",
        "late": [one.operation.number for one in aside],
        "refused": [
            {"n": one.operation.number, "reason": one.reason, "message": one.reason} for one in (*aside, *refused)
        ],
        "older": plan.fenced,
    }
