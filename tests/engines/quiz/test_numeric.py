"""Numbers as people type them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.engines.quiz import kinds
from lms.engines.quiz.number_text import Number, read_number
from lms.engines.quiz.responses import Ungradable

from .examples import NUMERIC

READ = [
    ("5", "5"),
    ("+5", "5"),
    ("-5", "-5"),
    ("−5", "-5"),
    ("–5", "-5"),
    ("2.5", "2.5"),
    ("2,5", "2.5"),
    (" 2,5 ", "2.5"),
    (".5", "0.5"),
    (",5", "0.5"),
    ("5.", "5"),
    ("0,234", "0.234"),
    ("1.234", "1.234"),
    ("1234,567", "1234.567"),
    ("1,234,567", "1234567"),
    ("1.234.567", "1234567"),
    ("1,234.5", "1234.5"),
    ("1.234,5", "1234.5"),
    ("1,234,567.89", "1234567.89"),
    ("12 345", "12345"),
    ("12\u202f345,6", "12345.6"),
    ("1\u00a0000", "1000"),
    ("12'345.6", "12345.6"),
    ("12’345", "12345"),
    ("0.000 001", "0.000001"),
    ("1e-6", "0.000001"),
    ("1E-6", "0.000001"),
    ("1.5e3", "1500"),
    ("1,5e+3", "1500"),
    ("1×10^-6", "0.000001"),
    ("1 × 10^-6", "0.000001"),
    ("1x10^-6", "0.000001"),
    ("1*10**-6", "0.000001"),
    ("1·10^6", "1000000"),
    ("1×10⁻⁶", "0.000001"),
    ("2,5 × 10⁶", "2500000"),
    ("1×10-6", "0.000001"),
    ("10⁻⁶", "0.000001"),
    ("10^6", "1000000"),
    ("-10^2", "-100"),
    ("10", "10"),
    ("٢٫٥", "2.5"),
    ("１２．５", "12.5"),
    ("१२", "12"),
    ("\u200e2,5\u200e", "2.5"),
    ("0" * 99 + "1", "1"),
    ("1e100", "1e100"),
    ("1e-100", "1e-100"),
]


@pytest.mark.parametrize(("text", "value"), READ)
def test_read(text, value):
    assert read_number(text).value == Fraction(value)


UNREAD = [
    "",
    "abc",
    "2.5.1",
    "1,23,456",
    "1,234.567,8",
    "12,3456,7",
    "1 23",
    "10-6",
    "1e",
    "e5",
    "--5",
    "1/2",
    "²",
    "½",
    "∞",
    "nan",
    "inf",
    "0x10",
    "1_000",
    ".",
    ",",
    "1 2 3",
    "5%",
    "01,234,567",
    "1 234 56",
]


@pytest.mark.parametrize("text", UNREAD)
def test_not_a_number(text):
    assert read_number(text) == Ungradable("not-a-number", kept=True)


@pytest.mark.parametrize("text", ["1,234", "12,345", "999,000", "-1,234", "1,234e3"])
def test_a_comma_that_may_separate_thousands_is_asked_about(text):
    assert read_number(text) == Ungradable("ambiguous-number", kept=True)


@pytest.mark.parametrize("text", ["1e101", "1e-101", "1e999999999", "1×10^500"])
def test_powers_out_of_range(text):
    assert read_number(text) == Ungradable("number-out-of-range", kept=True)


def test_too_long():
    assert read_number("1" * 101) == Ungradable("too-long", kept=True)


@given(st.text(alphabet="0123456789.,e+-−×x^⁻⁶ '٢ ", max_size=30) | st.text())
def test_reading_never_raises(text):
    assert isinstance(read_number(text), Number | Ungradable)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=6))
def test_plain_decimals_read_exactly(value):
    assert read_number(f"{value:f}").value == Fraction(value)


FIGURES = [
    ("2.50", (3, 3)),
    ("0.0025", (2, 2)),
    ("0.00250", (3, 3)),
    ("1500", (2, 4)),
    ("1500.0", (5, 5)),
    ("1.5e3", (2, 2)),
    ("1,5×10⁻⁶", (2, 2)),
    ("1 234 000", (4, 7)),
    ("7", (1, 1)),
    ("0", (1, 1)),
    ("0.00", (1, 3)),
]


@pytest.mark.parametrize(("text", "figures"), FIGURES)
def test_significant_figures(text, figures):
    assert read_number(text).figures == figures


def fraction(question, text, unit="EU/mL"):
    raw = {"text": text, "unit": unit} if unit else {"text": text}
    return kinds.grade(question, kinds.parse(question, raw)).fraction


TOLERATED = [
    ({"absolute": 0.1}, "2.4", 1),
    ({"absolute": 0.1}, "2.6", 1),
    ({"absolute": 0.1}, "2.39999", 0),
    ({"absolute": 0.1}, "2.60001", 0),
    ({"relative": 0.02}, "2.55", 1),
    ({"relative": 0.02}, "2.45", 1),
    ({"relative": 0.02}, "2.551", 0),
    ({"absolute": 0.1, "relative": 0.5}, "3.75", 1),
    ({}, "2.5", 1),
    ({}, "2.50000001", 0),
    (None, "2.5", 1),
]


@pytest.mark.parametrize(("tolerance", "text", "expected"), TOLERATED)
def test_ends_of_the_tolerance_are_right(tolerance, text, expected):
    assert fraction(NUMERIC | {"tolerance": tolerance}, text) == expected


def test_relative_tolerance_of_a_negative_answer():
    assert fraction(NUMERIC | {"answer": -50, "tolerance": {"relative": 0.1}}, "-45") == 1


UNITS = [
    ("2.5", "EU/mL", 1),
    ("2500", "EU/L", 1),
    ("2.5", "EU/L", 0),
    ("2500 EU/L", "", 1),
    ("2,5EU/mL", "EU/mL", 1),
]


@pytest.mark.parametrize(("text", "unit", "expected"), UNITS)
def test_units_convert(text, unit, expected):
    assert fraction(NUMERIC, text, unit) == expected


def test_a_single_unit_need_not_be_said():
    assert fraction(NUMERIC | {"other_units": []}, "2.5", "") == 1


def test_both_signs_for_micro_are_one():
    question = NUMERIC | {"unit": "µm", "other_units": None}
    assert fraction(question, "2.5 μm", "") == 1


def test_a_question_without_unit_refuses_one():
    question = {"id": "n", "kind": "numeric", "answer": 4}
    assert kinds.parse(question, {"text": "4", "unit": "mL"}) == Ungradable("unknown-unit")


FIGURE_RULES = [
    ("2.5", 1, ""),
    ("2.50", 1, ""),
    ("2.500", 0, "significant-figures"),
    ("3", 0, ""),
]


@pytest.mark.parametrize(("text", "expected", "note"), FIGURE_RULES)
def test_significant_figures_asked_for(text, expected, note):
    question = NUMERIC | {"significant_figures": {"min": 2, "max": 3}}
    graded = kinds.grade(question, kinds.parse(question, {"text": text, "unit": "EU/mL"}))
    assert (graded.fraction, graded.note) == (expected, note)
