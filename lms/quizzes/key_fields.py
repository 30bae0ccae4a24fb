"""The key of a question as fields of a form, and the question with the key that such fields say.

Fields by kind: right (single, multiple, truefalse) · answer (numeric) · accept.LOCALE, one a line (short) ·
pair.LEFT (matching) · place.ITEM (ordering) · gap.GAP, or accept.GAP.LOCALE where one types into the gap (gaps).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lms.core.errors import Invalid
from lms.engines.quiz.kinds import matching
from lms.engines.quiz.number_text import read_number
from lms.engines.quiz.responses import AMBIGUOUS, Ungradable, ids, right_ids
from lms.engines.quiz.texts import LONGEST, normal

Json = dict[str, Any]
Source = Mapping[str, Any]
Fields = Mapping[str, Sequence[str]]
MOST_ACCEPTED = 100


def corrected(source: Source, fields: Fields) -> Json:
    """The question with the key that a form says. Raises Invalid when the key would decide nothing."""
    return dict(source) | WRITERS[source["kind"]](source, fields)


def fields_of(source: Source) -> dict[str, list[str]]:
    """The key that holds, as the form would say it."""
    return READERS[source["kind"]](source)


def _refused(code: str) -> Invalid:
    return Invalid(fields={"key": code})


def _first(fields: Fields, name: str) -> str:
    return (fields.get(name) or [""])[0].strip()


def _answers(source: Source, fields: Fields) -> Json:
    return {"answers": _marked(source["answers"], fields.get("right", ()), "no-right-answer")}


def _marked(options: Sequence[Source], right: Sequence[str], otherwise: str) -> list[Json]:
    """A corrected key may mark several as right, also where the question asks for one."""
    marked = [dict(one) | {"right": one["id"] in right} for one in options]
    if not any(one["right"] for one in marked):
        raise _refused(otherwise)
    return marked


def _truefalse(_source: Source, fields: Fields) -> Json:
    return {"answer": _first(fields, "right") == "true"}


def _numeric(_source: Source, fields: Fields) -> Json:
    """Read as a trainee's number is, so that 1,234 is nobody's guess here either."""
    number = read_number(_first(fields, "answer"))
    if isinstance(number, Ungradable):
        raise _refused(AMBIGUOUS if number.reason == AMBIGUOUS else "no-number")
    value = number.value
    return {"answer": int(value) if value.denominator == 1 else float(value)}


def _short(source: Source, fields: Fields) -> Json:
    return {"accept": _accepted(source["accept"], fields, "accept", source.get("ignore"))}


def _matching(source: Source, fields: Fields) -> Json:
    """A pair says its right side only where it is another than its own."""
    known, pairs = set(matching.options(source)), []
    for left in ids(source["pairs"]):
        right = _first(fields, f"pair.{left}")
        if right not in known:
            raise _refused("no-partner")
        pairs.append({"id": left} if right == left else {"id": left, "right": right})
    return {"pairs": pairs}


def _ordering(source: Source, fields: Fields) -> Json:
    places = {item["id"]: _first(fields, f"place.{item['id']}") for item in source["items"]}
    if sorted(places.values()) != sorted(str(place) for place in range(1, len(places) + 1)):
        raise _refused("no-order")
    return {"items": sorted(source["items"], key=lambda item: int(places[item["id"]]))}


def _gaps(source: Source, fields: Fields) -> Json:
    return {"gaps": [_gap(gap, fields, gap.get("ignore", source.get("ignore"))) for gap in source["gaps"]]}


def _gap(gap: Source, fields: Fields, ignore: Sequence[str] | None) -> Json:
    if not gap.get("choices"):
        return dict(gap) | {"accept": _accepted(gap["accept"], fields, f"accept.{gap['id']}", ignore)}
    return dict(gap) | {"choices": _marked(gap["choices"], fields.get(f"gap.{gap['id']}", ()), "no-choice")}


def _accepted(old: Source, fields: Fields, prefix: str, ignore: Sequence[str] | None) -> dict[str, list[str]]:
    """Words by language, one a line. Words of which nothing is left to compare would accept nothing."""
    ignored, accept = frozenset(ignore or ()), {}
    for locale in old:
        lines = [_clean(line) for line in _first(fields, f"{prefix}.{locale}").splitlines()]
        accept[locale] = list(dict.fromkeys(line for line in lines if line))
        if not accept[locale] or not all(normal(line, ignored) for line in accept[locale]):
            raise _refused("no-words")
        if len(accept[locale]) > MOST_ACCEPTED or any(len(line) > LONGEST for line in accept[locale]):
            raise _refused("too-many-words")
    return accept


def _clean(line: str) -> str:
    return "".join(char for char in line if char >= " ").strip()


def _right_answers(source: Source) -> dict[str, list[str]]:
    return {"right": sorted(right_ids(source["answers"]))}


def _lines(accept: Mapping[str, Sequence[str]], prefix: str) -> dict[str, list[str]]:
    return {f"{prefix}.{locale}": ["\n".join(words)] for locale, words in accept.items()}


def _gap_fields(source: Source) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for gap in source["gaps"]:
        if gap.get("choices"):
            found[f"gap.{gap['id']}"] = sorted(right_ids(gap["choices"]))
        else:
            found |= _lines(gap["accept"], f"accept.{gap['id']}")
    return found


WRITERS: dict[str, Callable[[Source, Fields], Json]] = {
    "single": _answers,
    "multiple": _answers,
    "truefalse": _truefalse,
    "numeric": _numeric,
    "short": _short,
    "matching": _matching,
    "ordering": _ordering,
    "gaps": _gaps,
}
READERS: dict[str, Callable[[Source], dict[str, list[str]]]] = {
    "single": _right_answers,
    "multiple": _right_answers,
    "truefalse": lambda source: {"right": ["true" if source["answer"] else "false"]},
    "numeric": lambda source: {"answer": [str(source["answer"])]},
    "short": lambda source: _lines(source["accept"], "accept"),
    "matching": lambda source: {f"pair.{pair['id']}": [matching.partner(pair)] for pair in source["pairs"]},
    "ordering": lambda source: {
        f"place.{item['id']}": [str(place)] for place, item in enumerate(source["items"], start=1)
    },
    "gaps": _gap_fields,
}
