"""Saving what a page sends: the hot path, six statements with the identity however large the batch is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, case, update
from sqlalchemy.orm import Session

from lms.catalogue import queries as catalogue
from lms.core import upsert
from lms.core.actor import Actor
from lms.core.errors import NotFound
from lms.core.statements import Statement
from lms.engines.journal.batch import Batch, Decision, Plan, Row
from lms.engines.journal.decide import decide
from lms.engines.journal.standing import standing
from lms.engines.quiz import aliases, kinds
from lms.engines.quiz.responses import Ungradable, ambiguous_text
from lms.learning import service as learning
from lms.quizzes.queries import ATTEMPTS, COLUMNS, RESPONSES, AttemptRow

KINDS = ("answer", "flag")

_ROW = ATTEMPTS.c
_now = bindparam("now", type_=_ROW.started_at.type)
_lease = bindparam("sent_lease", type_=_ROW.lease.type)
# The fence: this statement comes first and locks the row, so whatever it returns holds until the commit. A lease older
# than the newest written one does not become the written one.
_TAKE = Statement(
    update(ATTEMPTS)
    .where(_ROW.id == bindparam("attempt"), _ROW.user_id == bindparam("person"))
    .values(
        revision=_ROW.revision + 1,
        saved_at=_now,
        written_lease=case(
            (and_(_ROW.state == "open", _lease > _ROW.written_lease, _lease <= _ROW.lease), _lease),
            else_=_ROW.written_lease,
        ),
    )
    .returning(*COLUMNS)
)


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one operation. `outcome`: applied, late (kept aside), duplicate, conflict, refused.

    `ambiguous` is what was typed as the answer to `question`, when that number can be read in two ways.
    """

    number: int
    outcome: str
    reason: str = ""
    question: str = ""
    ambiguous: str = ""


@dataclass(frozen=True, slots=True)
class Saved:
    """All numbers up to `acked` are stored; `fenced`: this page holds an older lease and must turn read-only."""

    acked: int
    missing: Sequence[int]
    fates: Sequence[Fate]
    fenced: bool
    revision: int
    refusal: str = ""


def save_batch(
    session: Session,
    actor: Actor,
    attempt_id: int,
    page_load: str,
    lease: int,
    operations: Any,
    now: datetime,
    *,
    known: tuple[str, str] = ("", ""),
) -> Saved:
    """Apply each operation once, whatever is sent twice, late or out of order; keep all that can be kept.

    Operations: `answer` {question, response} and `flag` {question, flagged}. The idempotency key is (registration,
    page load, number). `known`: marks of the answer that the page has shown and of the stored one; where they differ,
    the page's own is kept aside, and the person chooses. Raises NotFound for an attempt that is not the actor's.
    """
    given = {"attempt": attempt_id, "person": actor.user_id, "now": now, "sent_lease": lease}
    row = _TAKE.first(session, given)
    if row is None:
        raise NotFound()
    attempt = AttemptRow(*row)
    load = learning.stored_load(session, attempt.registration_id, page_load)
    shown, stands_now = known
    batch, guard = Batch(operations, now, lease, known=shown), _guard(attempt, stands_now)
    plan = decide(batch, guard, load.stored, kinds=KINDS, replacing=("answer",))
    if plan.refusal:
        return Saved(0, (), (), False, attempt.revision, plan.refusal)
    judged = _judged(session, attempt, plan)
    stands = _standing(session, attempt, page_load, judged)
    learning.append_events(
        session, [_event(attempt, page_load, one, actor, now) for one in judged if one.decision.stored]
    )
    _write_responses(session, attempt, stands, now)
    return Saved(
        acked=plan.acknowledgement.contiguous,
        missing=plan.acknowledgement.missing,
        fates=[one.fate for one in judged],
        fenced=plan.fenced,
        revision=attempt.revision,
    )


def _guard(attempt: AttemptRow, known: str) -> Row:
    return Row(
        lease=attempt.lease,
        revision=attempt.revision,
        written_lease=attempt.written_lease,
        deadline=attempt.deadline_at,
        accept_late=timedelta(seconds=attempt.accept_late),
        closed=not attempt.open,
        known=known,
    )


@dataclass(frozen=True, slots=True)
class Judged:
    """A decision of the journal, after the question has been looked at; `body` is what the record keeps."""

    decision: Decision
    outcome: str
    reason: str
    body: dict[str, Any]
    ambiguous: str = ""

    @property
    def fate(self) -> Fate:
        number, question = self.decision.operation.number or 0, self.body.get("question", "")
        return Fate(number, self.outcome, self.reason, question, self.ambiguous)


def _judged(session: Session, attempt: AttemptRow, plan: Plan) -> list[Judged]:
    named = {_question_of(_fields(one)) for one in plan.decisions if one.stored and not one.operation.refusal}
    drawn = sorted(named & set(attempt.keys))
    found = catalogue.questions(session, attempt.version_id, attempt.bank, drawn) if drawn else []
    sources = {one["key"]: one["source"] for one in found}
    return [_judge(attempt, one, sources) for one in plan.decisions]


def _fields(decision: Decision) -> dict[str, Any]:
    """The journal sends what an operation says under `body`."""
    body = decision.operation.body.get("body", decision.operation.body)
    return dict(body) if isinstance(body, dict) else {}


def _question_of(body: Mapping[str, Any]) -> str:
    question = body.get("question")
    return question if isinstance(question, str) else ""


def _judge(attempt: AttemptRow, decision: Decision, sources: Mapping[str, Any]) -> Judged:
    operation, body = decision.operation, _fields(decision)
    if decision.verdict in ("duplicate", "conflict", "refused") or not decision.stored:
        kept = {"length": len(str(body)), "hash": operation.body_hash}
        return Judged(decision, decision.verdict, decision.reason, kept)
    key = _question_of(body)
    if key not in sources:
        return Judged(decision, "refused", "question-not-drawn", {"question": key[:60]})
    if operation.kind == "answer":
        names = aliases.aliases(attempt.seed, key, sources[key])
        response = aliases.revealed(sources[key], body.get("response"), names)
        parsed = kinds.parse(sources[key], response)
        if isinstance(parsed, Ungradable) and not parsed.kept:
            return Judged(decision, "refused", parsed.reason, {"question": key, "hash": operation.body_hash})
        body = {"question": key, "response": None if parsed is None else response}
        ambiguous = ambiguous_text(parsed, response) if decision.applies else ""
    else:
        body, ambiguous = {"question": key, "flagged": body.get("flagged") is True}, ""
    return Judged(decision, "applied" if decision.applies else "late", decision.reason, body, ambiguous)


def _event(attempt: AttemptRow, page_load: str, one: Judged, actor: Actor, now: datetime) -> dict[str, Any]:
    operation = one.decision.operation
    return learning.event_row(
        registration_id=attempt.registration_id,
        page_load=page_load,
        number=operation.number or 0,
        activity_key=attempt.activity_key,
        kind=operation.kind[:24],
        body=one.body,
        hashed=operation.body_hash,
        received_at=now,
        occurred_at=operation.claimed_at,
        actor=actor,
        attempt_id=attempt.id,
        outcome=one.outcome,
        reason=one.reason,
    )


def _standing(
    session: Session, attempt: AttemptRow, page_load: str, judged: Sequence[Judged]
) -> dict[tuple[str, str], Judged]:
    """(kind, question) → the act that stands. The record is asked only where later numbers of the page came first."""
    applied = [one for one in judged if one.outcome == "applied"]
    stored: dict[tuple[str, str], int] = {}
    if early := [one.fate.number for one in applied if one.decision.out_of_order]:
        for number, kind, body in learning.applied_after(session, attempt.registration_id, page_load, min(early)):
            thing = (kind, _question_of(body))
            stored[thing] = max(number, stored.get(thing, 0))
    acts = [((one.decision.operation.kind, one.body["question"]), one.fate.number, one) for one in applied]
    return standing(acts, stored)


def _write_responses(
    session: Session, attempt: AttemptRow, stands: Mapping[tuple[str, str], Judged], now: datetime
) -> None:
    """The last answer and the last flag of each question, one statement for each of the two."""
    for kind, field in (("answer", "response"), ("flag", "flagged")):
        if chosen := {question: one for (of, question), one in stands.items() if of == kind}:
            _upsert(session, attempt, chosen, field, now)


def _upsert(session: Session, attempt: AttemptRow, chosen: Mapping[str, Judged], field: str, now: datetime) -> None:
    blank = {"response": None, "flagged": False}
    rows = [
        blank | {"attempt_id": attempt.id, "question_key": key, "saved_at": now, field: one.body[field]}
        for key, one in chosen.items()
    ]
    _upserting(upsert.dialect_of(session), field).run(session, rows)


@cache
def _upserting(dialect: str, field: str) -> Statement:
    """Built once: to build it costs more than to run it."""
    given = upsert.into(RESPONSES, dialect).values({one.name: bindparam(one.name) for one in RESPONSES.c})
    return Statement(
        given.on_conflict_do_update(
            index_elements=["attempt_id", "question_key"],
            set_={field: given.excluded[field], "saved_at": given.excluded.saved_at},
        )
    )
