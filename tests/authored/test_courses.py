"""Every course that is shipped is right, whole in all its languages, and light."""

from collections import Counter

import pytest

from lms.engines.content.model import Course, Lesson, Quiz
from lms.engines.content.restamp import restamp
from tests.authored.conftest import loaded, shipped

COURSES = sorted(shipped().courses)
#: Reading a lesson costs no more than this, in any language.
MOST_LESSON_BYTES = 300_000
#: The languages that the product is shipped in.
LANGUAGES = {"en", "ko", "fr"}
#: How many times a quiz can be drawn from its bank with other questions each time.
LEAST_DRAWS = 2


def _course(name: str) -> Course:
    course = loaded(name).course
    assert course, "\n".join(map(str, loaded(name).problems))
    return course


def test_there_are_courses() -> None:
    assert COURSES


@pytest.mark.parametrize("name", COURSES)
def test_nothing_is_wrong(name: str) -> None:
    assert [str(problem) for problem in [*shipped().problems, *loaded(name).problems]] == []


@pytest.mark.parametrize("name", COURSES)
def test_it_is_in_every_language(name: str) -> None:
    assert set(_course(name).languages) >= LANGUAGES


@pytest.mark.parametrize("name", COURSES)
def test_every_translation_is_shown(name: str) -> None:
    """A missing or stale one would fall back to the original."""
    course = _course(name)
    shown = {f"course {locale}": (locale, text.shown_locale) for locale, text in course.texts.items()}
    for one in course.activities:
        if isinstance(one, Lesson):
            shown |= {f"{one.id} {locale}": (locale, text.shown_locale) for locale, text in one.texts.items()}
    for question in course.questions:
        texts = {locale: question.texts[locale] for locale in course.languages}
        shown |= {f"{question.key} {locale}": (locale, text.shown_locale) for locale, text in texts.items()}
    assert [name for name, (wanted, found) in shown.items() if wanted != found] == []


@pytest.mark.parametrize("name", COURSES)
def test_every_stamp_is_that_of_its_original(name: str) -> None:
    folders = [shipped().courses[name], *(shipped().banks[bank.id] for bank in _course(name).banks)]
    assert [path for folder in folders for path in restamp(folder)] == []


@pytest.mark.parametrize("name", COURSES)
def test_every_objective_has_questions_enough_for_another_try(name: str) -> None:
    course = _course(name)
    have = Counter((question.bank, question.objective) for question in course.questions)
    quizzes = [one for one in course.activities if isinstance(one, Quiz)]
    short = {
        f"{quiz.id} {draw.objective}": (have[quiz.bank, draw.objective], draw.count)
        for quiz in quizzes
        for draw in quiz.draw
        if have[quiz.bank, draw.objective] < LEAST_DRAWS * draw.count
    }
    assert short == {}


@pytest.mark.parametrize("name", COURSES)
def test_every_objective_is_taught_and_asked(name: str) -> None:
    course = _course(name)
    taught = {objective for one in course.activities if isinstance(one, Lesson) for objective in one.objectives}
    asked = {draw.objective for one in course.activities if isinstance(one, Quiz) for draw in one.draw}
    wanted = set(course.texts[course.languages[0]].objectives)
    assert (wanted - taught, wanted - asked) == (set(), set())


@pytest.mark.parametrize("name", COURSES)
def test_lessons_are_light(name: str) -> None:
    heavy = {
        f"{one.id} {locale}": text.bytes
        for one in _course(name).activities
        if isinstance(one, Lesson)
        for locale, text in one.texts.items()
        if text.bytes >= MOST_LESSON_BYTES
    }
    assert heavy == {}
