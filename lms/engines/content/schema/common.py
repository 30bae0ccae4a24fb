"""What all authored shapes share."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, StringConstraints
from pydantic_core import PydanticCustomError

from lms.engines.source.yaml import Path

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
MOST_ID = 60


class Authored(BaseModel):
    """A group of keys; `where` leads to it in its document."""

    model_config = ConfigDict(extra="forbid", strict=True)
    _where: Path = PrivateAttr(())

    def where(self, *inner: str | int) -> Path:
        return (*self._where, *inner)


def required(default: Any = "", **constraints: Any) -> Any:
    """The author must write it; the default only keeps the checks going when it is not there."""
    extra: dict[str, Any] = {"required": True}
    if callable(default):
        return Field(default_factory=default, json_schema_extra=extra, **constraints)
    return Field(default=default, json_schema_extra=extra, **constraints)


def _id(value: str) -> str:
    if len(value) > MOST_ID or not ID.fullmatch(value):
        tried = re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-")[:MOST_ID].strip("-")
        hint = f'; try "{tried}"' if tried else ""
        raise PydanticCustomError(
            "id",
            "{text}",
            {"text": f'"{value}" is no id: lower-case letters, digits, hyphens, at most {MOST_ID}{hint}'},
        )
    return value


def _language(value: str) -> str:
    if not LANGUAGE.fullmatch(value):
        raise PydanticCustomError(
            "language", "{text}", {"text": f'"{value}" is no language; write a code such as en, ko, fr'}
        )
    return value


def _blank(value: str) -> str:
    if not value.strip():
        raise PydanticCustomError("blank", "{text}", {"text": "is empty; write a text"})
    return value


def _one_line(value: str) -> str:
    if "\n" in value.strip():
        raise PydanticCustomError("line", "{text}", {"text": "holds a line break; keep it on one line"})
    return value


Id = Annotated[str, AfterValidator(_id)]
Language = Annotated[str, AfterValidator(_language)]
Line = Annotated[str, StringConstraints(max_length=300), AfterValidator(_blank), AfterValidator(_one_line)]
Text = Annotated[str, StringConstraints(max_length=20_000), AfterValidator(_blank)]
Stamp = Annotated[str, StringConstraints(max_length=64)]
Percent = Annotated[float, Field(ge=0, le=100)]
