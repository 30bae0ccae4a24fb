"""Each kind of question: its key, what a person reads before the answer, and what only after."""

import pytest

from .samples import BANK_FILES, load_bank_with, spoiled, told


@pytest.fixture(scope="module")
def questions():
    loaded = load_bank_with()
    assert told(loaded) == []
    return {question.source["id"]: question for question in loaded.bank.questions}


HEAD = {"points": 1, "difficulty": "medium", "reference": ""}
SOURCES = {
    "first-piece": {"kind": "single", "answers": [{"id": "hood", "right": True}, {"id": "suit", "right": False}]},
    "slow": {"kind": "truefalse", "answer": True},
    "endotoxin": {
        "kind": "numeric",
        "answer": 2.5,
        "tolerance": {"absolute": 0.1},
        "unit": "EU/mL",
        "other_units": [{"unit": "EU/L", "factor": 0.001}],
        "significant_figures": None,
    },
    "air-name": {
        "kind": "short",
        "accept": {"en": ["first air", "unidirectional air"]},
        "ignore": ["case", "spaces"],
    },
    "rooms": {"kind": "matching", "pairs": [{"id": "b"}, {"id": "a"}], "extra": [{"id": "c"}]},
    "order": {"kind": "ordering", "items": [{"id": "second"}, {"id": "first"}], "partial": "all-or-nothing"},
    "limits": {
        "kind": "gaps",
        "gaps": [
            {"id": "grade", "choices": [{"id": "a", "right": True}, {"id": "b", "right": False}]},
            {"id": "number", "accept": {"en": ["3520", "3 520"]}},
        ],
        "ignore": ["case", "spaces"],
    },
}


@pytest.mark.parametrize(("name", "expected"), SOURCES.items(), ids=list(SOURCES))
def test_the_canonical_question_holds_key_and_rules(questions, name, expected):
    source = questions[name].source
    objective = source["objective"]
    assert source == {"id": name, "objective": objective, **HEAD, **expected}


PUBLIC = {
    "first-piece": {
        "text": "<p>Which piece is <em>first</em>?</p>\n",
        "answers": {"hood": "The hood", "suit": "The suit"},
        "choose": None,
    },
    "what-sheds": {"answers": {"skin": "Skin", "hair": "Hair", "steel": "Steel"}, "choose": 2},
    "slow": {"answers": {"true": "True", "false": "False"}},
    "endotoxin": {"unit": "EU/mL", "units": ["EU/mL", "EU/L"]},
    "rooms": {
        "lefts": {"b": "Grade B", "a": "Grade A"},
        "rights": {"a": "Filling", "b": "Background", "c": "Office"},
    },
    "order": {"items": {"first": "Suit", "second": "Hood"}},
    "limits": {
        "text": "<p>Grade {{grade}} has {{number}} particles.</p>\n",
        "gaps": {"grade": {"choices": {"a": "A", "b": "B"}}, "number": {"input": True}},
    },
}


@pytest.mark.parametrize(("name", "expected"), PUBLIC.items(), ids=list(PUBLIC))
def test_the_public_text_is_what_the_page_needs(questions, name, expected):
    public = questions[name].texts["en"].public
    assert {key: public[key] for key in expected} == expected


RIGHT = {
    "first-piece": "The hood",
    "what-sheds": "<ul><li>Skin</li><li>Hair</li></ul>",
    "slow": "True",
    "endotoxin": "2.50 EU/mL (± 0.1)",
    "air-name": "first air",
    "rooms": "<ul><li>Grade B → Background</li><li>Grade A → Filling</li></ul>",
    "order": "<ol><li>Hood</li><li>Suit</li></ol>",
    "limits": "<p>Grade <strong>A</strong> has <strong>3520</strong> particles.</p>\n",
}


@pytest.mark.parametrize(("name", "expected"), RIGHT.items(), ids=list(RIGHT))
def test_the_right_answer_can_be_read(questions, name, expected):
    assert questions[name].texts["en"].feedback["right"] == expected


def test_feedback_is_by_answer_and_in_general(questions):
    feedback = questions["first-piece"].texts["en"].feedback
    assert feedback["answers"] == {"hood": "Yes.", "suit": "No."}
    assert feedback["general"] == "<p>From the head down.</p>\n"
    assert questions["slow"].texts["en"].feedback["answers"] == {"false": "Slow movement sheds less."}


def test_nothing_public_tells_the_right_one(questions):
    for question in questions.values():
        assert "right" not in str(question.texts["en"].public).replace("rights", "")


@pytest.mark.parametrize(("name", "listed"), [("order", "items"), ("rooms", "rights")])
def test_the_order_of_authoring_does_not_tell_the_key(questions, name, listed):
    ids = list(questions[name].texts["en"].public[listed])
    assert ids == sorted(ids)


def test_the_number_of_right_answers_may_be_kept_back():
    text = spoiled(BANK_FILES["questions.yaml"], "points: 2", "points: 2\n  tell_count: false")
    bank = load_bank_with({"questions.yaml": text}).bank
    question = next(one for one in bank.questions if one.source["id"] == "what-sheds")
    assert question.texts["en"].public["choose"] is None


def test_relative_tolerance_is_told_in_percent():
    text = spoiled(BANK_FILES["questions.yaml"], "{absolute: 0.1}", "{relative: 0.02}")
    bank = load_bank_with({"questions.yaml": text}).bank
    question = next(one for one in bank.questions if one.kind == "numeric")
    assert question.texts["en"].feedback["right"] == "2.50 EU/mL (± 2 %)"


def test_questions_may_stand_in_several_files():
    text = BANK_FILES["questions.yaml"]
    cut = text.index("- id: slow")
    split = {"questions.yaml": None, "questions/b.yaml": text[:cut], "questions/a.yaml": text[cut:]}
    assert load_bank_with(split).bank == load_bank_with().bank


BANKS = [
    ({"bank.yaml": None}, "bank.yaml:1:1: error: there is no bank.yaml"),
    ({"bank.yaml": BANK_FILES["bank.yaml"].replace("id: basics", "id: other")}, "bank.yaml:1:5: error: the id must be"),
    ({"questions.yaml": None}, "bank.yaml:1:1: error: the bank has no questions"),
    ({"questions.yaml": "a: b"}, "questions.yaml:1:1: error: expected a list of questions"),
    ({"questions.yaml": "- a"}, "questions.yaml:1:3: error: expected a question"),
    ({"notes.yaml": "a: b"}, "notes.yaml:1:1: warning: nothing names this file"),
    ({"questions.de.yaml": "[]"}, 'questions.de.yaml:1:1: warning: "de" is not among the languages'),
    ({"assets/a.png": b"x"}, "assets/a.png:1:1: warning: no text uses this file"),
]


@pytest.mark.parametrize(("changes", "expected"), BANKS)
def test_a_mistake_in_the_folder_of_a_bank(changes, expected):
    lines = told(load_bank_with(changes))
    assert any(line.startswith(f"quizzes/basics/{expected}") for line in lines), lines


def test_a_picture_of_a_question_is_a_file_of_the_bank():
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (64).to_bytes(4, "big") + (32).to_bytes(4, "big")
    text = spoiled(
        BANK_FILES["questions.yaml"], "text: Order them.", "text: |\n    Order:\n\n    ![A room](assets/a.png)"
    )
    loaded = load_bank_with({"questions.yaml": text, "assets/a.png": png})
    assert told(loaded) == []
    question = next(one for one in loaded.bank.questions if one.kind == "ordering")
    public = question.texts["en"].public["text"]
    assert '/quizzes/basics/assets/a.png" alt="A room" width="64" height="32"' in public
