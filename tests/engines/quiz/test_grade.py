"""Grading a whole attempt."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.engines.quiz.grade import Score, grade_attempt, shown

from .examples import EVERY, MATCHING, MULTIPLE, NUMERIC, SHORT, SINGLE

QUESTIONS = {"glove": SINGLE, "sources": MULTIPLE, "limit": NUMERIC}
ANSWERS = {"glove": {"choice": "change"}, "sources": {"choices": ["a"]}, "limit": {"text": "oops", "unit": "EU/mL"}}


def test_points_total_and_percent():
    result = grade_attempt(QUESTIONS, ANSWERS, 70)
    assert result.score == Score(Fraction(11, 5), Fraction(4))
    assert result.score.percent == Decimal("55.00")


def test_each_question_says_how_it_went():
    result = grade_attempt(QUESTIONS | {"air": SHORT}, ANSWERS, 70)
    assert [(question.key, question.status, question.reason) for question in result.questions] == [
        ("glove", "right", ""),
        ("sources", "partly", ""),
        ("limit", "ungradable", "not-a-number"),
        ("air", "unanswered", ""),
    ]


def test_results_by_objective():
    result = grade_attempt(QUESTIONS, ANSWERS, 70)
    assert {name: score.percent for name, score in result.objectives.items()} == {
        "gowning": Decimal("73.33"),
        "limits": Decimal("0.00"),
    }


def third(pass_percent):
    return grade_attempt({"m": MATCHING}, {"m": {"pairs": {"a": "a", "b": "b"}}}, pass_percent)


PASS_MARKS = [(66, True), ("66.66", True), (66.67, False), ("66.666666", True), ("66.6666667", False)]


@pytest.mark.parametrize(("pass_percent", "passed"), PASS_MARKS)
def test_pass_compares_the_unrounded_result(pass_percent, passed):
    assert third(pass_percent).passed is passed


ROUNDED = [
    (Fraction(200, 3), "66.66"),
    (Fraction(69999, 1000), "69.99"),
    (Fraction(70), "70.00"),
    (Fraction(0), "0.00"),
    (Fraction(100), "100.00"),
    (Fraction(1, 10**9), "0.00"),
]


@pytest.mark.parametrize(("value", "text"), ROUNDED)
def test_rounded_down(value, text):
    assert str(shown(value)) == text


@given(st.fractions(0, 100), st.decimals(0, 100, places=2))
def test_shown_at_the_pass_mark_means_passed(value, mark):
    assert (shown(value) >= mark) == (value >= Fraction(mark))


def test_a_corrected_key_regrades():
    corrected = SINGLE | {"answers": [{"id": "change"}, {"id": "spray", "right": True}, {"id": "ignore"}]}
    answers = {"glove": {"choice": "spray"}}
    assert not grade_attempt({"glove": SINGLE}, answers, 50).passed
    assert grade_attempt({"glove": SINGLE}, answers, 50, corrections=[corrected]).passed


def test_the_last_correction_holds():
    first, last = SINGLE | {"points": 5}, SINGLE | {"points": 3}
    assert grade_attempt({"glove": SINGLE}, {}, 50, corrections=[first, last]).score.possible == 3


def test_a_correction_of_another_question_changes_nothing():
    assert grade_attempt({"glove": SINGLE}, {}, 50, corrections=[MULTIPLE]).score.possible == 1


def test_decimal_points_are_exact():
    questions = {str(number): SINGLE | {"points": 0.1} for number in range(3)}
    result = grade_attempt(questions, {key: {"choice": "change"} for key in questions}, 100)
    assert (result.score.points, result.passed) == (Fraction(3, 10), True)


def test_a_quiz_without_points_has_no_percent():
    assert grade_attempt({}, {}, 70).score.percent == 0


def test_answers_to_questions_not_drawn_count_nothing():
    assert grade_attempt({"glove": SINGLE}, {"sources": {"choices": ["a", "b"]}}, 70).score.points == 0


raws = st.sampled_from(
    [None, {}, {"choice": "change"}, {"choices": ["a", "c"]}, {"text": "2.5"}, {"pairs": {"a": "a"}}]
)


@given(answers=st.dictionaries(st.sampled_from([question["id"] for question in EVERY]), raws))
def test_bounds(answers):
    result = grade_attempt({question["id"]: question for question in EVERY}, answers, 70)
    assert 0 <= result.score.points <= result.score.possible
    assert sum(score.points for score in result.objectives.values()) == result.score.points
    assert result.passed == (result.score.exact_percent >= 70)
