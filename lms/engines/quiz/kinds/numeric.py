"""A number with or without a unit. Raw: {"text": "2,5", "unit": "EU/mL"}.

With answer a (in the question's unit), response x and the factor f of its unit (1 EU/L = 0.001 EU/mL, so f = 0.001):

    right if |x·f - a| <= t, where t = the larger of `absolute` and `relative`·|a|, or 0 without a tolerance

Everything is exact (fractions of decimal numbers), so the ends of the tolerance are right. `significant_figures` {min,
max} must be met by the number as typed; if only they fail, the note is `significant-figures`. fraction = 1 or 0.
"""

from dataclasses import dataclass
from fractions import Fraction

from lms.engines.quiz.number_text import Number, read_number
from lms.engines.quiz.responses import (
    NOTHING,
    WHOLE,
    Graded,
    Json,
    Part,
    Question,
    Ungradable,
    exact,
    misshapen,
)

SHUFFLE_ALWAYS = False


@dataclass(frozen=True)
class Measure:
    """A number as typed, and its unit as the key spells it ("" if the question has none)."""

    text: str
    number: Number
    unit: str


def options(question: Question) -> list[str]:
    return []


def units(question: Question) -> dict[str, Fraction]:
    """Each unit with its factor to the question's own; that one comes first."""
    factors = {question["unit"]: WHOLE} if question.get("unit") else {}
    return factors | {other["unit"]: exact(other["factor"]) for other in question.get("other_units") or []}


def parse(question: Question, raw: Json) -> Measure | Ungradable | None:
    if problem := misshapen(raw, "text", "unit"):
        return problem
    text, unit = raw["text"], raw.get("unit") or ""
    if text is None:
        return None
    if not isinstance(text, str) or not isinstance(unit, str):
        return Ungradable("wrong-type")
    if not text.strip():
        return None
    bare, typed = without_unit(question, text.strip())
    chosen = unit_of(question, unit, typed)
    if isinstance(chosen, Ungradable):
        return chosen
    number = read_number(bare)
    return number if isinstance(number, Ungradable) else Measure(bare, number, chosen)


def without_unit(question: Question, text: str) -> tuple[str, str]:
    """Split "2.5 EU/mL" into number and unit; people type the unit although it stands beside the field."""
    for unit in sorted(units(question), key=len, reverse=True):
        if spelled(text).endswith(spelled(unit)):
            return text[: -len(unit)].strip(), unit
    return text, ""


def spelled(unit: str) -> str:
    """Both signs for micro are one, and so are spaces; length is kept."""
    return "".join(" " if char.isspace() else char for char in unit).replace("\u00b5", "\u03bc")


def unit_of(question: Question, chosen: str, typed: str) -> str | Ungradable:
    known = units(question)
    meant = {unit for unit in known if chosen and spelled(unit) == spelled(chosen)}
    if chosen and not meant:
        return Ungradable("unknown-unit")
    if typed:
        meant.add(typed)
    if len(meant) > 1:
        return Ungradable("two-units", kept=True)
    if meant:
        return meant.pop()
    return Ungradable("unit-missing", kept=True) if len(known) > 1 else next(iter(known), "")


def grade(question: Question, response: Measure, locale: str) -> Graded:
    answer = exact(question["answer"])
    value = response.number.value * units(question).get(response.unit, WHOLE)
    near = abs(value - answer) <= tolerance(question, answer)
    written_well = figures_fit(question, response.number)
    right = near and written_well
    fraction = Fraction(right)
    note = "significant-figures" if near and not written_well else ""
    return Graded(fraction, (Part("number", describe(question, response), right, fraction),), note)


def tolerance(question: Question, answer: Fraction) -> Fraction:
    given = question.get("tolerance") or {}
    relative = exact(given["relative"]) * abs(answer) if given.get("relative") else NOTHING
    return max(relative, exact(given["absolute"]) if given.get("absolute") else NOTHING)


def figures_fit(question: Question, number: Number) -> bool:
    wanted = question.get("significant_figures") or {}
    least, greatest = number.figures
    return greatest >= (wanted.get("min") or 0) and least <= (wanted.get("max") or greatest)


def right_answer(question: Question, locale: str) -> Json:
    raw = {"text": str(question["answer"])}
    return raw | {"unit": question["unit"]} if question.get("unit") else raw


def describe(question: Question, response: Measure) -> str:
    return f"{response.text} {response.unit}".strip()
