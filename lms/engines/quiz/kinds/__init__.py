"""One file a kind of question, and the functions that send a question to its kind.

A kind is a module with the functions of `Kind`. To add one, write the module and name it in `KINDS`.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from lms.engines.quiz.kinds import gaps, matching, multiple, numeric, ordering, short, single, truefalse
from lms.engines.quiz.responses import Graded, Json, Question, unfit


class Kind(Protocol):
    """`SHUFFLE_ALWAYS`: the order of the key would give the answer away, so it is never shown."""

    SHUFFLE_ALWAYS: bool

    def options(self, question: Question) -> list[str]: ...
    def parse(self, question: Question, raw: Json) -> Any: ...
    def grade(self, question: Question, response: Any, locale: str) -> Graded: ...
    def right_answer(self, question: Question, locale: str) -> Json: ...


KINDS: Mapping[str, Kind] = {
    "single": single,
    "multiple": multiple,
    "truefalse": truefalse,
    "numeric": numeric,
    "short": short,
    "matching": matching,
    "ordering": ordering,
    "gaps": gaps,
}


def kind_of(question: Question) -> Kind:
    return KINDS[question["kind"]]


def options(question: Question) -> list[str]:
    """Ids of what may be shuffled, in the order of the key; for gaps "gap/choice"."""
    return kind_of(question).options(question)


def parse(question: Question, raw: Json) -> Any:
    """Return a response for `grade`, None for a cleared or empty answer, or Ungradable; raises for no JSON."""
    if raw is None:
        return None
    return unfit(raw) or kind_of(question).parse(question, raw)


def grade(question: Question, response: Any, locale: str = "en") -> Graded:
    """Grade what `parse` returned for the same question."""
    return kind_of(question).grade(question, response, locale)


def right_answer(question: Question, locale: str = "en") -> Json:
    """A raw response that earns everything, or None if the key has none."""
    return kind_of(question).right_answer(question, locale)
