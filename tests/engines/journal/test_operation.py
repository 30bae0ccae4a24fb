"""Reading one operation of a batch."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.engines.journal.operation import Limits, Operation, read_operation

LIMITS = Limits(body_bytes=100)


def read(raw, kinds=None):
    return read_operation(raw, LIMITS, kinds)


def nested(depth):
    value = 1
    for _ in range(depth):
        value = [value]
    return value


REFUSED = [
    ([], "not-an-object"),
    (None, "not-an-object"),
    ({"kind": "answer"}, "bad-number"),
    ({"n": 0, "kind": "answer"}, "bad-number"),
    ({"n": -1, "kind": "answer"}, "bad-number"),
    ({"n": 2**53, "kind": "answer"}, "bad-number"),
    ({"n": "1", "kind": "answer"}, "bad-number"),
    ({"n": 1.0, "kind": "answer"}, "bad-number"),
    ({"n": True, "kind": "answer"}, "bad-number"),
    ({"n": 1}, "bad-kind"),
    ({"n": 1, "kind": ""}, "bad-kind"),
    ({"n": 1, "kind": 5}, "bad-kind"),
    ({"n": 1, "kind": "k" * 41}, "bad-kind"),
    ({"n": 1, "kind": "delete"}, "unknown-kind"),
    ({"n": 1, "kind": "answer", "text": "a\0"}, "not-text"),
    ({"n": 1, "kind": "answer", "a\0": 1}, "not-text"),
    ({"n": 1, "kind": "answer", "text": ["\ud800"]}, "not-text"),
    ({"n": 1, "kind": "answer", "text": ["\udfff"]}, "not-text"),
    ({"n": 1, "kind": "answer", "value": float("nan")}, "not-json"),
    ({"n": 1, "kind": "answer", "value": [float("inf")]}, "not-json"),
    ({"n": 1, "kind": "answer", "value": 10**1000}, "not-json"),
    ({"n": 1, "kind": "answer", "value": nested(33)}, "too-deep"),
    ({"n": 1, "kind": "answer", "value": nested(100_000)}, "too-deep"),
    ({"n": 1, "kind": "answer", "text": "x" * 90}, "too-large"),
    ({"n": 1, "kind": "answer", "text": "é" * 45}, "too-large"),
]


@pytest.mark.parametrize(("raw", "reason"), REFUSED, ids=[f"{place}-{case[1]}" for place, case in enumerate(REFUSED)])
def test_refused(raw, reason):
    assert read(raw, kinds={"answer"}).refusal == reason


ACCEPTED = [
    {"n": 1, "kind": "answer"},
    {"n": 2**53 - 1, "kind": "answer", "text": "x" * 89},
    {"n": 1, "kind": "answer", "value": nested(30)},
    {"n": 1, "kind": "answer", "at": "nonsense"},
]


@pytest.mark.parametrize("raw", ACCEPTED, ids=lambda value: str(value)[:40])
def test_accepted(raw):
    assert read(raw, kinds={"answer"}).refusal == ""


def test_a_kind_of_forty_letters_is_read():
    operation = read({"n": 1, "kind": "k" * 40})
    assert (operation.kind, operation.refusal) == ("k" * 40, "")


def test_all_but_number_kind_and_time_is_the_body():
    raw = {"n": 1, "kind": "answer", "at": "2026-03-02T12:00:00Z", "question": "q1", "response": {"choice": "a"}}
    assert read(raw).body == {"question": "q1", "response": {"choice": "a"}}


SAME = [
    ({"n": 1, "kind": "a", "x": 1, "y": 2}, {"y": 2, "x": 1, "kind": "a", "n": 1}, True),
    ({"n": 1, "kind": "a", "x": 1, "at": "2026-03-02T12:00:00Z"}, {"n": 1, "kind": "a", "x": 1}, True),
    ({"n": 1, "kind": "a", "x": 1}, {"n": 2, "kind": "a", "x": 1}, True),
    ({"n": 1, "kind": "a", "x": 1}, {"n": 1, "kind": "b", "x": 1}, False),
    ({"n": 1, "kind": "a", "x": 1}, {"n": 1, "kind": "a", "x": "1"}, False),
    ({"n": 1, "kind": "a", "x": None}, {"n": 1, "kind": "a"}, False),
]


@pytest.mark.parametrize(("one", "other", "same"), SAME)
def test_the_hash_covers_kind_and_body_only(one, other, same):
    assert (read(one).body_hash == read(other).body_hash) is same


TIMES = [
    ("2026-03-02T12:00:00Z", datetime(2026, 3, 2, 12, tzinfo=UTC)),
    ("2026-03-02T21:00:00+09:00", datetime(2026, 3, 2, 12, tzinfo=UTC)),
    ("2026-03-02T12:00:00", None),
    ("0001-01-01T00:00:00+14:00", None),
    ("yesterday", None),
    (1772452800, None),
    (None, None),
]


@pytest.mark.parametrize(("text", "moment"), TIMES)
def test_the_time_claimed(text, moment):
    assert read({"n": 1, "kind": "a", "at": text}).claimed_at == moment


leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.characters(categories=["Cs"])
any_json = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


@given(raw=any_json | st.fixed_dictionaries({"n": any_json, "kind": any_json, "at": any_json, "body": any_json}))
def test_reading_never_raises(raw):
    assert isinstance(read(raw), Operation)
