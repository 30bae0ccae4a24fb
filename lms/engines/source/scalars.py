"""What an unquoted word in YAML means here, and the words that mislead."""

import math
import re

NOTHING = {"", "~", "null", "Null", "NULL"}
TRUE = {"true", "True", "TRUE"}
FALSE = {"false", "False", "FALSE"}
INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})?(\.[0-9]{1,30})?([eE][-+]?[0-9]{1,3})?")
# Each is something else than text to some reader of YAML; we take the text and say so.
TRAPS = (
    (
        re.compile(r"yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF"),
        'is a yes/no value to YAML: write "{0}" in quotes for the text, or true or false for the value',
    ),
    (
        re.compile(r"[-+]?[0-9]+(:[0-9]{1,2})+(\.[0-9]*)?"),
        'is a number of base 60 to YAML: write "{0}" in quotes',
    ),
    (
        re.compile(r"[-+]?0[0-9_]+"),
        'is an octal number to YAML: write "{0}" in quotes, or the number without the leading zero',
    ),
    (
        re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?"),
        'is a date to YAML: write "{0}" in quotes',
    ),
    (
        re.compile(
            r"[-+]?(0[xX][0-9a-fA-F_]+|0[bo][0-7_]+|[0-9]+_[0-9_.]*|[0-9]+\.|[0-9]{19,}|\.(inf|Inf|INF)|\.(nan|NaN|NAN))"
        ),
        'is a number in a form not used here: write "{0}" in quotes for the text, or a plain decimal number',
    ),
)


class Ambiguous(str):
    """An unquoted word that has already been reported; no further complaint about its type helps."""

    __slots__ = ()


def resolve(word: str) -> tuple[object, str | None]:
    """The value of an unquoted word, and why it is a trap (None for most)."""
    if word in NOTHING:
        return None, None
    if word in TRUE or word in FALSE:
        return word in TRUE, None
    if INTEGER.fullmatch(word):
        return int(word), None
    if any(char.isdigit() for char in word[:3]) and DECIMAL.fullmatch(word) and math.isfinite(float(word)):
        return float(word), None
    for pattern, reason in TRAPS:
        if pattern.fullmatch(word):
            return Ambiguous(word), f"{word} without quotes {reason.format(word)}"
    return word, None
