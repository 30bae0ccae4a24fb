"""A few typed words. Raw: {"text": "..."}. fraction = 1 if the key accepts them (see `texts`) or 0."""

from fractions import Fraction

from lms.engines.quiz import texts
from lms.engines.quiz.responses import Graded, Json, Part, Question, Ungradable, misshapen

SHUFFLE_ALWAYS = False


def options(question: Question) -> list[str]:
    return []


def parse(question: Question, raw: Json) -> str | Ungradable | None:
    if problem := misshapen(raw, "text"):
        return problem
    text = raw["text"]
    if text is None:
        return None
    if not isinstance(text, str):
        return Ungradable("wrong-type")
    return Ungradable("too-long", kept=True) if len(text) > texts.LONGEST else text.strip() or None


def grade(question: Question, response: str, locale: str) -> Graded:
    right = texts.is_accepted(response, question["accept"], locale, question.get("ignore"))
    return Graded(Fraction(right), (Part("text", response, right, Fraction(right)),))


def right_answer(question: Question, locale: str) -> Json:
    text = texts.first_accepted(question["accept"], locale)
    return {"text": text} if text else None
