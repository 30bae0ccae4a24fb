"""Partial credit where several answers are right: a and b are, c, d and e are not."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.engines.quiz import kinds

from .examples import MULTIPLE

CREDIT = [
    # chosen, all-or-nothing, per-option, right-minus-wrong
    ("ab", 1, 1, 1),
    ("a", 0, Fraction(3, 5), Fraction(1, 2)),
    ("abc", 0, Fraction(3, 5), Fraction(2, 3)),
    ("ac", 0, Fraction(1, 5), Fraction(1, 6)),
    ("acd", 0, 0, 0),
    ("c", 0, 0, 0),
    ("abcde", 0, 0, 0),
]
POLICIES = ("all-or-nothing", "per-option", "right-minus-wrong")
CASES = [(policy, chosen, credits[place]) for chosen, *credits in CREDIT for place, policy in enumerate(POLICIES)]


def fraction(question, chosen):
    return kinds.grade(question, kinds.parse(question, {"choices": list(chosen)})).fraction


@pytest.mark.parametrize(("policy", "chosen", "credit"), CASES)
def test_policy(policy, chosen, credit):
    assert fraction(MULTIPLE | {"partial": policy}, chosen) == credit


def test_per_option_is_the_default():
    assert fraction(MULTIPLE, "a") == Fraction(3, 5)


@pytest.mark.parametrize("policy", POLICIES)
def test_one_wrong_answer_of_many_earns_nothing(policy):
    answers = [{"id": "a", "right": True}, *({"id": name} for name in "bcdefgh")]
    assert fraction(MULTIPLE | {"answers": answers, "partial": policy}, "b") == 0


@pytest.mark.parametrize("policy", POLICIES)
def test_without_wrong_options_everything_chosen_is_right(policy):
    answers = [{"id": "a", "right": True}, {"id": "b", "right": True}]
    assert fraction(MULTIPLE | {"answers": answers, "partial": policy}, "ab") == 1


@pytest.mark.parametrize("policy", POLICIES)
@given(rights=st.lists(st.booleans(), min_size=1, max_size=8), data=st.data())
def test_credit_stays_within_bounds_and_is_whole_only_for_the_key(policy, rights, data):
    names = "abcdefgh"[: len(rights)]
    answers = [{"id": name, "right": right} for name, right in zip(names, rights, strict=True)]
    chosen = data.draw(st.sets(st.sampled_from(names), min_size=1))
    credit = fraction(MULTIPLE | {"answers": answers, "partial": policy}, chosen)
    key = {name for name, right in zip(names, rights, strict=True) if right}
    assert 0 <= credit <= 1
    assert (credit == 1) == (chosen == key)


def test_parts_show_options_left_out_by_mistake():
    parts = kinds.grade(MULTIPLE, ("a", "c")).parts
    assert [(part.id, part.given, part.right) for part in parts] == [
        ("a", "a", True),
        ("b", None, False),
        ("c", "c", False),
        ("d", None, True),
        ("e", None, True),
    ]
