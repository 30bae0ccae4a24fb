"""An authored group of keys becomes an instance of its shape; all that does not fit is told at its place.

pydantic judges the single values. The walk over keys is ours, because a mistake in one value must not hide what the
rest of the file is, nor keep later checks from seeing it.
"""

import types
from difflib import get_close_matches
from functools import lru_cache
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from lms.engines.content.schema.common import Authored
from lms.engines.content.sheet import Sheet
from lms.engines.source.scalars import Ambiguous
from lms.engines.source.yaml import Path

Shape = TypeVar("Shape", bound=Authored)
WRONG = object()
KINDS = (
    (dict, "a group of keys"),
    (list, "a list"),
    (str, "a text"),
    (bool, "true or false"),
    (int | float, "a number"),
)


def fit(sheet: Sheet, shape: type[Shape], where: Path = (), value: Any = WRONG) -> Shape:
    """Always an instance: fields that are missing or wrong have their defaults."""
    if value is WRONG:
        value = sheet.document.value
    if not isinstance(value, dict):
        sheet.error(where, f"expected keys and values here, such as {_example(shape)}; this is {_kind(value)}")
        return _made(shape, where, {})
    fields = {info.alias or name: (name, info) for name, info in shape.model_fields.items()}
    _unknown(sheet, where, value, list(fields))
    values = {}
    for key, (name, info) in fields.items():
        if key not in value:
            _missing(sheet, where, key, info)
        elif (fitted := _field(sheet, shape, name, (*where, key), value[key])) is not WRONG:
            values[name] = fitted
    return _made(shape, where, values)


def _made(shape: type[Shape], where: Path, values: dict[str, Any]) -> Shape:
    made = shape.model_construct(**values)
    made._where = where
    return made


def did_you_mean(word: str, known: list[str], when_none: str = "none is defined") -> str:
    """The end of a sentence: a near word, or else all of them, or else what to do when there are none."""
    known = [one for one in known if one]
    close = get_close_matches(word.lower(), known, 1, 0.6)
    if close:
        return f'did you mean "{close[0]}"?'
    return f"known are: {', '.join(known)}" if known else when_none


def _unknown(sheet: Sheet, where: Path, value: dict[str, Any], known: list[str]) -> None:
    for key in value:
        if key not in known:
            sheet.key_error((*where, key), f'"{key}" is not known here; {did_you_mean(key, known)}')


def _missing(sheet: Sheet, where: Path, key: str, info: FieldInfo) -> None:
    if isinstance(info.json_schema_extra, dict) and info.json_schema_extra.get("required"):
        sheet.error(where, f'"{key}" is missing; add {key}: …')


def _field(sheet: Sheet, shape: type[Authored], name: str, where: Path, value: Any) -> Any:
    info = shape.model_fields[name]
    inner, many = _inner(info.annotation)
    if value is None and _optional(info.annotation):
        return None
    if inner and not many:
        return fit(sheet, inner, where, value)
    if get_origin(info.annotation) is list:
        return _list(sheet, shape, name, where, value, inner)
    return _judge(sheet, _adapter(shape, name, False), where, value)


def _list(sheet: Sheet, shape: type[Authored], name: str, where: Path, value: Any, inner: type[Authored] | None) -> Any:
    if not isinstance(value, list):
        sheet.error(where, f'expected a list here, each line beginning with "- "; this is {_kind(value)}')
        return WRONG
    if not value and _needs_items(shape.model_fields[name]):
        sheet.error(where, "the list is empty; at least one is needed")
    if inner:
        return [
            fit(sheet, inner, (*where, i), item) for i, item in enumerate(value) if _is_group(sheet, where, i, item)
        ]
    adapter = _adapter(shape, name, True)
    judged = [_judge(sheet, adapter, (*where, index), item) for index, item in enumerate(value)]
    # Places are kept, so that an index still leads to its line.
    return ["" if item is WRONG else item for item in judged]


def _is_group(sheet: Sheet, where: Path, index: int, item: Any) -> bool:
    if isinstance(item, dict):
        return True
    sheet.error((*where, index), f"expected keys and values here; this is {_kind(item)}")
    return False


def _judge(sheet: Sheet, adapter: TypeAdapter[Any], where: Path, value: Any) -> Any:
    if isinstance(value, Ambiguous):
        return WRONG  # told when the file was read; whatever follows from it would only repeat that
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        one = error.errors(include_url=False)[0]
        sheet.error(where, _wording(one, str(where[-1]), value, sheet.document.raw.get(where, "")))
        return WRONG


def _wording(error: Any, key: str, value: Any, raw: str) -> str:
    kind, context = error["type"], error.get("ctx", {})
    named = "this" if key.isdigit() else f'"{key}"'
    if value is None:
        return f"{named} is empty; write a value, or delete the line"
    if kind in ("id", "language"):
        return str(context["text"])
    if kind in ("blank", "line"):
        return f"{named} {context['text']}"
    if kind == "string_type" and isinstance(value, bool | int | float):
        return f'{named} must be a text: write "{raw}" in quotes'
    if kind == "literal_error":
        return f"{_shown(value)} is not known here; {did_you_mean(str(value), _literals(context['expected']))}"
    if kind in LIMITS:
        return f"{named} must be {LIMITS[kind].format(**context)}; this is {_shown(value)}"
    if kind in TYPES:
        return f"{named} must be {TYPES[kind]}; this is {_shown(value) if isinstance(value, float) else _kind(value)}"
    return f"{named}: {error['msg']}"


LIMITS = {
    "greater_than": "more than {gt:g}",
    "greater_than_equal": "at least {ge:g}",
    "less_than_equal": "at most {le:g}",
    "less_than": "less than {lt:g}",
    "string_too_long": "at most {max_length} characters",
}
TYPES = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": 'a list, each line beginning with "- "',
    "dict_type": "a group of keys and values",
}


def _literals(expected: str) -> list[str]:
    return [part.strip("' ") for part in expected.replace(" or ", ", ").split(",")]


def _shown(value: Any) -> str:
    text = str(value)
    return f'"{text[:40]}"' if isinstance(value, str) else text[:40]


def _kind(value: Any) -> str:
    return next((name for kind, name in KINDS if isinstance(value, kind)), "nothing")


def _example(shape: type[Authored]) -> str:
    return ", ".join(f"{info.alias or name}:" for name, info in list(shape.model_fields.items())[:2])


def _needs_items(info: FieldInfo) -> bool:
    return any(getattr(one, "min_length", 0) for one in info.metadata)


def _optional(annotation: Any) -> bool:
    return get_origin(annotation) in (Union, types.UnionType) and type(None) in get_args(annotation)


def _inner(annotation: Any) -> tuple[type[Authored] | None, bool]:
    """The shape inside `Shape`, `Shape | None` or `list[Shape]`, and whether it is a list."""
    if isinstance(annotation, type) and issubclass(annotation, Authored):
        return annotation, False
    many = get_origin(annotation) is list
    for part in get_args(annotation) if many or _optional(annotation) else ():
        if isinstance(part, type) and issubclass(part, Authored):
            return part, many
    return None, many


@lru_cache(maxsize=512)
def _adapter(shape: type[Authored], name: str, item: bool) -> TypeAdapter[Any]:
    info = shape.model_fields[name]
    kind = get_args(info.annotation)[0] if item else info.annotation
    judged = kind if item else Annotated[kind, *info.metadata] if info.metadata else kind
    return TypeAdapter(judged, config=ConfigDict(strict=True))
