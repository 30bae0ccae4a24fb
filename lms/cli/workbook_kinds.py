"""The cells of a row as the fields of its kind of question."""

import re
from typing import Any, Protocol

LETTERS = "abcdefgh"
NAME = re.compile(r"[^a-z0-9]+")
Row = dict[str, str]


class Cell(Protocol):
    """Where a problem of the row is told."""

    def error(self, column: str, message: str) -> None: ...


def _answers(row: Row) -> list[tuple[str, str]]:
    return [(letter, row[f"answer {letter}"]) for letter in LETTERS if row.get(f"answer {letter}")]


def _choices(row: Row, cell: Cell) -> dict[str, Any]:
    right = {part for part in re.split(r"[\s,;]+", row.get("right", "").lower()) if part}
    answers = _answers(row)
    for unknown in sorted(right - {letter for letter, _ in answers}):
        cell.error("right", f'there is no answer "{unknown}"; write the letter of an answer, such as a')
    made = []
    for letter, text in answers:
        one: dict[str, Any] = {"id": letter, "text": text}
        if letter in right:
            one["right"] = True
        if words := row.get(f"feedback {letter}"):
            one["feedback"] = words
        made.append(one)
    return {"answers": made}


def _true_false(row: Row, cell: Cell) -> dict[str, Any]:
    words = {"true": True, "yes": True, "right": True, "false": False, "no": False, "wrong": False}
    value = words.get(row.get("right", "").lower())
    if value is None:
        cell.error("right", "write true or false")
    return {"answer": value}


def _numeric(row: Row, cell: Cell) -> dict[str, Any]:
    answer = as_number(row.get("right", ""), None)
    if not isinstance(answer, int | float):
        cell.error("right", f'"{row.get("right", "")}" is no number')
    made: dict[str, Any] = {"answer": answer}
    if words := row.get("tolerance", ""):
        share = words.endswith("%")
        value = as_number(words.rstrip("% "), None)
        if not isinstance(value, int | float):
            cell.error("tolerance", f'"{words}" is no tolerance; write 0.1 or 2 %')
        else:
            made["tolerance"] = {"relative": value / 100} if share else {"absolute": value}
    return made | ({"unit": row["unit"]} if row.get("unit") else {})


def _short(row: Row, _cell: Cell) -> dict[str, Any]:
    return {"accept": [text for _, text in _answers(row)]}


def _matching(row: Row, cell: Cell) -> dict[str, Any]:
    pairs = []
    for letter, text in _answers(row):
        left, equals, right = text.partition("=")
        if not equals or not left.strip() or not right.strip():
            cell.error(f"answer {letter}", "write a pair as: left = right")
        pairs.append({"id": letter, "left": left.strip(), "right": right.strip()})
    return {"pairs": pairs}


def _ordering(row: Row, _cell: Cell) -> dict[str, Any]:
    return {"items": [{"id": letter, "text": text} for letter, text in _answers(row)]}


def _gaps(row: Row, cell: Cell) -> dict[str, Any]:
    gaps = []
    for letter, text in _answers(row):
        name, equals, words = text.partition("=")
        parts = [part.strip() for part in words.split("|") if part.strip()]
        if not equals or not parts:
            cell.error(f"answer {letter}", "write a gap as: name = accepted | accepted, or name = *right | wrong")
        gap: dict[str, Any] = {"id": slug(name)}
        if any(part.startswith("*") for part in parts):
            gap["choices"] = [_choice(index, part) for index, part in enumerate(parts)]
        else:
            gap["accept"] = parts
        gaps.append(gap)
    return {"gaps": gaps}


def _choice(index: int, text: str) -> dict[str, Any]:
    made: dict[str, Any] = {"id": f"choice-{index + 1}", "text": text.removeprefix("*").strip()}
    return made | ({"right": True} if text.startswith("*") else {})


KINDS = {
    "single": _choices,
    "multiple": _choices,
    "truefalse": _true_false,
    "numeric": _numeric,
    "short": _short,
    "matching": _matching,
    "ordering": _ordering,
    "gaps": _gaps,
}


def slug(text: str) -> str:
    return NAME.sub("-", text.strip().lower()).strip("-")[:60].strip("-")


def as_number(text: str, otherwise: Any) -> Any:
    """A number as typed, with a comma or a point; else the text itself, for the engine to judge."""
    if not text:
        return otherwise
    plain = text.replace(",", ".") if text.count(",") == 1 and "." not in text else text
    try:
        value = float(plain)
    except ValueError:
        return text
    return int(value) if value.is_integer() and "." not in plain else value
