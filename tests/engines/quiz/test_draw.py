"""Drawing questions and answers."""

from collections import Counter
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.engines.quiz.draw import NotEnoughQuestions, draw, draw_quiz

from .examples import EVERY, GAPS, ORDERING, SINGLE

QUESTIONS = [(f"q{number}", "air" if number % 2 else "gowning") for number in range(12)]
OPTIONS = {key: ["a", "b", "c", "d"] for key, _ in QUESTIONS}
WANTED = [("air", 3), ("gowning", 2)]


def drawn(seed="s", questions=QUESTIONS, wanted=WANTED, shuffle=True, answers=True, options=OPTIONS, always=()):
    return draw(seed, questions, wanted, shuffle, answers, options, always).questions


@given(seed=st.text(), data=st.data())
def test_same_seed_same_draw_whatever_the_order_of_the_input(seed, data):
    questions = data.draw(st.permutations(QUESTIONS))
    wanted = data.draw(st.permutations(WANTED))
    options = {key: data.draw(st.permutations(ids)) for key, ids in OPTIONS.items()}
    assert drawn(seed, questions, wanted, options=options) == drawn(seed)


@given(seed=st.text(), shuffle=st.booleans(), answers=st.booleans())
def test_each_objective_gets_its_count_without_repeats(seed, shuffle, answers):
    keys = [question.key for question in drawn(seed, shuffle=shuffle, answers=answers)]
    assert len(set(keys)) == 5
    assert Counter(dict(QUESTIONS)[key] for key in keys) == {"air": 3, "gowning": 2}


@given(seed=st.text(), answers=st.booleans())
def test_options_are_all_shown_once(seed, answers):
    assert all(sorted(question.options) == ["a", "b", "c", "d"] for question in drawn(seed, answers=answers))


def test_different_seeds_draw_differently():
    assert len({drawn(str(seed)) for seed in range(50)}) == 50


def test_without_shuffling_the_keys_order_stays():
    questions = drawn(shuffle=False, answers=False)
    keys = [question.key for question in questions]
    assert keys == sorted(keys, key=lambda key: (dict(QUESTIONS)[key], key))
    assert {question.options for question in questions} == {("a", "b", "c", "d")}


def test_without_wishes_all_are_drawn():
    assert {question.key for question in drawn(wanted=None)} == set(dict(QUESTIONS))


def test_wishes_for_one_objective_add_up():
    assert len(drawn(wanted=[("air", 1), ("air", 2)])) == 3


@pytest.mark.parametrize("wanted", [[("air", 7)], [("nobody", 1)]])
def test_too_few_questions_are_an_error_and_not_a_shorter_quiz(wanted):
    with pytest.raises(NotEnoughQuestions):
        drawn(wanted=wanted)


def test_a_new_question_elsewhere_changes_no_other_objective():
    before = {question.key for question in drawn(shuffle=False) if question.key in dict(QUESTIONS)}
    after = {question.key for question in drawn(questions=[*QUESTIONS, ("q99", "limits")], shuffle=False)}
    assert before == after


@given(seed=st.text(), answers=st.booleans())
def test_a_key_that_is_an_order_is_never_shown(seed, answers):
    questions = drawn(seed, answers=answers, always=set(OPTIONS))
    assert all(question.options != ("a", "b", "c", "d") for question in questions)


@pytest.mark.parametrize("options", [(), ("a",), ("a", "a")])
def test_what_cannot_be_disordered_ends(options):
    assert drawn(wanted=None, questions=[("q", "o")], options={"q": options}, always={"q"})[0].options == options


def chi_square(counts, cells, total):
    return sum((counts[cell] - total / len(cells)) ** 2 / (total / len(cells)) for cell in cells)


def test_every_question_is_equally_likely():
    """Six questions, one drawn: 5 degrees of freedom, 20.5 at one in a thousand."""
    keys = [key for key, objective in QUESTIONS if objective == "air"]
    counts = Counter(drawn(str(seed), wanted=[("air", 1)])[0].key for seed in range(3000))
    assert chi_square(counts, keys, 3000) < 20.5


def test_every_order_of_answers_is_equally_likely():
    """Three answers: 6 orders, 5 degrees of freedom."""
    question, options = [("q", "o")], {"q": ["a", "b", "c"]}
    counts = Counter(drawn(str(seed), question, None, options=options)[0].options for seed in range(3000))
    assert chi_square(counts, list(permutations("abc")), 3000) < 20.5


def test_every_other_order_is_equally_likely_when_the_key_is_an_order():
    """Five orders are left: 4 degrees of freedom, 18.5 at one in a thousand."""
    question, options = [("q", "o")], {"q": ["a", "b", "c"]}
    counts = Counter(drawn(str(seed), question, None, options=options, always={"q"})[0].options for seed in range(3000))
    others = [order for order in permutations("abc") if order != ("a", "b", "c")]
    assert chi_square(counts, others, 3000) < 18.5


BANK = {question["id"]: question for question in EVERY}
STILL = {"questions": False, "answers": False}


def test_a_quiz_draws_by_objective():
    quiz = {"draw": [{"objective": "gowning", "count": 2}, {"objective": "air", "count": 1}]}
    objectives = Counter(BANK[question.key]["objective"] for question in draw_quiz("s", BANK, quiz).questions)
    assert objectives == {"gowning": 2, "air": 1}


def test_a_quiz_without_wishes_draws_all():
    assert {question.key for question in draw_quiz("s", BANK, {}).questions} == set(BANK)


SHOWN = [
    (SINGLE, ("change", "spray", "ignore")),
    (GAPS, ("grade/g-a", "grade/g-b")),
]


@pytest.mark.parametrize(("question", "options"), SHOWN, ids=repr)
def test_a_quiz_that_does_not_shuffle_keeps_the_key(question, options):
    assert draw_quiz("s", {"q": question}, {"shuffle": STILL}).questions[0].options == options


def test_items_to_order_are_shuffled_in_every_quiz():
    shown = draw_quiz("s", {"q": ORDERING}, {"shuffle": STILL}).questions[0].options
    assert shown != ("hood", "coverall", "boots", "gloves")
