"""A loaded course as an author sees it: lessons as they will be, questions with their answers in view."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lms.engines.content.model import Course, Lesson, Question, Quiz

GAP = re.compile(r"\{\{\s*([a-z0-9-]+)\s*\}\}")
FEEDBACK = re.compile(r'<p class="check-feedback" data-answer="(\d+)" data-right="(true|false)" hidden>')
BUTTON = re.compile(r'<button type="submit" name="check"[^>]*>.*?</button>', re.DOTALL)
SIBLING = re.compile(r'(data-lesson="([a-z0-9-]+)" href=)"[^"]*"')


@dataclass(frozen=True, slots=True)
class Option:
    """`right` is None where an option is neither right nor wrong by itself."""

    html: str
    right: bool | None = None
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    id: str
    kind: str
    objective: str
    points: float
    difficulty: str
    reference: str
    text: str
    shown_locale: str
    options: list[Option] = field(default_factory=list)
    #: The right answer as HTML, for kinds without options to mark.
    right: str = ""
    general: str = ""


def lesson(course: Course, key: str) -> Lesson | None:
    return next((one for one in course.activities if isinstance(one, Lesson) and one.id == key), None)


def quiz(course: Course, key: str) -> Quiz | None:
    return next((one for one in course.activities if isinstance(one, Quiz) and one.id == key), None)


def title(course: Course, key: str, locale: str) -> str:
    found = lesson(course, key)
    return found.texts[locale].title if found else course.texts[locale].quizzes[key]


def neighbours(course: Course, key: str) -> tuple[str | None, str | None]:
    keys = [one.id for one in course.activities]
    place = keys.index(key)
    return (keys[place - 1] if place else None), (keys[place + 1] if place + 1 < len(keys) else None)


def locale_of(course: Course, wanted: str | None) -> str:
    return wanted if wanted in course.languages else course.languages[0]


def lesson_html(one: Lesson, locale: str, address: Callable[[str], str]) -> str:
    """The page with the feedback of its self-checks in view and its links within the preview."""
    html = FEEDBACK.sub(
        lambda found: (
            f'<p class="check-feedback {"right" if found[2] == "true" else "wrong"}" data-answer="{found[1]}"'
            f' data-right="{found[2]}">'
        ),
        BUTTON.sub("", one.texts[locale].html),
    )
    return SIBLING.sub(lambda found: f'{found[1]}"{address(found[2])}"', html)


def questions(course: Course, one: Quiz, locale: str) -> list[ShownQuestion]:
    """Every question that the quiz can draw, by objective."""
    bank = next(bank for bank in course.banks if bank.id == one.bank)
    drawn = [draw.objective for draw in one.draw]
    wanted = [question for question in bank.questions if question.objective in drawn]
    return [shown(question, locale) for question in sorted(wanted, key=lambda q: (drawn.index(q.objective), q.key))]


def shown(question: Question, locale: str) -> ShownQuestion:
    text = question.texts.get(locale) or next(iter(question.texts.values()))
    options = _options(question.source, text.public, text.feedback)
    marked = any(option.right is not None for option in options)
    return ShownQuestion(
        id=question.source["id"],
        kind=question.kind,
        objective=question.objective,
        points=question.points,
        difficulty=question.difficulty,
        reference=question.reference,
        text=GAP.sub(r"<b>[\1]</b>", text.public["text"]),
        shown_locale=text.shown_locale,
        options=options,
        right="" if marked else text.feedback["right"],
        general=text.feedback["general"],
    )


def _options(source: Mapping[str, Any], public: Mapping[str, Any], feedback: Mapping[str, Any]) -> list[Option]:
    words = feedback.get("answers", {})
    if source["kind"] == "truefalse":
        said = {"true": source["answer"], "false": not source["answer"]}
        return [Option(public["answers"][key], right, words.get(key, "")) for key, right in said.items()]
    rights = {one["id"]: bool(one.get("right")) for one in source.get("answers", ())}
    if rights:
        return [Option(public["answers"][key], right, words.get(key, "")) for key, right in rights.items()]
    return [Option(html) for html in public.get("items", {}).values()]
