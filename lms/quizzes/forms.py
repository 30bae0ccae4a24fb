"""The forms of a quiz. A question's own fields depend on its kind; `raw_response` makes of them what a script sends."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from lms.web.forms import Form

#: What both databases hold in the attempt's row.
GREATEST_LEASE = 2**31 - 1


class QuestionForm(Form):
    """What every question page sends besides the answer."""

    lease = IntegerField(validators=[InputRequired(), NumberRange(0, GREATEST_LEASE)])
    question = HiddenField(validators=[DataRequired()])
    #: Which stored answer the page has shown, see `Shown.known`.
    known = HiddenField()


class StartForm(Form):
    """Only the token: everything else is in the address."""


class SendForm(Form):
    """Only the token."""


def raw_response(kind: str, fields: dict[str, list[str]]) -> dict[str, Any] | None:
    """The raw response of a form sent without a script, None when it is empty; `fields` by name, in page order."""
    return READERS[kind](fields)


def _first(fields: dict[str, list[str]], name: str) -> str:
    return (fields.get(name) or [""])[0].strip()


def _single(fields: dict[str, list[str]]) -> dict[str, Any] | None:
    chosen = _first(fields, "choice")
    return {"choice": chosen} if chosen else None


def _multiple(fields: dict[str, list[str]]) -> dict[str, Any] | None:
    chosen = fields.get("choices", [])
    return {"choices": chosen} if chosen else None


def _truefalse(fields: dict[str, list[str]]) -> dict[str, Any] | None:
    chosen = _first(fields, "value")
    return {"value": chosen == "true"} if chosen in ("true", "false") else None


def _numeric(fields: dict[str, list[str]]) -> dict[str, Any] | None:
    text = _first(fields, "text")
    unit = _first(fields, "unit")
    return ({"text": text, "unit": unit} if unit else {"text": text}) if text else None


def _short(fields: dict[str, list[str]]) -> dict[str, Any] | None:
    text = _first(fields, "text")
    return {"text": text} if text else None


def _matching(fields: dict[str, list[str]]) -> dict[str, Any] | None:
    pairs = _named(fields, "pair.")
    return {"pairs": pairs} if pairs else None


def _gaps(fields: dict[str, list[str]]) -> dict[str, Any] | None:
    gaps = _named(fields, "gap.")
    return {"gaps": gaps} if gaps else None


def _named(fields: dict[str, list[str]], prefix: str) -> dict[str, str]:
    return {
        name[len(prefix) :]: _first(fields, name) for name in fields if name.startswith(prefix) and _first(fields, name)
    }


def _ordering(fields: dict[str, list[str]]) -> dict[str, Any] | None:
    order = fields.get("order", [])
    return {"order": moved(order, _first(fields, "move"))} if order else None


def moved(order: Sequence[str], button: str) -> list[str]:
    """The order after a press on "up:ITEM" or "down:ITEM"; at an end, or for an unknown item, nothing moves."""
    way, _, item = button.partition(":")
    result = list(order)
    if item in result and way in ("up", "down"):
        place = result.index(item)
        result.insert(max(place - 1, 0) if way == "up" else place + 1, result.pop(place))
    return result


READERS = {
    "single": _single,
    "multiple": _multiple,
    "truefalse": _truefalse,
    "numeric": _numeric,
    "short": _short,
    "matching": _matching,
    "ordering": _ordering,
    "gaps": _gaps,
}


class CorrectForm(Form):
    """The reason; the key's own fields depend on the kind."""

    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Write why the key was wrong: an inspector may read it years later.")), Length(max=2000)],
    )
