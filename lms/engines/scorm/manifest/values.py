"""Words, numbers and truth values in attributes: what cannot be read becomes the default, with a warning."""

import math
import re
from urllib.parse import unquote

from lms.engines.scorm.manifest.xml import Element, Sheet, attribute

NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")


def flag(sheet: Sheet, element: Element | None, name: str, usual: bool) -> bool:
    text = attribute(element, name.lower())
    if text is None:
        return usual
    if text.lower() in ("true", "1", "yes"):
        return True
    if text.lower() in ("false", "0", "no"):
        return False
    sheet.warn(element, f"{name}=“{text}” is neither true nor false; {str(usual).lower()} is used")
    return usual


def word(sheet: Sheet, element: Element | None, name: str, words: tuple[str, ...], usual: str) -> str:
    """One of the standard's words, in its spelling, whatever the author's case."""
    text = attribute(element, name.lower())
    if text is None:
        return usual
    if found := next((one for one in words if one.lower() == text.lower()), None):
        return found
    sheet.warn(element, f"{name}=“{text}” is none of: {', '.join(words)}; {usual or 'it'} is {_left(usual)}")
    return usual


def _left(usual: str) -> str:
    return "used" if usual else "left out"


def number(
    sheet: Sheet, element: Element | None, what: str, text: str | None, least: float, most: float
) -> float | None:
    """None when there is nothing to read, or nothing usable."""
    if text is None or not text.strip():
        return None
    value = float(text) if NUMBER.fullmatch(text.strip()) else math.nan
    if least <= value <= most:
        return value
    sheet.warn(element, f"{what} “{text.strip()}” is no number from {_bound(least)} to {_bound(most)}; it is left out")
    return None


def _bound(value: float) -> str:
    return f"{value:g}"


def count(sheet: Sheet, element: Element | None, name: str) -> int | None:
    value = number(sheet, element, name, attribute(element, name.lower()), 0, 1_000_000)
    return None if value is None else int(value)


def uri(element: Element | None, name: str) -> str:
    """An identifier of the type anyURI: written with percent signs or without, and whatever its white space, one."""
    return " ".join(unquote(attribute(element, name.lower()) or "").split())
