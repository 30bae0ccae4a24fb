"""What each kind of question needs beyond the shape of its keys."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from lms.engines.content.fit import did_you_mean
from lms.engines.content.schema.bank import Gap, Gaps, Matching, Multiple, Numeric, Ordering, QuestionFile, Single
from lms.engines.content.sheet import Sheet

PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


def judge(question: QuestionFile, sheet: Sheet) -> None:
    if special := JUDGES.get(question.kind):
        special(question, sheet)
    if question.kind != "gaps" and PLACEHOLDER.search(question.text):
        sheet.error(question.where("text"), "{{…}} belongs in questions of kind gaps; write kind: gaps, or delete it")


def unique(entries: Sequence[Any], sheet: Sheet, what: str) -> None:
    """Tells every id that stands a second time."""
    seen: set[str] = set()
    for entry in entries:
        if entry.id and entry.id in seen:
            sheet.error(entry.where("id"), f'{what} "{entry.id}" is here twice; give each its own id')
        seen.add(entry.id)


def _single(question: Single, sheet: Sheet) -> None:
    _options(question.answers, question, "answers", sheet)
    right = [answer for answer in question.answers if answer.right]
    if question.answers and not right:
        sheet.error(question.where("answers"), "no answer is right; write right: true at the one that is")
    for answer in right[1:]:
        message = "a second answer is right; a single question has exactly one (or write kind: multiple)"
        sheet.error(answer.where("right"), message)


def _multiple(question: Multiple, sheet: Sheet) -> None:
    _options(question.answers, question, "answers", sheet)
    if question.answers and not any(answer.right for answer in question.answers):
        sheet.error(question.where("answers"), "no answer is right; write right: true at those that are")


def _options(entries: Sequence[Any], question: QuestionFile, name: str, sheet: Sheet) -> None:
    unique(entries, sheet, "the id")
    if len(entries) == 1:
        sheet.error(question.where(name), f"{name} needs two entries or more")


def _numeric(question: Numeric, sheet: Sheet) -> None:
    if question.tolerance.relative and not question.answer:
        sheet.error(question.tolerance.where("relative"), "a part of 0 is 0; write an absolute tolerance")
    units = [question.unit] if question.unit else []
    for other in question.other_units:
        if not question.unit:
            sheet.error(other.where(), "other units need a unit of the answer; add unit: …")
        elif other.unit in units:
            sheet.error(other.where("unit"), f'the unit "{other.unit}" is here twice; delete one of them')
        units.append(other.unit)
    figures = question.significant_figures
    if figures and figures.min and figures.max and figures.min > figures.max:
        sheet.error(figures.where("min"), "min is more than max; no number could be right")


def _matching(question: Matching, sheet: Sheet) -> None:
    _options(question.pairs, question, "pairs", sheet)
    unique([*question.pairs, *question.extra], sheet, "the id")
    seen: set[str] = set()
    for where, text in [(one.where("right"), one.right) for one in question.pairs] + [
        (one.where("text"), one.text) for one in question.extra
    ]:
        if text and text in seen:
            sheet.error(where, "this right side reads like another; nobody could tell them apart")
        seen.add(text)


def _ordering(question: Ordering, sheet: Sheet) -> None:
    _options(question.items, question, "items", sheet)


def _gaps(question: Gaps, sheet: Sheet) -> None:
    unique(question.gaps, sheet, "the gap")
    for gap in question.gaps:
        _gap(gap, sheet)
    names = [gap.id for gap in question.gaps if gap.id]
    written = placeholders(question.text)
    for name in written:
        if name not in names:
            message = f"the text has {{{{{name}}}}}, but no gap has this id; {did_you_mean(name, names)}"
            sheet.error(question.where("text"), message)
        elif written.count(name) > 1:
            sheet.error(question.where("text"), f"the text has {{{{{name}}}}} twice; each gap stands once")
    for gap in question.gaps:
        if gap.id and gap.id not in written:
            sheet.error(gap.where("id"), f"the text has no {{{{{gap.id}}}}}; write it where the gap is")


def _gap(gap: Gap, sheet: Sheet) -> None:
    if bool(gap.choices) == bool(gap.accept):
        sheet.error(gap.where(), f'gap "{gap.id}" needs either choices or accept, and only one of them')
    if not gap.choices:
        return
    unique(gap.choices, sheet, "the choice")
    right = [choice for choice in gap.choices if choice.right]
    if len(right) != 1:
        sheet.error(gap.where("choices"), f"{len(right)} choices are right; a gap has exactly one")
    if len(gap.choices) == 1:
        sheet.error(gap.where("choices"), "choices needs two entries or more")


def placeholders(text: str) -> list[str]:
    return PLACEHOLDER.findall(text)


JUDGES: dict[str, Callable[[Any, Sheet], None]] = {
    "single": _single,
    "multiple": _multiple,
    "numeric": _numeric,
    "matching": _matching,
    "ordering": _ordering,
    "gaps": _gaps,
}
