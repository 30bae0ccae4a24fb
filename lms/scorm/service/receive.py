"""Saving what a page sends: the hot path, five statements with the sign-in however many values a batch sets."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, case, select, update
from sqlalchemy.orm import Session

from lms.accounts import sessions
from lms.accounts.sessions import Person
from lms.core.errors import NotFound
from lms.core.statements import Statement
from lms.engines.journal.batch import Batch, Decision, Plan, Row
from lms.engines.journal.decide import decide
from lms.engines.journal.numbers import acknowledge
from lms.engines.journal.operation import LONGEST_KIND, Limits
from lms.learning import service as learning
from lms.scorm.queries import ATTEMPT_COLUMNS, ATTEMPTS, LAUNCHES, RUN_COLUMNS, RUNS, RunRow
from lms.scorm.service import attempts, waiting
from lms.scorm.service.apply import KINDS
from lms.scorm.service.play import LONGEST_VALUE, Play
from lms.scorm.service.shown import Shown, finish
from lms.scorm.service.waiting import Turn

#: A value may have a million characters, each of up to four bytes.
LIMITS = Limits(operations=200, body_bytes=6_000_000)
Json = dict[str, Any]

_ROW = RUNS.c
_now = bindparam("now", type_=_ROW.saved_at.type)
_lease = bindparam("sent_lease", type_=_ROW.lease.type)
# The fence: this statement comes first and locks the row, so whatever it returns holds until the commit. A lease older
# than the newest written one does not become the written one, and saves nothing: what it sends is kept aside.
_counts = _lease >= _ROW.written_lease
_FENCE = Statement(
    update(RUNS)
    .where(_ROW.registration_id == bindparam("registration"))
    .values(
        revision=case((_counts, _ROW.revision + 1), else_=_ROW.revision),
        saved_at=case((_counts, _now), else_=_ROW.saved_at),
        written_lease=case((and_(_lease > _ROW.written_lease, _lease <= _ROW.lease), _lease), else_=_ROW.written_lease),
    )
    .returning(*RUN_COLUMNS)
)
_WHO = Statement(
    select(*sessions.COLUMNS, RUNS.c.label)
    .select_from(
        LAUNCHES.join(sessions.JOINED, LAUNCHES.c.session_id == sessions.ID).join(
            RUNS, RUNS.c.registration_id == LAUNCHES.c.registration_id
        )
    )
    .where(LAUNCHES.c.id == bindparam("launch"), LAUNCHES.c.registration_id == bindparam("registration"))
)
_OWN = and_(
    ATTEMPTS.c.registration_id == LAUNCHES.c.registration_id,
    ATTEMPTS.c.activity_key == bindparam("key"),
    ATTEMPTS.c.number == bindparam("of_number"),
)
# Who sends, and the attempt that most batches are about, in one statement.
_WHO_AND_WHAT = Statement(
    select(*sessions.COLUMNS, *ATTEMPT_COLUMNS)
    .select_from(LAUNCHES.join(sessions.JOINED, LAUNCHES.c.session_id == sessions.ID).outerjoin(ATTEMPTS, _OWN))
    .where(LAUNCHES.c.id == bindparam("launch"), LAUNCHES.c.registration_id == bindparam("registration"))
)


@dataclass(frozen=True, slots=True)
class Sender:
    """What the write token says, and the host that was asked: "" where all packages share one."""

    launch_id: int
    registration_id: int
    label: str
    idle_minutes: int

    def is_at(self, label: str) -> bool:
        return self.label in ("", label)


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one operation. `outcome`: applied, late (kept aside), duplicate, conflict, refused.

    Beside the journal's own reasons: overtaken (its session has gone on), waiting (it counts in its turn).
    """

    number: int
    outcome: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """`fenced`: this page holds an older lease and must turn read-only. `refusal`: the batch is none at all."""

    acked: int
    missing: Sequence[int]
    fates: Sequence[Fate]
    fenced: bool
    shown: Shown | None
    refusal: str = ""


def hear(session: Session, sender: Sender, now: datetime) -> Person | None:
    """Who sends: the person of the launch, while the sign-in that began it lasts. Raises NotFound on another's host."""
    given = {"launch": sender.launch_id, "registration": sender.registration_id}
    row = _WHO.first(session, given)
    if row is None or not sender.is_at(row.label):
        raise NotFound()
    return sessions.person_of(row, now, sender.idle_minutes)


def receive(
    session: Session, sender: Sender, page_load: str, lease: int, operations: Any, now: datetime
) -> tuple[Person | None, Received]:
    """Apply each operation once, in the order of their numbers, whatever is sent twice, late or out of order.

    Returns no person when the sign-in has ended: then nothing may be committed. Raises NotFound on another's host.
    """
    fence = {"registration": sender.registration_id, "now": now, "sent_lease": lease}
    row = _FENCE.first(session, fence)
    if row is None or not sender.is_at(row.label):
        raise NotFound()
    key, number = _first_attempt(operations)
    given = {"launch": sender.launch_id, "registration": sender.registration_id, "key": key, "of_number": number}
    found = _WHO_AND_WHAT.first(session, given)
    person = sessions.person_of(found, now, sender.idle_minutes)
    if person is None:
        return None, Received(0, (), (), False, None)
    play = Play(session, person.actor, RunRow(*row), lease, now)
    if found is not None and found.activity_key is not None:
        play.know(attempts.of_row(found), key, number)
    return person, _received(play, page_load, lease, operations)


def _first_attempt(operations: Any) -> tuple[str, int]:
    """What the batch is about, as far as its first operation tells."""
    first = operations[0] if isinstance(operations, list) and operations else {}
    body = first.get("body") if isinstance(first, dict) else None
    key, number = (body.get("k"), body.get("a")) if isinstance(body, dict) else (None, None)
    fits = (
        isinstance(key, str)
        and len(key) <= 60
        and key.isascii()
        and "\0" not in key
        and type(number) is int
        and 0 < number < 2**31
    )
    return (str(key), int(number or 0)) if fits else ("", 0)


def _received(play: Play, page_load: str, lease: int, operations: Any) -> Received:
    run = play.run
    lowest = _lowest(operations)
    stored = learning.stored_numbers(play.session, play.registration_id, page_load, lowest)
    guard = Row(lease=run.lease, revision=run.revision, written_lease=run.written_lease)
    plan = decide(Batch(operations, play.now, lease), guard, stored, LIMITS, KINDS)
    if plan.refusal:
        return Received(0, (), (), False, None, plan.refusal)
    due = waiting.turns_of(play, page_load, acknowledge(stored, ()).contiguous)
    waiting.take_turns(play, due, [turn for one in plan.decisions if (turn := _turn(one))])
    fates = [_fate(one, due) for one in plan.decisions]
    history = [
        _event(play, page_load, one, fate) for one, fate in zip(plan.decisions, fates, strict=True) if one.stored
    ]
    play.events = history + play.events
    shown = finish(play, again=_asks_again(play, page_load, plan))
    play.write()
    acknowledged = plan.acknowledgement
    return Received(acknowledged.contiguous, acknowledged.missing, fates, plan.fenced, shown)


def _lowest(operations: Any) -> int:
    """The lowest number that a batch names; whatever else it holds is refused by itself."""
    numbers = [
        one["n"]
        for one in (operations if isinstance(operations, list) else ())
        if isinstance(one, dict) and type(one.get("n")) is int and 0 < one["n"] < 2**53
    ]
    return min(numbers, default=1)


def _turn(one: Decision) -> Turn | None:
    operation = one.operation
    if not one.stored or operation.number is None or (not one.applies and one.verdict != "refused"):
        return None
    return Turn(operation.number, operation.kind, _fields(one), skipped=not one.applies)


def _fields(one: Decision) -> Json:
    """The journal sends what an operation says under `body`."""
    body = one.operation.body.get("body", one.operation.body)
    return dict(body) if isinstance(body, dict) else {}


def _fate(one: Decision, due: waiting.Turns) -> Fate:
    number = one.operation.number or 0
    if one.verdict in ("duplicate", "conflict", "refused") or not one.stored:
        return Fate(number, one.verdict, one.reason)
    if not one.applies:
        return Fate(number, "late", one.reason)
    if number in due.overtaken:
        return Fate(number, "late", "overtaken")
    if number in due.refused:
        return Fate(number, "refused", due.refused[number])
    return Fate(number, "applied", "waiting" if number in due.turns else "")


def _event(play: Play, page_load: str, one: Decision, fate: Fate) -> Json:
    operation, body = one.operation, _fields(one)
    key, number = body.get("k"), body.get("a")
    return learning.event_row(
        registration_id=play.registration_id,
        page_load=page_load,
        number=operation.number or 0,
        activity_key=key if isinstance(key, str) and len(key) <= 60 else "",
        kind=operation.kind[:LONGEST_KIND] or "unreadable",
        body={"length": len(str(body))} if operation.refusal else _kept(body),
        hashed=operation.body_hash,
        received_at=play.now,
        occurred_at=operation.claimed_at,
        actor=play.actor,
        attempt_id=number if type(number) is int and 0 <= number < 2**53 else None,
        outcome=fate.outcome,
        reason=fate.reason[:40],
    )


def _kept(body: Mapping[str, Any]) -> Json:
    """A long value stands as its length and hash."""
    value = body.get("v")
    if not isinstance(value, str) or len(value) <= LONGEST_VALUE:
        return dict(body)
    digest = hashlib.sha256(value.encode()).hexdigest()
    return {name: one for name, one in body.items() if name != "v"} | {"length": len(value), "sha256": digest}


def _asks_again(play: Play, page_load: str, plan: Plan) -> bool:
    """A navigation that was sent twice gets the same answer again."""
    decision = play.run.decision
    asked = {one.operation.number for one in plan.decisions if one.verdict == "duplicate"}
    return decision.get("page_load") == page_load and decision.get("number") in asked and not plan.fenced
