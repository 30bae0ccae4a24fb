"""Types against an independent reading of the standards, and the tables as the browser gets them."""

import gzip
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.engines.scorm import model2004
from lms.engines.scorm.durations import (
    add_interval,
    add_timespan,
    interval_hundredths,
    interval_text,
    timespan_hundredths,
    timespan_text,
)
from lms.engines.scorm.runtime import MODELS, as_json
from lms.engines.scorm.types import Type, units, wrong

PARTS = st.lists(st.tuples(st.integers(0, 999), st.sampled_from("YMD")), max_size=3)
CLOCK = st.lists(st.tuples(st.integers(0, 999), st.sampled_from("HMS")), max_size=3)


def in_order(parts: list[tuple[int, str]], units_: str) -> bool:
    letters = [letter for _, letter in parts]
    return letters == sorted(set(letters), key=units_.index)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(PARTS, CLOCK, st.booleans(), st.sampled_from(["", ".5", ".25", ".123", "."]))
def test_durations_are_iso_8601(
    days: list[tuple[int, str]], clock: list[tuple[int, str]], marked: bool, fraction: str
) -> None:
    seconds = bool(clock) and clock[-1][1] == "S"
    text = "P" + "".join(f"{n}{letter}" for n, letter in days) + "T" * (marked or bool(clock))
    text += "".join(f"{n}{letter}" for n, letter in clock)
    text = text[:-1] + fraction + "S" if seconds else text
    legal = in_order(days, "YMD") and in_order(clock, "HMS") and bool(days or clock)
    legal = legal and (bool(clock) or not marked) and (not seconds or fraction in ("", ".5", ".25"))
    assert (wrong(model2004.SPAN, text) == "") is legal


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.floats(-2, 2), st.integers(0, 12))
def test_numbers_and_their_ranges(value: float, places: int) -> None:
    text = f"{value:.{places}f}"
    assert wrong(model2004.real(-1, 1), text) == ("" if -1 <= float(text) <= 1 else "range")


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.text("ab", min_size=1, max_size=2), max_size=5))
def test_choices_are_sets(names: list[str]) -> None:
    kind = model2004.RESPONSE.of["choice"]
    assert (wrong(kind, "[,]".join(names)) == "") is (len(set(names)) == len(names))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(max_size=30))
def test_any_text_is_judged_without_an_exception(text: str) -> None:
    for model in MODELS.values():
        for element in model.elements.values():
            for kind in element.kind.of.values() or (element.kind,):
                assert wrong(kind, text) in ("", "type", "range")


@pytest.mark.parametrize(("text", "length"), [("", 0), ("abc", 3), ("가나", 2), ("🙂", 2), ("a🙂가", 4)])
def test_lengths_are_those_of_javascript(text: str, length: int) -> None:
    assert units(text) == length
    assert wrong(Type(most=length), text) == ""
    assert wrong(Type(most=length), text + "x") == "type"


@pytest.mark.parametrize("text", ["a[,]" * 4_000 + " ", "a[.]" * 4_000, "{case_matters=true}" * 2_000, "-" * 60_000])
def test_hostile_texts_are_judged_in_linear_time(text: str) -> None:
    """A pattern that backtracked would not come back within the life of the test run."""
    for kind in (*model2004.PATTERN.of.values(), *model2004.RESPONSE.of.values()):
        assert wrong(kind, text) in ("", "type", "range")


def patterns(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [value["match"]] if "match" in value else []
        return own + [one for part in value.values() for one in patterns(part)]
    return [one for part in value for one in patterns(part)] if isinstance(value, list) else []


def test_patterns_mean_the_same_in_javascript() -> None:
    """No class or anchor whose meaning differs, and only escapes that JavaScript's u flag knows."""
    for pattern in patterns(as_json()):
        bare = pattern.replace("[\\s\\S]", "")
        assert not re.search(r"\\[dDwWsSbBAZz]|[$^](?![^\[]*\])|\(\?[^:!=]", bare.replace("[^", "[")), pattern
        assert set(re.findall(r"\\(.)", bare)) <= {"u", "[", "]"}, pattern


def test_the_tables_are_small() -> None:
    """They travel to the browser beside an adapter that has its own limit."""
    text = json.dumps(as_json(), separators=(",", ":")).encode()
    assert len(gzip.compress(text)) < 4_500


def test_the_tables_name_a_type_for_every_element() -> None:
    for table in as_json().values():
        assert {one["type"] for one in table["elements"].values()} == set(range(len(table["types"])))
        assert all("most" in one or "by" in one for one in table["types"])


def test_maxima_are_never_below_the_standards() -> None:
    for model in MODELS.values():
        assert all(one.kind.most >= one.spm for one in model.elements.values())


@pytest.mark.parametrize(
    ("total", "session", "sum_"),
    [
        ("PT0H0M0S", "PT1M", "PT0H1M0S"),
        ("PT0H1M0S", "PT01H059M020S", "PT2H0M20S"),
        ("PT0S", "P29D", "PT696H0M0S"),
        ("PT0.5S", "PT0.75S", "PT0H0M1.25S"),
        ("PT1H", "", "PT1H"),
        ("PT1H", "nonsense", "PT1H0M0S"),
    ],
)
def test_durations_add_up(total: str, session: str, sum_: str) -> None:
    assert add_interval(total, session) == sum_


@pytest.mark.parametrize(
    ("total", "session", "sum_"),
    [
        ("0000:00:00.00", "00:00:59.99", "0000:00:59.99"),
        ("0000:00:59.99", "00:00:00.01", "0000:01:00.00"),
        ("9999:59:59.99", "0001:00:00", "9999:59:59.99"),
        ("0001:00:00", "", "0001:00:00"),
    ],
)
def test_timespans_add_up(total: str, session: str, sum_: str) -> None:
    assert add_timespan(total, session) == sum_


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.integers(0, 10**9))
def test_times_come_back(hundredths: int) -> None:
    assert interval_hundredths(interval_text(hundredths)) == hundredths
    assert timespan_hundredths(timespan_text(hundredths)) == hundredths
