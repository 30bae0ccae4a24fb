"""The right answer of a corrected key, in words: the stored feedback still has that of the published key."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from lms.engines.quiz.kinds import matching
from lms.engines.quiz.responses import right_ids
from lms.engines.quiz.texts import first_accepted
from lms.engines.source.labels import label
from lms.quizzes.present import GAP

Json = Mapping[str, Any]


def right_words(source: Json, public: Json, locale: str) -> str:
    """HTML in one language. Kinds whose options are marked themselves need no words."""
    words = KINDS.get(source["kind"])
    return words(source, public, locale) if words else ""


def _list(tag: str, items: list[str]) -> str:
    return f"<{tag}>{''.join(f'<li>{item}</li>' for item in items)}</{tag}>"


def _truefalse(source: Json, public: Json, _locale: str) -> str:
    return public["answers"]["true" if source["answer"] else "false"]


def _numeric(source: Json, _public: Json, locale: str) -> str:
    number = str(source["answer"]).replace(".", label(locale, "point"))
    return escape(f"{number} {source.get('unit') or ''}".strip())


def _short(source: Json, _public: Json, locale: str) -> str:
    return escape(first_accepted(source["accept"], locale) or "")


def _matching(source: Json, public: Json, _locale: str) -> str:
    lefts, rights = public["lefts"], public["rights"]
    return _list("ul", [f"{lefts[pair['id']]} → {rights[matching.partner(pair)]}" for pair in source["pairs"]])


def _ordering(source: Json, public: Json, _locale: str) -> str:
    return _list("ol", [public["items"][item["id"]] for item in source["items"]])


def _gaps(source: Json, public: Json, locale: str) -> str:
    right = {gap["id"]: _of_gap(gap, public["gaps"][gap["id"]], locale) for gap in source["gaps"]}
    return GAP.sub(lambda found: f"<strong>{escape(right.get(found[1], ''))}</strong>", public["text"])


def _of_gap(gap: Json, texts: Json, locale: str) -> str:
    if gap.get("choices"):
        return " / ".join(texts["choices"][choice] for choice in right_ids(gap["choices"]))
    return first_accepted(gap["accept"], locale) or ""


KINDS: dict[str, Callable[[Json, Json, str], str]] = {
    "truefalse": _truefalse,
    "numeric": _numeric,
    "short": _short,
    "matching": _matching,
    "ordering": _ordering,
    "gaps": _gaps,
}
