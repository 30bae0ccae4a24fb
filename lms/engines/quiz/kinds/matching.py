"""Pairs to join. Raw: {"pairs": {left id: right id}}.

A pair's id names its left and its right side; `extra` are right sides that belong to nothing. In a corrected key
`right` names the right side of a pair where it is another than its own. One right side may be given to several left
sides. fraction = pairs joined well / pairs; a left side without a partner is a pair not joined.
"""

from fractions import Fraction

from lms.engines.quiz.responses import (
    NOTHING,
    Graded,
    Json,
    Part,
    Question,
    Ungradable,
    ids,
    misshapen,
    share,
)

SHUFFLE_ALWAYS = True


def options(question: Question) -> list[str]:
    """The right sides; in the author's order they would give the answer away, so they are always shuffled."""
    return ids(question["pairs"]) + ids(question.get("extra") or [])


def parse(question: Question, raw: Json) -> dict[str, str] | Ungradable | None:
    if problem := misshapen(raw, "pairs"):
        return problem
    pairs = raw["pairs"]
    if not isinstance(pairs, dict) or not all(value is None or isinstance(value, str) for value in pairs.values()):
        return Ungradable("wrong-type")
    joined = {left: right for left, right in pairs.items() if right}
    if set(pairs) - set(ids(question["pairs"])) or set(joined.values()) - set(options(question)):
        return Ungradable("unknown-option")
    return joined or None


def partner(pair: Question) -> str:
    """The right side that belongs to the left side of this pair."""
    return pair.get("right", pair["id"])


def grade(question: Question, response: dict[str, str], locale: str) -> Graded:
    each = Fraction(1, len(question["pairs"]))
    parts = []
    for pair in question["pairs"]:
        given = response.get(pair["id"])
        right = given == partner(pair)
        parts.append(Part(pair["id"], given, right, each if right else NOTHING))
    return share(parts)


def right_answer(question: Question, locale: str) -> Json:
    return {"pairs": {pair["id"]: partner(pair) for pair in question["pairs"]}}
