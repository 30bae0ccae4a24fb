"""Gaps in a text, each with choices or typed. Raw: {"gaps": {gap id: choice id or text}}.

fraction = gaps filled well / gaps; an empty gap is not filled well. Typed gaps are compared as in `texts`, with the
`ignore` of the gap or else of the question. Choice ids are unique only within their gap, so options are "gap/choice".
"""

from typing import Any

from lms.engines.quiz import texts
from lms.engines.quiz.responses import (
    NOTHING,
    WHOLE,
    Graded,
    Json,
    Part,
    Question,
    Ungradable,
    ids,
    misshapen,
    right_ids,
    share,
)

SHUFFLE_ALWAYS = False
Gap = dict[str, Any]


def options(question: Question) -> list[str]:
    return [f"{gap['id']}/{choice}" for gap in question["gaps"] for choice in ids(gap.get("choices") or [])]


def parse(question: Question, raw: Json) -> dict[str, str] | Ungradable | None:
    if problem := misshapen(raw, "gaps"):
        return problem
    given = raw["gaps"]
    if not isinstance(given, dict) or not all(value is None or isinstance(value, str) for value in given.values()):
        return Ungradable("wrong-type")
    if set(given) - set(ids(question["gaps"])):
        return Ungradable("unknown-gap")
    filled = {gap: value.strip() for gap, value in given.items() if value and value.strip()}
    for gap in question["gaps"]:
        if problem := unfitting(gap, filled.get(gap["id"])):
            return problem
    return filled or None


def unfitting(gap: Gap, value: str | None) -> Ungradable | None:
    if value is None:
        return None
    if gap.get("choices"):
        return None if value in ids(gap["choices"]) else Ungradable("unknown-option")
    return Ungradable("too-long", kept=True) if len(value) > texts.LONGEST else None


def grade(question: Question, response: dict[str, str], locale: str) -> Graded:
    each = WHOLE / len(question["gaps"])
    parts = []
    for gap in question["gaps"]:
        given = response.get(gap["id"])
        right = given is not None and is_right(question, gap, given, locale)
        parts.append(Part(gap["id"], given, right, each if right else NOTHING))
    return share(parts)


def is_right(question: Question, gap: Gap, given: str, locale: str) -> bool:
    if gap.get("choices"):
        return given in right_ids(gap["choices"])
    return texts.is_accepted(given, gap["accept"], locale, gap.get("ignore", question.get("ignore")))


def right_answer(question: Question, locale: str) -> Json:
    return {"gaps": {gap["id"]: right_text(gap, locale) for gap in question["gaps"]}}


def right_text(gap: Gap, locale: str) -> str | None:
    if gap.get("choices"):
        return next(iter(right_ids(gap["choices"])), None)
    return texts.first_accepted(gap["accept"], locale)
