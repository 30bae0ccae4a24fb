"""When a lesson counts as read."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.engines.progress.reading import Lesson, Reading, judge, merge

OPENED = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LESSON = Lesson(blocks=20, minutes=10, checks=("one", "two"))
RULE = {"reach_end": True, "share_of_minutes": 0.4, "checks": "all"}


def after(seconds):
    return OPENED + timedelta(seconds=seconds)


def slices(*seconds):
    return [{"kind": "time", "seconds": one} for one in seconds]


MERGED = [
    ("place", [{"kind": "place", "block": 7}], {"place": 7, "furthest": 7}),
    ("the first block", [{"kind": "place", "block": 1}], {"furthest": 1}),
    ("the last block", [{"kind": "place", "block": 20}], {"furthest": 20}),
    ("back again", [{"kind": "place", "block": 7}, {"kind": "place", "block": 2}], {"place": 2, "furthest": 7}),
    ("before the first block", [{"kind": "place", "block": 0}], {"place": 0, "furthest": 0}),
    ("after the last block", [{"kind": "place", "block": 21}], {"furthest": 0}),
    ("a block that is no number", [{"kind": "place", "block": "7"}], {"furthest": 0}),
    ("a block that is true", [{"kind": "place", "block": True}], {"furthest": 0}),
    ("check", [{"kind": "check", "id": "one"}], {"checks": frozenset({"one"})}),
    ("unknown check", [{"kind": "check", "id": "three"}], {"checks": frozenset()}),
    ("declared", [{"kind": "declare"}], {"declared": True}),
    ("time", slices(15, 15.5), {"seconds": Fraction("30.5")}),
    ("a slice of an hour", slices(3600), {"seconds": 60}),
    ("negative time", slices(15, -15), {"seconds": 15}),
    ("no time", slices("15", None, True, float("nan")), {"seconds": 0}),
    ("endless time", slices(float("inf")), {"seconds": 60}),
    ("something else", [{"kind": "dance", "seconds": 5}], {"seconds": 0}),
]


@pytest.mark.parametrize(("operations", "expected"), [case[1:] for case in MERGED], ids=[case[0] for case in MERGED])
def test_merge(operations, expected):
    reading = merge(Reading(), operations, LESSON, after(300), OPENED)
    assert {name: getattr(reading, name) for name in expected} == expected


def test_time_is_limited_by_the_clock_since_the_last_receipt():
    once = merge(Reading(), slices(60), LESSON, after(100), OPENED)
    assert merge(once, slices(60, 60), LESSON, after(110), after(100)).seconds == 60 + 15


def test_slices_kept_while_offline_count_when_they_arrive():
    once = merge(Reading(), slices(60), LESSON, after(60), OPENED)
    assert merge(once, slices(*[60] * 9), LESSON, after(600), after(60)).seconds == 600


def test_two_tabs_do_not_count_twice():
    one = merge(Reading(), slices(60, 60), LESSON, after(120), OPENED)
    assert merge(one, slices(60, 60), LESSON, after(120), OPENED).seconds == 120


def test_an_older_page_that_reports_later_moves_the_opening():
    late = merge(Reading(), slices(60), LESSON, after(660), after(600))
    assert merge(late, slices(*[60] * 5), LESSON, after(700), OPENED).seconds == 360


def test_a_clock_that_went_back_takes_nothing_away():
    once = merge(Reading(), slices(60), LESSON, after(60), OPENED)
    assert merge(once, slices(60), LESSON, after(-10), after(60)).seconds == 60


operation = st.one_of(
    st.fixed_dictionaries({"kind": st.just("time"), "seconds": st.integers(-5, 100)}),
    st.fixed_dictionaries({"kind": st.just("place"), "block": st.integers(-2, 25)}),
    st.fixed_dictionaries({"kind": st.just("check"), "id": st.sampled_from(["one", "two", "three"])}),
)


@given(st.lists(st.tuples(st.lists(operation), st.integers(0, 300)), max_size=8))
def test_nothing_ever_decreases(batches):
    reading, now, last = Reading(), 0, OPENED
    for operations, pause in batches:
        now += pause
        merged = merge(reading, operations, LESSON, after(now), last)
        newer = replace(merged, read=judge(RULE, LESSON, merged).read)
        assert newer.furthest >= reading.furthest
        assert newer.checks >= reading.checks
        assert newer.read >= reading.read
        assert reading.seconds <= newer.seconds <= now
        reading, last = newer, after(now)


FULL = Reading(20, 20, Fraction(240), frozenset({"one", "two"}), opened_at=OPENED)
VERDICTS = [
    ("all met", RULE, FULL, True, 1),
    ("nothing yet", RULE, Reading(), False, 0),
    ("a block short", RULE, Reading(19, 19, FULL.seconds, FULL.checks), False, (Fraction(19, 20) + 2) / 3),
    ("a second short", RULE, Reading(20, 20, Fraction(239), FULL.checks), False, (Fraction(239, 240) + 2) / 3),
    ("a check short", RULE, Reading(20, 20, FULL.seconds, frozenset({"two"})), False, Fraction(5, 6)),
    ("half of the time", {"share_of_minutes": 0.5}, Reading(seconds=Fraction(150)), False, Fraction(1, 2)),
    ("declared", RULE, Reading(checks=FULL.checks, declared=True), True, 1),
    ("declared, checks open", RULE, Reading(declared=True), False, Fraction(2, 3)),
    ("one check is enough", {"checks": 1}, Reading(checks=frozenset({"two"})), True, 1),
    ("more checks than there are", {"checks": 5}, Reading(checks=FULL.checks), True, 1),
    ("no rule, not opened", {}, Reading(), False, 0),
    ("no rule, opened", {}, Reading(opened_at=OPENED), True, 1),
    ("checks none", {"checks": "none"}, Reading(opened_at=OPENED), True, 1),
    ("read once", RULE, Reading(read=True), True, 1),
]


@pytest.mark.parametrize(
    ("rule", "reading", "read", "fraction"), [case[1:] for case in VERDICTS], ids=[case[0] for case in VERDICTS]
)
def test_judge(rule, reading, read, fraction):
    verdict = judge(rule, LESSON, reading)
    assert (verdict.read, verdict.fraction) == (read, fraction)


def test_conditions_name_what_is_left():
    reading = Reading(5, 12, Fraction(100), frozenset({"two"}))
    assert [
        (one.code, one.met, one.current, one.needed, one.remaining) for one in judge(RULE, LESSON, reading).conditions
    ] == [
        ("reach-end", False, 12, 20, ()),
        ("time", False, 100, 240, ()),
        ("checks", False, 1, 2, ("one",)),
    ]


def test_a_declaration_is_shown_as_such():
    conditions = judge(RULE, LESSON, Reading(20, 20, declared=True)).conditions
    assert [one.params for one in conditions] == [{}, {"by": "declared"}, {}]


def test_without_minutes_no_time_is_asked():
    assert judge(RULE, Lesson(blocks=1), Reading(1, 1)).read


def test_what_is_read_stays_read():
    assert judge(RULE | {"share_of_minutes": 1}, LESSON, replace(FULL, read=True)).read
