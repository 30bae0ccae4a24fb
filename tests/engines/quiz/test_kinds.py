"""What is true of every kind of question."""

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.engines.quiz import kinds
from lms.engines.quiz.responses import Ungradable

from .examples import EVERY, GAPS, MATCHING, MULTIPLE, NUMERIC, ORDERING, SHORT, SINGLE, TRUEFALSE

EACH = pytest.mark.parametrize("question", EVERY, ids=lambda question: question["kind"])

leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
any_json = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12)
words = st.sampled_from(["choice", "choices", "value", "text", "unit", "pairs", "order", "gaps", "a", "b", "x", "hood"])
near_json = st.dictionaries(words, words | any_json | st.lists(words) | st.dictionaries(words, words | any_json))


def test_examples_cover_every_kind():
    assert {question["kind"] for question in EVERY} == set(kinds.KINDS)


@EACH
@given(raw=any_json | near_json)
def test_parse_never_raises_and_grades_stay_within_bounds(question, raw):
    response = kinds.parse(question, raw)
    if response is None or isinstance(response, Ungradable):
        return
    graded = kinds.grade(question, response, "ko")
    assert 0 <= graded.fraction <= 1


@EACH
def test_right_answer_earns_everything(question):
    response = kinds.parse(question, kinds.right_answer(question))
    assert kinds.grade(question, response).fraction == 1


@EACH
def test_right_answer_survives_json(question):
    raw = kinds.right_answer(question)
    assert json.loads(json.dumps(raw)) == raw


@EACH
def test_null_clears(question):
    assert kinds.parse(question, None) is None


@EACH
@pytest.mark.parametrize("raw", [[], "a", 1, True, {}, {"choose": "a"}], ids=repr)
def test_other_shapes_are_refused(question, raw):
    assert kinds.parse(question, raw) == Ungradable("wrong-shape")


@EACH
def test_more_than_ten_kilobytes_are_refused(question):
    raw = kinds.right_answer(question) | {"more": "é" * 5000}
    assert kinds.parse(question, raw) == Ungradable("too-large")


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_what_no_database_stores_is_refused(text):
    assert kinds.parse(SHORT, {"text": text}) == Ungradable("not-text")


def test_deep_nesting_is_refused_without_recursion():
    raw = {"choice": []}
    for _ in range(9000):
        raw = {"choice": raw}
    assert isinstance(kinds.parse(SINGLE, raw), Ungradable)


EMPTY = [
    (SINGLE, {"choice": None}),
    (MULTIPLE, {"choices": []}),
    (TRUEFALSE, {"value": None}),
    (NUMERIC, {"text": "  ", "unit": "EU/mL"}),
    (NUMERIC, {"text": None}),
    (SHORT, {"text": " "}),
    (SHORT, {"text": None}),
    (MATCHING, {"pairs": {}}),
    (MATCHING, {"pairs": {"a": None, "b": ""}}),
    (ORDERING, {"order": None}),
    (GAPS, {"gaps": {"grade": None, "name": "  "}}),
]


@pytest.mark.parametrize(("question", "raw"), EMPTY, ids=repr)
def test_empty_answers_are_cleared(question, raw):
    assert kinds.parse(question, raw) is None


REFUSED = [
    (SINGLE, {"choice": "nobody"}, "unknown-option"),
    (SINGLE, {"choice": ["change"]}, "wrong-type"),
    (SINGLE, {"choice": "change", "more": 1}, "wrong-shape"),
    (MULTIPLE, {"choices": ["a", "z"]}, "unknown-option"),
    (MULTIPLE, {"choices": ["a", "a"]}, "repeated-option"),
    (MULTIPLE, {"choices": "a"}, "wrong-type"),
    (MULTIPLE, {"choices": [["a"]]}, "wrong-type"),
    (TRUEFALSE, {"value": 1}, "wrong-type"),
    (TRUEFALSE, {"value": "true"}, "wrong-type"),
    (NUMERIC, {"text": 2.5}, "wrong-type"),
    (NUMERIC, {"text": "2.5", "unit": "mg"}, "unknown-unit"),
    (NUMERIC, {"text": "2.5", "unit": 5}, "wrong-type"),
    (SHORT, {"text": ["first air"]}, "wrong-type"),
    (MATCHING, {"pairs": {"a": "z"}}, "unknown-option"),
    (MATCHING, {"pairs": {"z": "a"}}, "unknown-option"),
    (MATCHING, {"pairs": {"x": "a"}}, "unknown-option"),
    (MATCHING, {"pairs": {"a": {"a": "a"}}}, "wrong-type"),
    (MATCHING, {"pairs": [["a", "a"]]}, "wrong-type"),
    (ORDERING, {"order": ["hood", "boots"]}, "incomplete-order"),
    (ORDERING, {"order": ["hood", "hood", "boots", "gloves"]}, "repeated-option"),
    (ORDERING, {"order": ["hood", "coverall", "boots", "hat"]}, "unknown-option"),
    (ORDERING, {"order": "hood"}, "wrong-type"),
    (GAPS, {"gaps": {"grade": "airlock"}}, "unknown-option"),
    (GAPS, {"gaps": {"other": "g-a"}}, "unknown-gap"),
    (GAPS, {"gaps": {"name": 1}}, "wrong-type"),
    (GAPS, {"gaps": ["g-a"]}, "wrong-type"),
]


@pytest.mark.parametrize(("question", "raw", "reason"), REFUSED, ids=repr)
def test_malformed_is_not_wrong(question, raw, reason):
    assert kinds.parse(question, raw) == Ungradable(reason)


KEPT = [
    (NUMERIC, {"text": "about 2", "unit": "EU/mL"}, "not-a-number"),
    (NUMERIC, {"text": "2.5"}, "unit-missing"),
    (NUMERIC, {"text": "2.5 EU/L", "unit": "EU/mL"}, "two-units"),
    (NUMERIC, {"text": "1,234", "unit": "EU/mL"}, "ambiguous-number"),
    (SHORT, {"text": "a" * 501}, "too-long"),
    (GAPS, {"gaps": {"name": "a" * 501}}, "too-long"),
]


@pytest.mark.parametrize(("question", "raw", "reason"), KEPT, ids=lambda value: str(value)[:40])
def test_what_people_type_honestly_is_kept(question, raw, reason):
    assert kinds.parse(question, raw) == Ungradable(reason, kept=True)


GRADED = [
    (SINGLE, {"choice": "change"}, 1),
    (SINGLE, {"choice": "spray"}, 0),
    (TRUEFALSE, {"value": True}, 1),
    (TRUEFALSE, {"value": False}, 0),
    (MATCHING, {"pairs": {"a": "a", "b": "b", "c": "c"}}, 1),
    (MATCHING, {"pairs": {"a": "a", "b": "c", "c": "x"}}, Fraction(1, 3)),
    (MATCHING, {"pairs": {"a": "a"}}, Fraction(1, 3)),
    (MATCHING, {"pairs": {"a": "a", "b": "a", "c": "a"}}, Fraction(1, 3)),
    (ORDERING, {"order": ["hood", "coverall", "boots", "gloves"]}, 1),
    (ORDERING, {"order": ["coverall", "hood", "boots", "gloves"]}, 0),
    (ORDERING | {"partial": "adjacent"}, {"order": ["hood", "coverall", "boots", "gloves"]}, 1),
    (ORDERING | {"partial": "adjacent"}, {"order": ["gloves", "hood", "coverall", "boots"]}, Fraction(2, 3)),
    (ORDERING | {"partial": "adjacent"}, {"order": ["gloves", "boots", "coverall", "hood"]}, 0),
    (GAPS, {"gaps": {"grade": "g-a", "name": "Air lock"}}, 1),
    (GAPS, {"gaps": {"grade": "g-b", "name": "airlock"}}, Fraction(1, 2)),
    (GAPS, {"gaps": {"grade": "g-a"}}, Fraction(1, 2)),
]


@pytest.mark.parametrize(("question", "raw", "fraction"), GRADED, ids=repr)
def test_grade(question, raw, fraction):
    assert kinds.grade(question, kinds.parse(question, raw)).fraction == fraction


def test_parts_name_each_decision():
    parts = kinds.grade(MATCHING, kinds.parse(MATCHING, {"pairs": {"a": "a", "b": "c"}})).parts
    assert [(part.id, part.given, part.right) for part in parts] == [
        ("a", "a", True),
        ("b", "c", False),
        ("c", None, False),
    ]


PARTS = [
    (SINGLE, {"choice": "spray"}, [("spray", "spray", False, 0)]),
    (GAPS, {"gaps": {"name": "airlock"}}, [("grade", None, False, 0), ("name", "airlock", True, Fraction(1, 2))]),
    (
        ORDERING,
        {"order": ["hood", "boots", "coverall", "gloves"]},
        [
            ("hood", "hood", True, Fraction(1, 4)),
            ("coverall", "boots", False, 0),
            ("boots", "coverall", False, 0),
            ("gloves", "gloves", True, Fraction(1, 4)),
        ],
    ),
]


@pytest.mark.parametrize(("question", "raw", "expected"), PARTS, ids=repr)
def test_parts_carry_their_share(question, raw, expected):
    parts = kinds.grade(question, kinds.parse(question, raw)).parts
    assert [(part.id, part.given, part.right, part.credit) for part in parts] == expected


def test_one_item_is_in_order():
    question = {"id": "q", "kind": "ordering", "partial": "adjacent", "items": [{"id": "only"}]}
    assert kinds.grade(question, ("only",)).fraction == 1


def test_a_corrected_pair_has_the_partner_that_it_names():
    corrected = MATCHING | {"pairs": [{"id": "a", "right": "x"}, {"id": "b"}, {"id": "c", "right": "b"}]}
    assert kinds.right_answer(corrected) == {"pairs": {"a": "x", "b": "b", "c": "b"}}
    old = kinds.parse(corrected, kinds.right_answer(MATCHING))
    assert kinds.grade(corrected, old).fraction == Fraction(1, 3)
