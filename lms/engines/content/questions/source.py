"""The canonical question: key and rules, no texts. engines.quiz reads it."""

from collections.abc import Mapping
from typing import Any

from lms.engines.content.model import Json
from lms.engines.content.schema.bank import Gap, QuestionFile


def question_source(question: QuestionFile, accepted: Mapping[str, Json]) -> Json:
    """`accepted` are the texts per language: typed answers are part of the key."""
    source = {
        "id": question.id,
        "kind": question.kind,
        "objective": question.objective,
        "points": plain_number(question.points),
        "difficulty": question.difficulty,
        "reference": question.reference.strip(),
    }
    return source | KINDS[question.kind](question, accepted)


def plain_number(value: float) -> float:
    """2.0 and 2 are one number, so they must be one text in JSON."""
    return int(value) if float(value).is_integer() else value


def _answers(question: Any, accepted: Mapping[str, Json]) -> Json:
    return {"answers": [{"id": one.id, "right": one.right} for one in question.answers]}


def _multiple(question: Any, accepted: Mapping[str, Json]) -> Json:
    return _answers(question, accepted) | {"partial": question.partial, "tell_count": question.tell_count}


def _truefalse(question: Any, accepted: Mapping[str, Json]) -> Json:
    return {"answer": question.answer}


def _numeric(question: Any, accepted: Mapping[str, Json]) -> Json:
    tolerance, figures = question.tolerance, question.significant_figures
    allowed = {"absolute": tolerance.absolute, "relative": tolerance.relative}
    return {
        "answer": plain_number(question.answer),
        "tolerance": {name: plain_number(size) for name, size in allowed.items() if size is not None}
        or {"absolute": 0},
        "unit": question.unit,
        "other_units": [{"unit": one.unit, "factor": plain_number(one.factor)} for one in question.other_units],
        "significant_figures": {"min": figures.min, "max": figures.max} if figures else None,
    }


def _short(question: Any, accepted: Mapping[str, Json]) -> Json:
    return {
        "accept": {locale: texts["accept"] for locale, texts in accepted.items() if texts.get("accept")},
        "ignore": sorted(question.ignore),
    }


def _matching(question: Any, accepted: Mapping[str, Json]) -> Json:
    return {"pairs": [{"id": one.id} for one in question.pairs], "extra": [{"id": one.id} for one in question.extra]}


def _ordering(question: Any, accepted: Mapping[str, Json]) -> Json:
    return {"items": [{"id": one.id} for one in question.items], "partial": question.partial}


def _gaps(question: Any, accepted: Mapping[str, Json]) -> Json:
    return {"gaps": [_gap(gap, accepted) for gap in question.gaps], "ignore": sorted(question.ignore)}


def _gap(gap: Gap, accepted: Mapping[str, Json]) -> Json:
    if gap.choices:
        return {"id": gap.id, "choices": [{"id": one.id, "right": one.right} for one in gap.choices]}
    words = {locale: texts["gaps"].get(gap.id, {}).get("accept") for locale, texts in accepted.items()}
    return {"id": gap.id, "accept": {locale: one for locale, one in words.items() if one}}


KINDS = {
    "single": _answers,
    "multiple": _multiple,
    "truefalse": _truefalse,
    "numeric": _numeric,
    "short": _short,
    "matching": _matching,
    "ordering": _ordering,
    "gaps": _gaps,
}
