"""What a person reads of a question in one language, before and after the answer."""

from collections.abc import Callable
from html import escape
from typing import Any

from lms.engines.content.model import Json, QuestionText
from lms.engines.content.questions.judge import PLACEHOLDER
from lms.engines.content.sheet import Sheet
from lms.engines.source.labels import label
from lms.engines.source.markdown import Writer
from lms.engines.source.problem import Origin
from lms.engines.source.yaml import Path


class QuestionTexts:
    """`words` is the original itself or a translation of it: both name their texts alike."""

    def __init__(self, question: Any, key_sheet: Sheet, words: Any, sheet: Sheet, writer: Writer) -> None:
        self.question = question
        self.key_sheet = key_sheet
        self.words = words
        self.sheet = sheet
        self.writer = writer

    def write(self) -> QuestionText:
        public, answers, right = KINDS[self.question.kind](self)
        text = PLACEHOLDER.sub(r"{{\1}}", self._block("text"))
        right = self._filled(text) if self.question.kind == "gaps" else right
        feedback = {"general": self._block("feedback"), "answers": answers, "right": right}
        head = {"text": text, "hint": self.words.hint.strip(), "choose": None}
        return QuestionText(head | public, feedback, self.writer.locale)

    def _block(self, name: str) -> str:
        text = getattr(self.words, name)
        return self.writer.blocks(text, self._origin(self.words.where(name))) if text else ""

    def _origin(self, where: Path) -> Origin:
        return self.sheet.origin(where)

    def lines(self, name: str, field: str) -> dict[str, str]:
        """One text of every entry of a list, by id and in the order of the original."""
        words = {one.id: one for one in getattr(self.words, name)}
        return {one.id: self._line(words.get(one.id, one), field) for one in getattr(self.question, name)}

    def _line(self, one: Any, field: str) -> str:
        text = getattr(one, field)
        return self.writer.line(text, self._origin(one.where(field))) if text else ""

    def feedback(self, name: str) -> dict[str, str]:
        return {one: text for one, text in self.lines(name, "feedback").items() if text}

    def field(self, name: str) -> str:
        return self._line(self.words, name)

    def number(self, where: Path) -> str:
        """As the author wrote it, because 2.50 says more than 2.5, with the sign of the language."""
        raw = self.key_sheet.document.raw.get(where, "")
        return escape(raw.replace(".", label(self.writer.locale, "point")))

    def _filled(self, text: str) -> str:
        """The text of a question with gaps, the gaps filled."""
        right = {gap.id: self._right_of(gap) for gap in self.question.gaps}
        return PLACEHOLDER.sub(lambda found: f"<strong>{escape(right.get(found.group(1), ''))}</strong>", text)

    def _right_of(self, gap: Any) -> str:
        words = next((one for one in self.words.gaps if one.id == gap.id), gap)
        if gap.choices:
            right = next((one.id for one in gap.choices if one.right), "")
            return next((one.text for one in words.choices if one.id == right), "")
        return next(iter(words.accept or gap.accept), "")


Parts = tuple[Json, Json, str]


def _list(tag: str, items: list[str]) -> str:
    return f"<{tag}>{''.join(f'<li>{item}</li>' for item in items)}</{tag}>"


def _single(texts: QuestionTexts) -> Parts:
    answers = texts.lines("answers", "text")
    right = [answers.get(one.id, "") for one in texts.question.answers if one.right]
    return {"answers": answers}, texts.feedback("answers"), "".join(right[:1])


def _multiple(texts: QuestionTexts) -> Parts:
    answers = texts.lines("answers", "text")
    right = [answers.get(one.id, "") for one in texts.question.answers if one.right]
    public = {"answers": answers, "choose": len(right) if texts.question.tell_count else None}
    return public, texts.feedback("answers"), _list("ul", right)


def _truefalse(texts: QuestionTexts) -> Parts:
    names = {name: escape(label(texts.writer.locale, name)) for name in ("true", "false")}
    feedback = {name: text for name in names if (text := texts.field(f"feedback_{name}"))}
    return {"answers": names}, feedback, names["true" if texts.question.answer else "false"]


def _numeric(texts: QuestionTexts) -> Parts:
    question = texts.question
    units = [one for one in (question.unit, *(other.unit for other in question.other_units)) if one]
    right = f"{texts.number(question.where('answer'))} {escape(question.unit)}".strip()
    tolerance = question.tolerance
    if tolerance.absolute:
        right += f" (± {texts.number(tolerance.where('absolute'))})"
    if tolerance.relative:
        percent = f"{tolerance.relative * 100:.6g}".replace(".", label(texts.writer.locale, "point"))
        right += f" (± {percent} %)"
    return {"unit": question.unit, "units": units}, {}, right


def _short(texts: QuestionTexts) -> Parts:
    accepted = texts.words.accept or texts.question.accept
    return {}, {}, escape(next(iter(accepted), ""))


def _matching(texts: QuestionTexts) -> Parts:
    lefts, rights = texts.lines("pairs", "left"), texts.lines("pairs", "right")
    joined = [f"{left} → {rights[name]}" for name, left in lefts.items()]
    every = rights | texts.lines("extra", "text")
    # Sorted, because the order of authoring would tell the pairs.
    return {"lefts": lefts, "rights": dict(sorted(every.items()))}, {}, _list("ul", joined)


def _ordering(texts: QuestionTexts) -> Parts:
    items = texts.lines("items", "text")
    ordered = [items.get(one.id, "") for one in texts.question.items]
    return {"items": dict(sorted(items.items()))}, {}, _list("ol", ordered)


def _gaps(texts: QuestionTexts) -> Parts:
    words = {gap.id: gap for gap in texts.words.gaps}
    gaps = {
        gap.id: {"choices": {one.id: one.text for one in words.get(gap.id, gap).choices}}
        if gap.choices
        else {"input": True}
        for gap in texts.question.gaps
    }
    return {"gaps": gaps}, {}, ""


KINDS: dict[str, Callable[[QuestionTexts], Parts]] = {
    "single": _single,
    "multiple": _multiple,
    "truefalse": _truefalse,
    "numeric": _numeric,
    "short": _short,
    "matching": _matching,
    "ordering": _ordering,
    "gaps": _gaps,
}
