"""What becomes of the operations of a batch."""

from datetime import UTC, datetime, timedelta

import pytest

from lms.engines.journal.batch import Batch, Row
from lms.engines.journal.decide import decide
from lms.engines.journal.numbers import Acknowledgement, Stored
from lms.engines.journal.operation import Limits, read_operation

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HELD = Row(lease=2, revision=7, written_lease=1)


def answer(number, value="a", **more):
    return {"n": number, "kind": "answer", "question": "q1", "value": value, **more}


def hashed(raw):
    return read_operation(raw, Limits()).body_hash


def plan(operations, row=HELD, stored=None, lease=2, **more):
    return decide(Batch(operations, NOW, lease), row, stored or Stored({}), **more)


def verdicts(made):
    return [(one.operation.number, one.verdict, one.reason, one.stored, one.applies) for one in made.decisions]


OLDER = Row(lease=3, written_lease=2)
NEWER_WROTE = Row(lease=3, written_lease=3)
ENDED = Row(lease=2, deadline=NOW - SECOND)
LENIENT = Row(lease=2, deadline=NOW - SECOND, accept_late=SECOND)
SINGLE = [
    ("new", HELD, 2, ("apply", "", True, True)),
    ("no lease taken", Row(), None, ("apply", "", True, True)),
    ("older launch, nothing newer written", OLDER, 2, ("late", "fenced-unwritten", True, True)),
    ("older launch, newer has written", NEWER_WROTE, 2, ("late", "fenced", True, False)),
    ("much older launch", OLDER, 1, ("late", "fenced", True, False)),
    ("a lease never given", HELD, 3, ("refused", "unknown-lease", False, False)),
    ("at the deadline", Row(lease=2, deadline=NOW), 2, ("apply", "", True, True)),
    ("after the deadline", ENDED, 2, ("late", "after-deadline", True, False)),
    ("late but accepted", LENIENT, 2, ("apply", "accepted-late", True, True)),
    ("after what is accepted", Row(lease=2, deadline=NOW - 3 * SECOND, accept_late=SECOND), 2,
     ("late", "after-deadline", True, False)),
    ("closed", Row(lease=2, closed=True), 2, ("late", "after-close", True, False)),
]  # fmt: skip


@pytest.mark.parametrize(("row", "lease", "expected"), [case[1:] for case in SINGLE], ids=[case[0] for case in SINGLE])
def test_one_new_operation(row, lease, expected):
    assert verdicts(plan([answer(1)], row, lease=lease)) == [(1, *expected)]


@pytest.mark.parametrize("row", [HELD, OLDER, NEWER_WROTE, ENDED, Row(closed=True)], ids=repr)
def test_what_is_stored_is_a_duplicate_whatever_has_happened_since(row):
    stored = Stored({1: hashed(answer(1))})
    assert verdicts(plan([answer(1)], row, stored)) == [(1, "duplicate", "", False, False)]


@pytest.mark.parametrize("fate", [("late", "fenced"), ("refused", "question-not-drawn")])
def test_who_asks_again_about_what_was_not_applied_is_told_the_same(fate):
    stored = Stored({1: hashed(answer(1))}, fates={1: fate})
    assert verdicts(plan([answer(1)], stored=stored)) == [(1, *fate, False, False)]


@pytest.mark.parametrize(
    ("shown", "kind", "expected"),
    [
        ("old", "answer", ("late", "overtaken", True, False)),
        ("new", "answer", ("apply", "", True, True)),
        ("", "answer", ("apply", "", True, True)),
        ("old", "flag", ("apply", "", True, True)),
    ],
)
def test_an_act_does_not_replace_what_its_page_has_not_shown(shown, kind, expected):
    batch = Batch([answer(1, kind=kind)], NOW, 2, known=shown)
    row = Row(lease=2, revision=7, known="new")
    made = decide(batch, row, Stored({}), replacing=("answer",))
    assert verdicts(made) == [(1, *expected)]
    assert made.revision == 7 + expected[-1]


def test_the_same_number_with_another_body_is_an_error():
    stored = Stored({1: hashed(answer(1))})
    assert verdicts(plan([answer(1, "b")], stored=stored)) == [(1, "conflict", "other-body", False, False)]


def test_numbers_repeated_within_a_batch():
    made = plan([answer(1), answer(1), answer(1, "b")])
    assert [(one.verdict, one.applies) for one in made.decisions] == [
        ("apply", True),
        ("duplicate", False),
        ("conflict", False),
    ]


def test_operations_apply_in_the_order_of_their_numbers():
    assert [one.number for one in plan([answer(3), answer(1), answer(2)]).applied] == [1, 2, 3]


def test_a_gap_is_fine_and_acknowledged():
    assert plan([answer(1), answer(4)]).acknowledgement == Acknowledgement(4, 1, (2, 3))


def test_the_number_that_fills_a_gap_is_marked_as_out_of_order():
    made = plan([answer(2), answer(5)], stored=Stored({1: "h", 4: "h"}))
    assert [one.out_of_order for one in made.decisions] == [True, False]


def test_a_duplicate_is_acknowledged_again():
    stored = Stored({1: hashed(answer(1)), 2: "h"})
    assert plan([answer(1)], stored=stored).acknowledgement == Acknowledgement(2, 2, ())


def test_a_refused_operation_leaves_no_gap():
    made = plan([answer(1), answer(2, "x" * 70_000), answer(3)])
    assert [(one.verdict, one.reason, one.stored) for one in made.decisions] == [
        ("apply", "", True),
        ("refused", "too-large", True),
        ("apply", "", True),
    ]
    assert made.acknowledgement.contiguous == 3


def test_a_refused_operation_sent_again_is_refused_again():
    large = answer(2, "x" * 70_000)
    made = plan([large], stored=Stored({2: hashed(large)}))
    assert verdicts(made) == [(2, "refused", "too-large", False, False)]


def test_an_operation_without_a_usable_number_is_not_stored():
    assert verdicts(plan([{"n": 0}, answer(1)])) == [
        (None, "refused", "bad-number", False, False),
        (1, "apply", "", True, True),
    ]


def test_a_kind_the_page_may_not_send_is_refused():
    assert plan([answer(1)], kinds={"time"}).decisions[0].reason == "unknown-kind"


@pytest.mark.parametrize(
    ("operations", "reason"),
    [([answer(1)] * 101, "too-many-operations"), ({}, "not-a-list"), ("ab", "not-a-list"), (None, "not-a-list")],
)
def test_a_batch_refused_whole(operations, reason):
    made = plan(operations, stored=Stored({1: "h"}))
    assert (made.refusal, made.decisions, made.revision) == (reason, (), 7)
    assert made.acknowledgement.last == 1


def test_a_hundred_operations_are_taken():
    assert len(plan([answer(number) for number in range(1, 101)]).applied) == 100


SEND = {"n": 3, "kind": "send"}


def test_what_ends_the_work_waits_for_the_numbers_before_it():
    made = plan([answer(1), SEND], sealing={"send"})
    assert verdicts(made)[1] == (3, "refused", "missing-before", False, False)
    assert made.acknowledgement == Acknowledgement(1, 1, ())


def test_what_ends_the_work_applies_when_all_is_there():
    assert verdicts(plan([answer(2), SEND], stored=Stored({1: "h"}), sealing={"send"}))[1][1:] == (
        "apply",
        "",
        True,
        True,
    )


def test_nothing_applies_after_the_end_of_the_work():
    made = plan([answer(1), answer(2), SEND, answer(4)], sealing={"send"})
    assert verdicts(made)[3] == (4, "late", "after-close", True, False)


def test_a_refused_number_does_not_hold_up_the_end():
    made = plan([answer(1), answer(2, "x" * 70_000), SEND], sealing={"send"})
    assert made.decisions[2].verdict == "apply"


REVISIONS = [
    ([answer(1), answer(2)], HELD, 2, (8, 2)),
    ([], HELD, 2, (7, 1)),
    ([{"n": 0}], HELD, 2, (7, 1)),
    ([answer(1)], Row(lease=2, revision=7, written_lease=1, closed=True), 2, (7, 1)),
    ([answer(1)], Row(lease=5, revision=7, written_lease=1), 2, (8, 2)),
    ([answer(1)], Row(revision=7), None, (8, 0)),
]


@pytest.mark.parametrize(("operations", "row", "lease", "expected"), REVISIONS, ids=repr)
def test_revision_and_writer(operations, row, lease, expected):
    made = plan(operations, row, lease=lease)
    assert (made.revision, made.written_lease) == expected


@pytest.mark.parametrize(("lease", "fenced"), [(1, True), (2, False), (None, False)])
def test_an_older_tab_is_told(lease, fenced):
    assert plan([], lease=lease).fenced is fenced


@pytest.mark.parametrize(("known", "stale"), [(6, True), (7, False), (None, False)])
def test_a_page_behind_the_state_is_told(known, stale):
    assert decide(Batch([], NOW, 2, known), HELD, Stored({})).stale is stale


@pytest.mark.parametrize(("sent_at", "skew"), [(None, None), (NOW - 90 * SECOND, -90 * SECOND), (NOW + SECOND, SECOND)])
def test_the_skew_of_the_clock_is_noted(sent_at, skew):
    assert decide(Batch([], NOW, 2, sent_at=sent_at), HELD, Stored({})).skew == skew


@pytest.mark.parametrize(
    ("at", "ahead"), [("2026-03-02T12:00:00Z", False), ("2026-03-02T12:00:01Z", True), ("never", False)]
)
def test_a_clock_that_is_ahead_is_marked_and_decides_nothing(at, ahead):
    decision = plan([answer(1, at=at)]).decisions[0]
    assert (decision.clock_ahead, decision.verdict) == (ahead, "apply")
