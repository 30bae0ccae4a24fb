"""Names of options on the page give nothing away."""

import pytest

from lms.engines.quiz import kinds
from lms.engines.quiz.aliases import aliases, hidden, revealed
from lms.engines.quiz.responses import Ungradable

from .examples import EVERY, GAPS, MATCHING, MULTIPLE, NUMERIC, ORDERING, SHORT, SINGLE, TRUEFALSE

EACH = pytest.mark.parametrize("question", EVERY, ids=lambda question: question["kind"])
WITH_OPTIONS = [
    (SINGLE, {"choice": "change"}),
    (MULTIPLE, {"choices": ["a", "c"]}),
    (MATCHING, {"pairs": {"a": "a", "b": "x"}}),
    (ORDERING, {"order": ["boots", "hood", "gloves", "coverall"]}),
    (GAPS, {"gaps": {"grade": "g-b", "name": "g-b"}}),
]


@EACH
def test_what_a_page_is_shown_comes_back_as_it_was(question):
    names = aliases("seed", "q", question)
    raw = kinds.right_answer(question)
    assert revealed(question, hidden(question, raw, names), names) == raw


@pytest.mark.parametrize(("question", "raw"), WITH_OPTIONS, ids=repr)
def test_a_page_shows_no_real_id_of_an_option(question, raw):
    names = aliases("seed", "q", question)
    shown = hidden(question, raw, names)
    assert shown != raw
    assert not set(names) & set(names.values())


@pytest.mark.parametrize(("question", "raw"), WITH_OPTIONS, ids=repr)
def test_a_real_id_from_a_page_is_refused(question, raw):
    """Joining each left side to its own id would otherwise earn everything."""
    names = aliases("seed", "q", question)
    assert kinds.parse(question, revealed(question, raw, names)) == Ungradable("unknown-option")


@pytest.mark.parametrize(
    ("question", "raw"),
    [
        (NUMERIC, {"text": "2.5"}),
        (SHORT, {"text": "air"}),
        (TRUEFALSE, {"value": True}),
        (GAPS, {"gaps": {"name": "air"}}),
    ],
)
def test_typed_text_stays(question, raw):
    assert revealed(question, raw, aliases("seed", "q", question)) == raw


@EACH
@pytest.mark.parametrize(
    "raw", [None, [], {"choice": 1}, {"choices": [1, None]}, {"pairs": {"a": []}}, {"gaps": {"x": {}}}]
)
def test_any_shape_passes_through_to_parse(question, raw):
    response = kinds.parse(question, revealed(question, raw, {}))
    assert response is None or isinstance(response, Ungradable)


def test_an_empty_choice_stays_empty():
    assert revealed(MATCHING, {"pairs": {"a": "", "b": None}}, {}) == {"pairs": {"a": "", "b": None}}


def test_aliases_differ_by_attempt_and_by_question():
    keys = [("one", "q"), ("two", "q"), ("one", "r")]
    assert len({alias for seed, key in keys for alias in aliases(seed, key, SINGLE).values()}) == 9


def test_aliases_are_pinned():
    """An attempt's page may be open while the server is renewed."""
    assert aliases("seed", "q", SINGLE)["change"] == "7z3zl3hdzu"


def test_choices_of_two_gaps_may_share_an_id():
    gap = {"choices": [{"id": "yes", "right": True}, {"id": "no"}]}
    question = {"id": "q", "kind": "gaps", "gaps": [{"id": "one", **gap}, {"id": "two", **gap}]}
    raw, names = {"gaps": {"one": "yes", "two": "no"}}, aliases("seed", "q", question)
    shown = hidden(question, raw, names)
    assert shown["gaps"] == {"one": names["one/yes"], "two": names["two/no"]}
    assert revealed(question, shown, names) == raw
