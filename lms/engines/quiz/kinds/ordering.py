"""Items to put in order. Raw: {"order": [ids]}.

With n items:

* `all-or-nothing`  (default) 1 if the order is the key's, else 0
* `adjacent`        neighbours kept: of the key's n - 1 pairs (a directly before b), the share found in the response
"""

from fractions import Fraction
from itertools import pairwise

from lms.engines.quiz.responses import NOTHING, Graded, Json, Part, Question, Ungradable, ids, misshapen

SHUFFLE_ALWAYS = True


def options(question: Question) -> list[str]:
    return ids(question["items"])


def parse(question: Question, raw: Json) -> tuple[str, ...] | Ungradable | None:
    if problem := misshapen(raw, "order"):
        return problem
    order = raw["order"]
    if order is None:
        return None
    if not isinstance(order, list) or not all(isinstance(item, str) for item in order):
        return Ungradable("wrong-type")
    if set(order) - set(options(question)):
        return Ungradable("unknown-option")
    if len(set(order)) < len(order):
        return Ungradable("repeated-option")
    return tuple(order) if len(order) == len(options(question)) else Ungradable("incomplete-order")


def grade(question: Question, response: tuple[str, ...], locale: str) -> Graded:
    key = options(question)
    each = Fraction(1, len(key))
    parts = []
    for wanted, given in zip(key, response, strict=True):
        parts.append(Part(wanted, given, wanted == given, each if wanted == given else NOTHING))
    if question.get("partial") == "adjacent" and len(key) > 1:
        kept = set(pairwise(key)) & set(pairwise(response))
        return Graded(Fraction(len(kept), len(key) - 1), tuple(parts))
    return Graded(Fraction(list(response) == key), tuple(parts))


def right_answer(question: Question, locale: str) -> Json:
    return {"order": options(question)}
