"""The translatable texts of a question as plain JSON, and what a translation lacks."""

from typing import Any

from lms.engines.content.model import Json
from lms.engines.content.questions.judge import placeholders

SINGLE = ("text", "hint", "feedback", "feedback_true", "feedback_false")
LISTS = {
    "answers": ("text", "feedback"),
    "pairs": ("left", "right"),
    "extra": ("text",),
    "items": ("text",),
}


def question_words(question: Any) -> Json:
    """Of an original or a translation alike; what is empty is left out, so that defaults change no hash."""
    words: Json = {name: text for name in SINGLE if (text := getattr(question, name, "").strip())}
    for name, fields in LISTS.items():
        if entries := getattr(question, name, []):
            words[name] = {one.id: _fields(one, fields) for one in entries}
    if accept := getattr(question, "accept", []):
        words["accept"] = [one.strip() for one in accept]
    if gaps := getattr(question, "gaps", []):
        words["gaps"] = {gap.id: _gap(gap) for gap in gaps}
    return words


def _fields(one: Any, fields: tuple[str, ...]) -> Json:
    return {name: text for name in fields if (text := getattr(one, name).strip())}


def _gap(gap: Any) -> Json:
    if gap.choices:
        return {"choices": {one.id: one.text.strip() for one in gap.choices}}
    return {"accept": [one.strip() for one in gap.accept]}


def lacking(words: Json, original: Json) -> list[str]:
    """Names of the texts that the original has and the translation has not."""
    return [_name(path) for path in _paths(original) if path not in set(_paths(words)) and path[0] != "accept"] + [
        f"{{{{{name}}}}} in text"
        for name in placeholders(original.get("text", ""))
        if name not in placeholders(words.get("text", ""))
    ]


def surplus(words: Json, original: Json) -> list[str]:
    """Names of the entries that the original has not."""
    known = {path[:2] for path in _paths(original)}
    return sorted({_name(path[:2]) for path in _paths(words) if len(path) > 1 and path[:2] not in known})


def _paths(words: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if not isinstance(words, dict):
        return [path]
    return [inner for key, value in words.items() for inner in _paths(value, (*path, key))]


def _name(path: tuple[str, ...]) -> str:
    return ", ".join(path)
