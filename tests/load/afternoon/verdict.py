"""The database against what was acknowledged: `lost` is what is not there, `doubled` what counts twice.

Call it when nobody writes any more. Each sentence names one thing; a report prints the first of them.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.db import Database
from lms.learning.models import LearningEvent
from lms.quizzes.models import QuizAttempt, QuizResponse
from lms.scorm.models import PackageRun, ScoAttempt
from tests.load.afternoon.journal import Ledger, Load

_EVENT = LearningEvent.__table__.c
_SERVER = "server-%"
#: What the server does once for an attempt, and once for a registration.
_ONCE = ("attempt-started", "attempt-closed", "complete")


@dataclass(slots=True)
class Verdict:
    """`compared`: acts that were acknowledged; a run in which nothing was proves nothing."""

    compared: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)


def compare(db: Database, ledger: Ledger) -> Verdict:
    found = Verdict(ledger.acknowledged)
    with db.snapshot() as session:
        _acts(session, ledger, found)
        _answers(session, ledger, found)
        _attempts(session, ledger, found)
        found.lost += _values(session, ledger)
    return found


def _acts(session: Session, ledger: Ledger, found: Verdict) -> None:
    """Each acknowledged act stands in the record as it was, and none that nobody has done."""
    seen: Counter[str] = Counter()
    columns = (_EVENT.page_load, _EVENT.number, _EVENT.body_hash, _EVENT.outcome)
    for name, number, hashed, outcome in _all(session, columns):
        load = ledger.loads.get(name)
        if load is None or number < load.first:
            continue
        place = number - load.first
        if place >= len(load.hashes):
            found.doubled.append(f"page load {name}: number {number} was never done")
        elif number in load.stored:
            seen[name] += 1
            if hashed != load.hashes[place]:
                found.lost.append(f"page load {name}: number {number} was acknowledged and is another act")
            elif outcome != "applied":
                found.lost.append(f"page load {name}: number {number} counts as {outcome}, and nobody was told")
    for load in ledger.loads.values():
        found.lost += _missing(session, load) if seen[load.name] < len(load.stored) else []


def _all(session: Session, columns: tuple[Any, ...]) -> Iterator[Any]:
    chosen = select(*columns).where(_EVENT.page_load.not_like(_SERVER)).execution_options(yield_per=10_000)
    return iter(session.execute(chosen))


def _missing(session: Session, load: Load) -> Iterator[str]:
    there = set(session.scalars(select(_EVENT.number).where(_EVENT.page_load == load.name)))
    for number in sorted(load.stored - there):
        yield f"page load {load.name}: number {number} was acknowledged and is not there"


def _answers(session: Session, ledger: Ledger, found: Verdict) -> None:
    """The answer that counts is the last one of the record, question by question."""
    last: dict[tuple[int, str], tuple[Any, Any]] = {}
    chosen = select(_EVENT.attempt_id, _EVENT.body, _EVENT.received_at, _EVENT.page_load).where(
        _EVENT.kind == "answer", _EVENT.outcome == "applied"
    )
    for attempt, body, moment, name in session.execute(chosen.execution_options(yield_per=10_000)):
        key = (attempt, body["question"])
        if name in ledger.loads and (key not in last or moment >= last[key][0]):
            last[key] = (moment, body["response"])
    state = select(QuizResponse.attempt_id, QuizResponse.question_key, QuizResponse.response)
    for attempt, question, response in session.execute(state.execution_options(yield_per=10_000)):
        acknowledged = last.pop((attempt, question), None)
        if acknowledged is not None and acknowledged[1] != response:
            found.lost.append(f"attempt {attempt}: the answer to {question} is not the last one acknowledged")
    found.lost += [f"attempt {attempt}: no answer to {question}" for attempt, question in last]


def _attempts(session: Session, ledger: Ledger, found: Verdict) -> None:
    columns = (QuizAttempt.id, QuizAttempt.registration_id, QuizAttempt.state)
    rows = {row.id: row for row in session.execute(select(*columns))}
    found.lost += [f"attempt {one} was begun and is not there" for one in ledger.started - rows.keys()]
    closed = {one for one in ledger.sent & rows.keys() if rows[one].state == "open"}
    found.lost += [f"attempt {one} was sent and is open" for one in closed]
    mine = {rows[one].registration_id for one in ledger.started & rows.keys()}
    tries = Counter(row.registration_id for row in rows.values())
    found.doubled += [f"registration {one}: {tries[one]} attempts of one start" for one in mine if tries[one] > 1]
    of_server = (
        select(_EVENT.registration_id, _EVENT.kind, func.count())
        .where(_EVENT.page_load.like(_SERVER), _EVENT.kind.in_(_ONCE))
        .group_by(_EVENT.registration_id, _EVENT.kind)
    )
    for registration, kind, count in session.execute(of_server):
        if registration in mine and count > 1:
            found.doubled.append(f"registration {registration}: {kind} stands {count} times")


def _values(session: Session, ledger: Ledger) -> Iterator[str]:
    """Where a package goes on: what its page has set last."""
    chosen = select(PackageRun.label, ScoAttempt.data).join(
        ScoAttempt, ScoAttempt.registration_id == PackageRun.registration_id
    )
    left = dict(ledger.values)
    for label, data in session.execute(chosen.execution_options(yield_per=1_000)):
        wanted = left.pop(label, None)
        for element, value in (wanted or {}).items():
            if data["values"].get(element) != value:
                yield f"package {label}: {element} is not what was acknowledged last"
    yield from (f"package {label}: nothing of it is there" for label in left)
