"""What no spreadsheet runs, and what comes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.cells import plain, safe


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("Alice", "Alice"),
        ('=HYPERLINK("https://evil.example")', '\'=HYPERLINK("https://evil.example")'),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1+1", "'＝1+1"),
        ("＠SUM(A1)", "'＠SUM(A1)"),
        ("\n=1", "'\n=1"),
        ("\u200f=1+1", "'\u200f=1+1"),
        (" =1", "' =1"),
        ("'=1", "''=1"),
        ("'tis", "'tis"),
        ("O'Neil", "O'Neil"),
        ("", ""),
    ],
)
def test_cells(text: str, cell: str) -> None:
    assert safe(text) == cell
    assert plain(cell) == text


@given(st.text(alphabet="'=+-@ \u200fa\t", max_size=8))
def test_every_text_comes_back(text: str) -> None:
    assert plain(safe(text)) == text


@given(st.text(alphabet="'=+-@ \u200fa\t", max_size=8))
def test_nothing_begins_like_a_formula(text: str) -> None:
    assert not safe(text).lstrip(" \u200f").startswith(("=", "+", "-", "@", "\t"))
