"""AICC script: what is in the grammar, and what it answers."""

import pytest

from lms.engines.scorm.prerequisites import holds, parse

REACHED = {"A": "passed", "B": "completed", "C": "incomplete", "D": "failed"}


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("A", True),
        ("C", False),
        ("E", False),
        ("A&B", True),
        ("A & C", False),
        ("A|C", True),
        ("C|D&A", False),
        ("(C|A)&B", True),
        ("~C", True),
        ("~(A&B)", False),
        ('D="failed"', True),
        ("D=f", True),
        ('E="not attempted"', True),
        ('A<>"passed"', False),
        ("2*{A,B,C}", True),
        ("3*{A,B,C}", False),
        ("1*{C,(A&B)}", True),
    ],
)
def test_answer(text: str, met: bool) -> None:
    expression = parse(text)
    assert expression is not None
    assert holds(expression, REACHED) is met


@pytest.mark.parametrize(
    "text",
    ["", "A AND B", "A&", "&A", "(A", "A)", "A=", "A=tired", "2*{A", "x*{A}", "*", "A,B", '"', "~", "(" * 99 + "A",
     "A" * 2001],
)  # fmt: skip
def test_not_in_the_grammar(text: str) -> None:
    assert parse(text) is None
