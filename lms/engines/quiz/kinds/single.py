"""One answer of several. Raw: {"choice": id}.

fraction = 1 if the chosen answer is marked right, else 0. A corrected key may mark more than one as right.
"""

from fractions import Fraction

from lms.engines.quiz.responses import (
    Graded,
    Json,
    Part,
    Question,
    Ungradable,
    ids,
    misshapen,
    right_ids,
)

SHUFFLE_ALWAYS = False


def options(question: Question) -> list[str]:
    return ids(question["answers"])


def parse(question: Question, raw: Json) -> str | Ungradable | None:
    if problem := misshapen(raw, "choice"):
        return problem
    choice = raw["choice"]
    if choice is None:
        return None
    if not isinstance(choice, str):
        return Ungradable("wrong-type")
    return choice if choice in options(question) else Ungradable("unknown-option")


def grade(question: Question, response: str, locale: str) -> Graded:
    right = response in right_ids(question["answers"])
    fraction = Fraction(right)
    return Graded(fraction, (Part(response, response, right, fraction),))


def right_answer(question: Question, locale: str) -> Json:
    right = right_ids(question["answers"])
    return {"choice": right[0]} if right else None
