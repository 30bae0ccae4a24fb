"""However batches are cut, lost, repeated and interleaved, each operation applies once, as first stored."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.engines.journal.batch import Batch, Row
from lms.engines.journal.decide import decide
from lms.engines.journal.numbers import Stored

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
numbers = st.integers(1, 12)
batches = st.lists(st.lists(numbers, max_size=6), max_size=12)


def operation(number):
    return {"n": number, "kind": "answer", "value": f"value {number}"}


@dataclass
class Server:
    """Stores what is decided, as a service would."""

    row: Row = field(default_factory=lambda: Row(lease=1))
    hashes: dict[int, str] = field(default_factory=dict)
    applied: list[int] = field(default_factory=list)
    contiguous: int = 0

    def receive(self, operations, lease=1, at=NOW):
        seen = {number: text for number, text in self.hashes.items() if number > self.contiguous}
        seen |= {one["n"]: self.hashes[one["n"]] for one in operations if one["n"] in self.hashes}
        plan = decide(Batch(operations, at, lease), self.row, Stored(seen, self.contiguous))
        self.hashes |= {one.operation.number: one.operation.body_hash for one in plan.decisions if one.stored}
        self.applied += [one.number for one in plan.applied]
        self.contiguous = plan.acknowledgement.contiguous
        self.row = Row(self.row.lease, plan.revision, plan.written_lease, self.row.deadline)
        return plan


@given(batches)
def test_each_operation_applies_exactly_once(sent):
    server = Server()
    for batch in sent:
        server.receive([operation(number) for number in batch])
    assert sorted(server.applied) == sorted({number for batch in sent for number in batch})


@given(batches, st.randoms(use_true_random=False))
def test_any_order_of_delivery_applies_the_same_set(sent, order):
    one, other = Server(), Server()
    shuffled = list(sent)
    order.shuffle(shuffled)
    for first, second in zip(sent, shuffled, strict=True):
        one.receive([operation(number) for number in first])
        other.receive([operation(number) for number in second])
    assert sorted(one.applied) == sorted(other.applied)
    assert one.hashes == other.hashes


@given(batches)
def test_sending_everything_again_changes_nothing(sent):
    server = Server()
    for batch in sent:
        server.receive([operation(number) for number in batch])
    before = (dict(server.hashes), list(server.applied), server.row)
    for batch in sent:
        plan = server.receive([operation(number) for number in batch])
        assert {one.verdict for one in plan.decisions} <= {"duplicate"}
    assert (server.hashes, server.applied, server.row) == before


@given(batches)
def test_acknowledgements_name_exactly_what_is_stored(sent):
    server = Server()
    for batch in sent:
        acknowledgement = server.receive([operation(number) for number in batch]).acknowledgement
        whole = set(range(1, acknowledgement.last + 1))
        assert whole - set(acknowledgement.missing) == set(server.hashes)


@given(batches, st.integers(0, 12))
def test_nothing_is_lost_and_nothing_late_applies_after_a_deadline(sent, ends_after):
    server = Server(Row(lease=1, deadline=NOW))
    in_time = {number for batch in sent[:ends_after] for number in batch}
    for place, batch in enumerate(sent):
        at = NOW if place < ends_after else NOW + timedelta(seconds=1)
        server.receive([operation(number) for number in batch], at=at)
    assert set(server.applied) == in_time
    assert set(server.hashes) == {number for batch in sent for number in batch}


@given(batches, st.integers(0, 12))
def test_another_body_never_replaces_what_is_stored(sent, number):
    server = Server()
    for batch in sent:
        server.receive([operation(one) for one in batch])
    before = dict(server.hashes)
    plan = server.receive([operation(number + 1) | {"value": "forged"}])
    if number + 1 in before:
        assert (plan.decisions[0].verdict, server.hashes) == ("conflict", before)
    else:
        assert plan.decisions[0].verdict == "apply"
