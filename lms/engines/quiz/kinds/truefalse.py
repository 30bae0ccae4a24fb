"""True or false. Raw: {"value": true}. fraction = 1 or 0."""

from fractions import Fraction

from lms.engines.quiz.responses import Graded, Json, Part, Question, Ungradable, misshapen

SHUFFLE_ALWAYS = False


def options(question: Question) -> list[str]:
    """None to shuffle: true stands before false."""
    return []


def parse(question: Question, raw: Json) -> bool | Ungradable | None:
    if problem := misshapen(raw, "value"):
        return problem
    value = raw["value"]
    return value if value is None or isinstance(value, bool) else Ungradable("wrong-type")


def grade(question: Question, response: bool, locale: str) -> Graded:
    right = response == question["answer"]
    given = describe(question, response)
    return Graded(Fraction(right), (Part(given, given, right, Fraction(right)),))


def right_answer(question: Question, locale: str) -> Json:
    return {"value": question["answer"]}


def describe(question: Question, response: bool) -> str:
    return "true" if response else "false"
