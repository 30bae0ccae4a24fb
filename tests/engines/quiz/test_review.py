"""What review shows."""

from dataclasses import astuple

import pytest

from lms.engines.quiz.review import RULES, review

ALL = (True, True, True, True, "")
CASES = [
    # rule, passed, attempts left, another open, expected
    ("after-send", False, 2, False, ALL),
    ("after-send", False, 2, True, (True, False, False, False, "attempt-open")),
    ("after-pass", False, 2, False, (True, True, False, False, "until-passed")),
    ("after-pass", False, 0, False, (True, True, False, False, "until-passed")),
    ("after-pass", True, 2, False, ALL),
    ("after-last-attempt", True, 1, False, (True, True, False, False, "until-last")),
    ("after-last-attempt", False, None, False, (True, True, False, False, "until-last")),
    ("after-last-attempt", False, 0, False, ALL),
    ("after-last-attempt", False, 0, True, (True, False, False, False, "attempt-open")),
    ("result-only", True, 0, False, (True, False, False, False, "result-only")),
    ("a rule of next year", True, 0, False, (True, False, False, False, "result-only")),
]


@pytest.mark.parametrize(("rule", "passed", "left", "another_open", "expected"), CASES)
def test_review(rule, passed, left, another_open, expected):
    assert astuple(review(rule, True, passed, left, another_open)) == expected


@pytest.mark.parametrize("rule", RULES)
def test_nothing_is_shown_before_sending(rule):
    assert astuple(review(rule, False, True, 0)) == (False, False, False, False, "not-sent")
