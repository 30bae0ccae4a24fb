"""bank.yaml, the eight kinds of questions, and their translations."""

from typing import Annotated, Literal

from pydantic import Field

from lms.engines.content.schema.common import Authored, Id, Language, Line, Stamp, Text, required
from lms.engines.content.schema.course import Objective

Positive = Annotated[float, Field(gt=0, le=1e12)]


class BankFile(Authored):
    id: Id = required()
    title: Line = required()
    languages: Annotated[list[Language], Field(min_length=1)] = required(list)
    practice: bool = False
    objectives: Annotated[list[Objective], Field(min_length=1)] = required(list)


class BankTranslation(Authored):
    source: Stamp = ""
    title: Line = required()
    objectives: list[Objective] = Field(default_factory=list)


class Answer(Authored):
    id: Id = required()
    text: Text = required()
    right: bool = False
    feedback: Text = ""


class Choice(Authored):
    id: Id = required()
    text: Line = required()
    right: bool = False


class Item(Authored):
    id: Id = required()
    text: Text = required()


class Pair(Authored):
    id: Id = required()
    left: Text = required()
    right: Text = required()


class Tolerance(Authored):
    absolute: Annotated[float, Field(ge=0)] | None = None
    relative: Annotated[float, Field(ge=0, le=1)] | None = None


class OtherUnit(Authored):
    unit: Line = required()
    factor: Positive = required(1.0)


class Figures(Authored):
    min: Annotated[int, Field(ge=1, le=15)] | None = None
    max: Annotated[int, Field(ge=1, le=15)] | None = None


class Gap(Authored):
    id: Id = required()
    choices: list[Choice] = Field(default_factory=list)
    accept: list[Line] = Field(default_factory=list)


Ignored = Literal["case", "accents", "punctuation", "spaces"]


def _usually_ignored() -> list[Ignored]:
    return ["case", "spaces"]


class QuestionFile(Authored):
    """What every kind has."""

    id: Id = required()
    kind: Literal["single", "multiple", "truefalse", "numeric", "short", "matching", "ordering", "gaps"] = required()
    objective: Id = required()
    points: Annotated[float, Field(gt=0, le=1000)] = 1
    difficulty: Literal["easy", "medium", "hard"] = "medium"
    reference: Line = ""
    text: Text = required()
    hint: Text = ""
    feedback: Text = ""


class Single(QuestionFile):
    answers: Annotated[list[Answer], Field(min_length=1)] = required(list)


class Multiple(QuestionFile):
    answers: Annotated[list[Answer], Field(min_length=1)] = required(list)
    partial: Literal["all-or-nothing", "per-option", "right-minus-wrong"] = "per-option"
    tell_count: bool = True


class TrueFalse(QuestionFile):
    answer: bool = required(True)
    feedback_true: Text = ""
    feedback_false: Text = ""


class Numeric(QuestionFile):
    answer: float = required(0.0)
    tolerance: Tolerance = Field(default_factory=Tolerance)
    unit: Line = ""
    other_units: list[OtherUnit] = Field(default_factory=list)
    significant_figures: Figures | None = None


class Short(QuestionFile):
    accept: Annotated[list[Line], Field(min_length=1)] = required(list)
    ignore: list[Ignored] = Field(default_factory=_usually_ignored)


class Matching(QuestionFile):
    pairs: Annotated[list[Pair], Field(min_length=1)] = required(list)
    extra: list[Item] = Field(default_factory=list)


class Ordering(QuestionFile):
    items: Annotated[list[Item], Field(min_length=1)] = required(list)
    partial: Literal["all-or-nothing", "adjacent"] = "all-or-nothing"


class Gaps(QuestionFile):
    gaps: Annotated[list[Gap], Field(min_length=1)] = required(list)
    ignore: list[Ignored] = Field(default_factory=_usually_ignored)


SHAPES: dict[str, type[QuestionFile]] = {
    "single": Single,
    "multiple": Multiple,
    "truefalse": TrueFalse,
    "numeric": Numeric,
    "short": Short,
    "matching": Matching,
    "ordering": Ordering,
    "gaps": Gaps,
}


class AnswerTranslation(Authored):
    id: Id = required()
    text: Text = required()
    feedback: Text = ""


class GapTranslation(Authored):
    id: Id = required()
    choices: list[Item] = Field(default_factory=list)
    accept: list[Line] = Field(default_factory=list)


class QuestionTranslation(Authored):
    """The texts of any kind; which of them a question needs, its original tells."""

    id: Id = required()
    source: Stamp = ""
    text: Text = required()
    hint: Text = ""
    feedback: Text = ""
    answers: list[AnswerTranslation] = Field(default_factory=list)
    feedback_true: Text = ""
    feedback_false: Text = ""
    accept: list[Line] = Field(default_factory=list)
    pairs: list[Pair] = Field(default_factory=list)
    extra: list[Item] = Field(default_factory=list)
    items: list[Item] = Field(default_factory=list)
    gaps: list[GapTranslation] = Field(default_factory=list)
