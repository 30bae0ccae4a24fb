"""Read a number that a person typed: comma or point, separators of thousands, powers of ten, digits of any script.

Two marks of different kinds: the last is the decimal mark. The same mark several times: separators of thousands. One
point is always the decimal mark. One comma is the decimal mark too, except where it may as well separate thousands
(1,234): that is `ambiguous-number`, because a guess may be wrong a thousandfold. It is kept and earns nothing; the
pages ask the person to write it in another way when it is saved, and once more before the attempt is sent.
"""

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

from lms.engines.quiz.responses import AMBIGUOUS, Ungradable

LONGEST = 100
GREATEST_EXPONENT = 100
NOT_A_NUMBER = Ungradable("not-a-number", kept=True)

SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+")
SIGNS = dict.fromkeys("‐‑‒–—−﹣－-", "-") | {"＋": "+"}
MARKS = {"，": ",", "．": ".", "٫": ".", "٬": "'", "’": "'", "ʼ": "'", "'": "'"}
TIMES = dict.fromkeys("×✕⋅∙·*xX", "×")
SPELLINGS = SIGNS | MARKS | TIMES | {"E": "e", "ｅ": "e", "Ｅ": "e"}

NUMBER = re.compile(
    r"(?P<sign>[+-]?) ?(?P<mantissa>[\d.,][\d.,' ]*?)"
    r"(?: ?e ?(?P<e>[+-]?\d+)| ?× ?10 ?(?:(?:\^|××) ?(?P<power>[+-]?\d+)|(?P<signed>[+-]\d+)))?"
)
POWER = re.compile(r"(?P<sign>[+-]?) ?10 ?(?:\^|××) ?(?P<power>[+-]?\d+)")
EITHER_WAY = re.compile(r"[1-9]\d{0,2},\d{3}")
GROUPED = re.compile(r"[1-9]\d{0,2}([ '.,])\d{3}(?:\1\d{3})*")
GROUPED_FRACTION = re.compile(r"(?:\d{3} )*\d{1,3}")


@dataclass(frozen=True)
class Number:
    """`figures` is the least and the greatest count of significant figures that the writing allows: 1500 has 2 to 4."""

    value: Fraction
    figures: tuple[int, int]


def read_number(text: str) -> Number | Ungradable:
    if len(text) > LONGEST:
        return Ungradable("too-long", kept=True)
    plain = unified(text)
    if match := POWER.fullmatch(plain):
        return scaled(match["sign"], "1", "", match["power"])
    match = NUMBER.fullmatch(plain)
    if not match:
        return NOT_A_NUMBER
    mantissa = split(match["mantissa"].strip())
    if isinstance(mantissa, Ungradable):
        return mantissa
    return scaled(match["sign"], *mantissa, match["e"] or match["power"] or match["signed"] or "0")


def unified(text: str) -> str:
    """Spell digits, signs, marks and spaces in one way. Raised digits become ^n, for 10⁻⁶ is not 10-6."""
    text = RAISED.sub(lambda found: "^" + found[0].translate(SUPERSCRIPTS), text)
    return "".join(map(spelling, text)).strip()


def spelling(char: str) -> str:
    if char in SPELLINGS:
        return SPELLINGS[char]
    if char.isspace():
        return " "
    if unicodedata.category(char) == "Cf":  # marks of writing direction
        return ""
    digit = unicodedata.decimal(char, None)
    return char if digit is None else str(digit)


def split(mantissa: str) -> tuple[str, str] | Ungradable:
    """Return the digits before and after the decimal mark."""
    if EITHER_WAY.fullmatch(mantissa):
        return Ungradable(AMBIGUOUS, kept=True)
    mark = decimal_mark(mantissa)
    whole, fraction = (mantissa, "")
    if mark:
        whole, _, fraction = mantissa.rpartition(mark)
    if GROUPED.fullmatch(whole) and (not mark or mark not in whole):
        whole = re.sub(r"\D", "", whole)
    if GROUPED_FRACTION.fullmatch(fraction):
        fraction = fraction.replace(" ", "")
    digits = whole + fraction
    return (whole, fraction) if digits.isascii() and digits.isdecimal() else NOT_A_NUMBER


def decimal_mark(mantissa: str) -> str:
    """The mark that ends the whole part, or an empty string."""
    points, commas = mantissa.count("."), mantissa.count(",")
    if points and commas:
        return max(".,", key=mantissa.rindex)
    if points + commas == 1:
        return "." if points else ","
    return ""


def scaled(sign: str, whole: str, fraction: str, exponent: str) -> Number | Ungradable:
    power = int(exponent)
    if abs(power) > GREATEST_EXPONENT:
        return Ungradable("number-out-of-range", kept=True)
    value = Fraction(int(whole + fraction)) * Fraction(10) ** (power - len(fraction))
    return Number(-value if sign == "-" else value, significant_figures(whole, fraction))


def significant_figures(whole: str, fraction: str) -> tuple[int, int]:
    """Leading noughts never count, noughts after the decimal mark always do, those that end a whole number may."""
    digits = (whole + fraction).lstrip("0")
    if not digits:
        return 1, len(fraction) + 1
    return (len(digits) if fraction else len(digits.rstrip("0"))), len(digits)
