"""What a browser and its scripts find on our pages."""

import random
import re
from typing import Any

_STATIC = re.compile(r'(?:href|src|data-icons)="(/static/[^"#]+)')
_DATA = re.compile(r'data-([a-z-]+)="([^"]*)"')
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_FIELDSET = re.compile(r'<fieldset class="question".*?</fieldset>', re.DOTALL)
_INPUT = re.compile(r'<input [^>]*?name="([^"]+)"(?: value="([^"]*)")?')
_SELECT = re.compile(r'<select name="([^"]+)".*?</select>', re.DOTALL)
_OPTION = re.compile(r'<option(?: value="([^"]*)")?[^>]*>([^<]*)')


def files(text: str) -> list[str]:
    """Style, scripts and drawings that a first visit loads."""
    return list(dict.fromkeys(_STATIC.findall(text)))


def token(text: str) -> str:
    found = _TOKEN.search(text)
    if not found:
        raise ValueError("the page has no form with a token")
    return found.group(1)


def data(text: str, mark: str) -> dict[str, str]:
    """The data of the form that is marked so."""
    begun = text.index(mark)
    return dict(_DATA.findall(text, begun, text.index(">", begun)))


def answer(text: str, kind: str, chance: random.Random) -> dict[str, Any]:
    """Something that a person could answer to the question on the page; whether it is right, nobody here knows."""
    found = _FIELDSET.search(text)
    if not found:
        raise ValueError("the page has no question")
    box = found.group()
    inputs: dict[str, list[str]] = {}
    for name, value in _INPUT.findall(box):
        inputs.setdefault(name, []).append(value)
    selects = {one.group(1): _choices(one.group()) for one in _SELECT.finditer(box)}
    return _ANSWERS[kind](inputs, selects, chance)


def _choices(select: str) -> list[str]:
    """What an option without a value sends is its words; the first with an empty one asks to choose."""
    return [value or words for value, words in _OPTION.findall(select) if value or 'value=""' not in select]


def _numeric(inputs: dict[str, list[str]], selects: dict[str, list[str]], chance: random.Random) -> dict[str, Any]:
    unit = {"unit": selects["unit"][0]} if "unit" in selects else {}
    return {"text": str(chance.randint(1, 60))} | unit


def _matching(inputs: dict[str, list[str]], selects: dict[str, list[str]], chance: random.Random) -> dict[str, Any]:
    rights = list(next(iter(selects.values())))
    chance.shuffle(rights)
    return {"pairs": {name[5:]: rights[n % len(rights)] for n, name in enumerate(selects)}}


def _gaps(inputs: dict[str, list[str]], selects: dict[str, list[str]], chance: random.Random) -> dict[str, Any]:
    written = {name[4:]: "pressure" for name in inputs if name.startswith("gap.")}
    return {"gaps": written | {name[4:]: chance.choice(options) for name, options in selects.items()}}


def _ordering(inputs: dict[str, list[str]], selects: dict[str, list[str]], chance: random.Random) -> dict[str, Any]:
    order = inputs["order"]
    chance.shuffle(order)
    return {"order": order}


_ANSWERS: dict[str, Any] = {
    "single": lambda inputs, _selects, chance: {"choice": chance.choice(inputs["choice"])},
    "multiple": lambda inputs, _selects, chance: {"choices": sorted(chance.sample(inputs["choices"], 2))},
    "truefalse": lambda _inputs, _selects, chance: {"value": chance.random() < 0.5},
    "short": lambda _inputs, _selects, chance: {"text": chance.choice(("laminar flow", "gloves", "airlock"))},
    "numeric": _numeric,
    "matching": _matching,
    "ordering": _ordering,
    "gaps": _gaps,
}
