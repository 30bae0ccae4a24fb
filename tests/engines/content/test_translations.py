"""A translation is shown when it was made from the original as it is; otherwise the original is, and says so."""

import pytest

from lms.engines.content.restamp import restamp

from .samples import BANK_FILES, COURSE, FILES, bank_folder, course_folder, load, load_bank_with, spoiled, told

COURSE_KO = """\
source: ""
title: 깨끗하게 일하기
summary: 방을 깨끗하게.
audience: 신입
objectives:
  - {id: gowning, text: 갱의하기}
  - {id: moving, text: 천천히 움직이기}
references:
  - {id: annex1, title: EU GMP 부속서 1 (2022)}
glossary:
  - {id: airlock, term: 에어록, text: 문이 *둘*인 방}
modules:
  - {id: people, title: 사람, summary: 사람에 대하여}
  - {id: people-extra, title: 더}
quizzes:
  - {id: final, title: 퀴즈}
certificate: {title: 수료증}
"""

SOURCE_KO = """\
---
title: 오염원
summary: 어디에서 오는가.
---

사람은 입자를 냅니다. [에어록](term:airlock) [4.14](ref:annex1).

## 1차 기류

![공기가 내려온다](assets/air.svg "공기")

:::check shed
question: 누가 냅니까?
answers:
  - {text: 모두, right: true, feedback: 예.}
  - {text: 아무도, feedback: 아니요.}
:::
"""

QUESTIONS_KO = """\
- id: first-piece
  text: 무엇이 먼저입니까?
  answers:
    - {id: hood, text: 후드, feedback: 예.}
    - {id: suit, text: 무균복, feedback: 아니요.}
  feedback: 머리부터.
- {id: air-name, text: 이름은?, accept: [1차 기류]}
- id: limits
  text: "{{grade}}등급은 {{number}}개"
  gaps:
    - {id: grade, choices: [{id: a, text: 가}, {id: b, text: 나}]}
    - {id: number, accept: ["3520"]}
- {id: endotoxin, text: 한도는?}
- {id: slow, text: 천천히 움직인다., feedback_false: 느리면 적다.}
- id: rooms
  text: 이으시오.
  pairs: [{id: a, left: A등급, right: 충전}, {id: b, left: B등급, right: 배경}]
  extra: [{id: c, text: 사무실}]
"""

BANK_KO = "title: 기초\nobjectives: [{id: gowning, text: 갱의}, {id: moving, text: 움직임}]\n"


def stamped_course(changes=None) -> dict[str, str]:
    """The translations with their stamps, as `lms content stamp` would write them."""
    files = {"course.ko.yaml": COURSE_KO, "people/source.ko.md": SOURCE_KO, **(changes or {})}
    made = restamp(course_folder(files))
    return {**files, **{name: data.decode() for name, data in made.items()}}


def stamped_bank(changes=None) -> dict[str, str]:
    files = {"bank.ko.yaml": BANK_KO, "questions.ko.yaml": QUESTIONS_KO, **(changes or {})}
    made = restamp(bank_folder(files))
    return {**files, **{name: data.decode() for name, data in made.items()}}


@pytest.fixture(scope="module")
def course():
    return load(stamped_course(), stamped_bank()).course


def test_the_course_is_shown_in_its_translation(course):
    text = course.texts["ko"]
    assert (text.title, text.shown_locale, text.certificate) == ("깨끗하게 일하기", "ko", "수료증")
    assert text.objectives["gowning"] == "갱의하기"
    assert text.glossary["airlock"] == ("에어록", "<p>문이 <em>둘</em>인 방</p>\n")
    assert text.references["annex1"] == ("EU GMP 부속서 1 (2022)", "https://example.org/annex1")


def test_a_lesson_is_shown_in_its_translation_with_everything_around_it(course):
    text = course.activities[0].texts["ko"]
    assert (text.title, text.shown_locale) == ("오염원", "ko")
    for words in (
        "<strong>그림 1.</strong> 공기",
        "스스로 확인하기",
        "참고 문헌",
        "용어 설명",
        "문이 <em>둘</em>인 방",
    ):
        assert words in text.html
    assert "[EU GMP 부속서 1, 4.14]" in text.html


def test_what_has_no_translation_shows_the_original(course):
    assert course.activities[1].texts["ko"] is course.activities[1].texts["en"]


def question(course, name):
    return next(one for one in course.questions if one.source["id"] == name)


def test_a_question_is_shown_in_its_translation(course):
    text = question(course, "first-piece").texts["ko"]
    assert text.shown_locale == "ko"
    assert text.public["answers"] == {"hood": "후드", "suit": "무균복"}
    assert text.feedback == {
        "general": "<p>머리부터.</p>\n",
        "answers": {"hood": "예.", "suit": "아니요."},
        "right": "후드",
    }


def test_accepted_answers_are_those_of_all_shown_languages(course):
    assert question(course, "air-name").source["accept"] == {
        "en": ["first air", "unidirectional air"],
        "ko": ["1차 기류"],
    }


def test_the_order_of_answers_is_the_originals(course):
    text = question(course, "rooms").texts["ko"]
    assert list(text.public["lefts"]) == ["b", "a"]
    assert text.feedback["right"] == "<ul><li>B등급 → 배경</li><li>A등급 → 충전</li></ul>"


def test_gaps_are_filled_in_the_language(course):
    text = question(course, "limits").texts["ko"]
    assert text.feedback["right"] == "<p><strong>가</strong>등급은 <strong>3520</strong>개</p>\n"


def test_true_and_false_are_in_the_language(course):
    assert question(course, "slow").texts["ko"].public["answers"] == {"true": "참", "false": "거짓"}


def test_a_bank_is_shown_in_its_translation(course):
    assert (course.banks[0].texts["ko"].title, course.banks[0].texts["ko"].shown_locale) == ("기초", "ko")


def test_the_original_is_a_reason_to_warn_where_there_is_no_translation(course):
    lines = told(load(stamped_course(), stamped_bank()), translations=True)
    assert [line.split(": ", 1)[1].removesuffix("; the original is shown") for line in lines] == [
        "warning: there is no extra/more.ko.md; the original is shown in ko",
        "warning: there is no people/gown.ko.md; the original is shown in ko",
        'warning: question "what-sheds" has no translation into ko',
        'warning: question "order" has no translation into ko',
    ]


STALE = [
    ("course.yaml", spoiled(COURSE, "About people.", "On people."), "course.ko.yaml:1:9"),
    ("people/source.md", spoiled(FILES["people/source.md"], "People shed.", "All shed."), "people/source.ko.md:2:9"),
]


@pytest.mark.parametrize(("name", "text", "place"), STALE)
def test_a_translation_of_an_older_original_is_told_and_not_shown(name, text, place):
    loaded = load({**stamped_course(), name: text})
    assert any(line.startswith(f"modules/clean/{place}: warning: the original has changed") for line in told(loaded)), (
        told(loaded)
    )
    shown = loaded.course.texts["ko"] if name == "course.yaml" else loaded.course.activities[0].texts["ko"]
    assert shown.shown_locale == "en"


def test_a_question_of_an_older_original_is_told_and_not_shown():
    text = spoiled(BANK_FILES["questions.yaml"], "From the head down.", "From the top down.")
    loaded = load_bank_with({**stamped_bank(), "questions.yaml": text})
    assert told(loaded, translations=True)[0].startswith(
        "quizzes/basics/questions.ko.yaml:1:11: warning: the original has changed since this translation"
    )
    assert [one.texts["ko"].shown_locale for one in loaded.bank.questions if one.kind == "single"] == ["en"]


def test_a_new_key_leaves_translations_of_a_question_as_they_are():
    text = spoiled(BANK_FILES["questions.yaml"], "answer: 2.50", "answer: 2.75")
    bank = load_bank_with({**stamped_bank(), "questions.yaml": text}).bank
    assert next(one for one in bank.questions if one.kind == "numeric").texts["ko"].shown_locale == "ko"


LACKING = [
    (
        "course.ko.yaml",
        COURSE_KO,
        "  - {id: moving, text: 천천히 움직이기}\n",
        "",
        'course.ko.yaml:5:1: warning: "moving" of the',
    ),
    (
        "course.ko.yaml",
        COURSE_KO,
        "id: moving",
        "id: mving",
        'course.ko.yaml:7:10: warning: the original has no "mving"',
    ),
    ("course.ko.yaml", COURSE_KO, "audience: 신입\n", "", 'course.ko.yaml:1:1: warning: "audience" is not translated'),
    (
        "people/source.ko.md",
        SOURCE_KO,
        "check shed",
        "check other",
        "people/source.ko.md:2:1: warning: the checks differ",
    ),
    (
        "people/source.ko.md",
        SOURCE_KO,
        "summary: ",
        "minutes: 3\nsummary: ",
        'people/source.ko.md:4:1: warning: "minutes" is',
    ),
]


@pytest.mark.parametrize(("name", "text", "old", "new", "expected"), LACKING)
def test_what_a_translation_lacks_is_told(name, text, old, new, expected):
    loaded = load(stamped_course({name: spoiled(text, old, new)}))
    assert loaded.course
    lines = told(loaded, translations=True)
    assert any(line.startswith(f"modules/clean/{expected}") for line in lines), lines


def test_where_a_translation_is_silent_the_original_speaks():
    text = load(stamped_course({"course.ko.yaml": spoiled(COURSE_KO, "audience: 신입\n", "")})).course.texts["ko"]
    assert (text.title, text.audience, text.shown_locale) == ("깨끗하게 일하기", "New staff", "ko")


def test_other_checks_than_the_originals_are_not_shown():
    loaded = load(stamped_course({"people/source.ko.md": spoiled(SOURCE_KO, "check shed", "check other")}))
    assert loaded.course.activities[0].texts["ko"].shown_locale == "en"


QUESTION_LACKS = [
    ("    - {id: suit, text: 무균복, feedback: 아니요.}\n", "", "not translated: answers, suit, text"),
    ("id: suit", "id: siut", "the original has no answers, siut"),
    ("  feedback: 머리부터.\n", "", "not translated: feedback"),
    ("{{grade}}등급", "등급", "not translated: {{grade}} in text"),
    ("{id: slow, text", "{id: slwo, text", 'the original has no question "slwo"'),
]


@pytest.mark.parametrize(("old", "new", "expected"), QUESTION_LACKS)
def test_what_a_question_lacks_is_told_and_the_original_shown(old, new, expected):
    loaded = load_bank_with(stamped_bank({"questions.ko.yaml": spoiled(QUESTIONS_KO, old, new)}))
    assert loaded.bank
    assert any(expected in line and ": warning: " in line for line in told(loaded, translations=True))


def test_a_mistake_in_a_translation_that_is_not_shown_stops_nobody():
    broken = SOURCE_KO.replace("(assets/air.svg", "(assets/gone.svg")
    loaded = load({"people/source.ko.md": broken})
    assert loaded.course
    assert any("warning: there is no file" in line for line in told(loaded))


def test_a_mistake_in_a_translation_that_is_shown_is_an_error():
    broken = SOURCE_KO.replace("(assets/air.svg", "(assets/gone.svg")
    assert load(stamped_course({"people/source.ko.md": broken})).course is None
