"""Decide a batch of operations against one row that they guard. Pure: the caller reads the row and stores what is
decided.

| verdict   | reason           | stored | applies | when                                                            |
|-----------|------------------|--------|---------|-----------------------------------------------------------------|
| apply     |                  | yes    | yes     | new, in time, from the launch that holds the lease              |
| apply     | accepted-late    | yes    | yes     | received within the seconds a quiz accepts after its deadline   |
| late      | fenced-unwritten | yes    | yes     | an older launch, but no newer one has written yet               |
| late      | fenced           | yes    | no      | an older launch, and a newer one has written: a person decides  |
| late      | overtaken        | yes    | no      | the page has shown an older state than the one it would replace |
| late      | after-deadline   | yes    | no      | received too late by the server's clock                         |
| late      | after-close      | yes    | no      | the attempt or session is already closed                        |
| duplicate |                  | no     | no      | the number is stored with the same kind and body                |
| as before | as before        | no     | no      | the same, and it was late or refused: the reply may be lost     |
| conflict  | other-body       | no     | no      | the number is stored with another kind or body: an error        |
| refused   | see `operation`  | so     | no      | it can't be stored as it is; sending it again changes nothing   |
| refused   | missing-before   | no     | no      | it ends the work, and numbers before it are missing: send them  |
| refused   | unknown-lease    | no     | no      | it claims a lease that was never given out                      |

An operation refused for its own sake is stored as refused (kind, length, hash): its number leaves no gap and
nothing vanishes silently. Operations are decided in the order of their numbers, and a gap is fine. Anything after an
operation that ends the work is `after-close`, also within a batch. A batch above the limit is refused whole.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from lms.engines.journal.batch import Batch, Decision, Plan, Row
from lms.engines.journal.numbers import Stored, acknowledge
from lms.engines.journal.operation import Limits, Operation, read_operation

USUAL_LIMITS = Limits()


def decide(
    batch: Batch,
    row: Row,
    stored: Stored,
    limits: Limits = USUAL_LIMITS,
    kinds: Collection[str] | None = None,
    sealing: Collection[str] = (),
    replacing: Collection[str] = (),
) -> Plan:
    """Decide every operation. `kinds` are those the page may send, `sealing` those that end the work (send, terminate),
    `replacing` those that replace what the page has shown.

    If anything applies, the revision rises by one and `written_lease` to the batch's lease.
    """
    if refusal := batch_refusal(batch, limits):
        return plan_of(batch, row, stored, (), refusal)
    operations = (read_operation(raw, limits, kinds) for raw in batch.operations)
    made = decisions(operations, batch, row, stored, sealing)
    if is_overtaken(batch, row):
        made = (set_aside(one, replacing) for one in made)
    return plan_of(batch, row, stored, tuple(made))


def batch_refusal(batch: Batch, limits: Limits) -> str:
    if not isinstance(batch.operations, list | tuple):
        return "not-a-list"
    return "too-many-operations" if len(batch.operations) > limits.operations else ""


def plan_of(batch: Batch, row: Row, stored: Stored, made: tuple[Decision, ...], refusal: str = "") -> Plan:
    applies = any(decision.applies for decision in made)
    return Plan(
        decisions=made,
        acknowledgement=acknowledge(stored, [decision.operation.number or 0 for decision in made if decision.stored]),
        revision=row.revision + applies,
        written_lease=max(row.written_lease, batch.lease or 0) if applies else row.written_lease,
        fenced=is_fenced(batch, row),
        stale=batch.revision is not None and batch.revision < row.revision,
        skew=batch.sent_at - batch.received_at if batch.sent_at else None,
        refusal=refusal,
    )


def is_fenced(batch: Batch, row: Row) -> bool:
    return batch.lease is not None and batch.lease < row.lease


def is_overtaken(batch: Batch, row: Row) -> bool:
    return batch.known not in ("", row.known)


def set_aside(decision: Decision, replacing: Collection[str]) -> Decision:
    """An act that would replace what its page has never shown is kept, and the person chooses."""
    if not decision.applies or decision.operation.kind not in replacing:
        return decision
    return replace(decision, verdict="late", reason="overtaken", applies=False)


def decisions(
    operations: Iterable[Operation], batch: Batch, row: Row, stored: Stored, sealing: Collection[str]
) -> Iterator[Decision]:
    """Decide in the order of numbers, each with what the ones before it in the batch have added."""
    hashes = dict(stored.hashes)
    stored, last = replace(stored, hashes=hashes), stored.last
    for operation in sorted(operations, key=lambda operation: operation.number or 0):
        decision = decide_one(operation, batch, row, stored, sealing)
        if decision.stored and operation.number is not None:
            decision = replace(decision, out_of_order=operation.number < last)
            hashes[operation.number] = operation.body_hash
            last = max(last, operation.number)
        if decision.applies and operation.kind in sealing:
            row = replace(row, closed=True)
        claimed = operation.claimed_at
        yield replace(decision, clock_ahead=claimed is not None and claimed > batch.received_at)


def decide_one(operation: Operation, batch: Batch, row: Row, stored: Stored, sealing: Collection[str]) -> Decision:
    number = operation.number
    if number is None:
        return Decision(operation, "refused", operation.refusal)
    if stored.knows(number):
        return decide_known(operation, stored.hashes[number], stored.fates.get(number, ("duplicate", "")))
    if operation.refusal:
        return Decision(operation, "refused", operation.refusal, stored=True)
    if batch.lease is not None and batch.lease > row.lease:
        return Decision(operation, "refused", "unknown-lease")
    decision = decide_new(operation, batch, row)
    if decision.applies and operation.kind in sealing and acknowledge(stored, ()).contiguous < number - 1:
        return Decision(operation, "refused", "missing-before")
    return decision


def decide_known(operation: Operation, known_hash: str, fate: tuple[str, str]) -> Decision:
    if operation.body_hash != known_hash:
        return Decision(operation, "conflict", "other-body")
    if operation.refusal:
        return Decision(operation, "refused", operation.refusal)
    return Decision(operation, *fate)


def decide_new(operation: Operation, batch: Batch, row: Row) -> Decision:
    if row.closed:
        return Decision(operation, "late", "after-close", stored=True)
    overdue = row.deadline is not None and batch.received_at > row.deadline
    if overdue and row.deadline is not None and batch.received_at > row.deadline + row.accept_late:
        return Decision(operation, "late", "after-deadline", stored=True)
    if is_fenced(batch, row) and row.written_lease > (batch.lease or 0):
        return Decision(operation, "late", "fenced", stored=True)
    if is_fenced(batch, row):
        return Decision(operation, "late", "fenced-unwritten", stored=True, applies=True)
    return Decision(operation, "apply", "accepted-late" if overdue else "", stored=True, applies=True)
