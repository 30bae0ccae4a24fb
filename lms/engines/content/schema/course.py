"""course.yaml, its translations, and the front matter of lessons."""

from typing import Annotated, Any, Literal

from pydantic import Field

from lms.engines.content.schema.common import Authored, Id, Language, Line, Percent, Stamp, Text, required

Minutes = Annotated[int, Field(ge=0, le=100_000)]


class Objective(Authored):
    id: Id = required()
    text: Line = required()


class Reference(Authored):
    id: Id = required()
    title: Line = required()
    url: Line = ""


class GlossaryEntry(Authored):
    id: Id = required()
    term: Line = required()
    text: Text = required()


class Read(Authored):
    reach_end: bool = True
    share_of_minutes: Annotated[float, Field(ge=0, le=1)] = 0.4
    checks: Literal["all", "none"] | Annotated[int, Field(ge=0, le=1000)] = "all"


class Defaults(Authored):
    read: Read = Field(default_factory=Read)


class LessonEntry(Authored):
    lesson: Line = required()
    requires: list[Id] = Field(default_factory=list)


class DrawEntry(Authored):
    objective: Id = required()
    count: Annotated[int, Field(ge=1, le=1000)] = required(0)


class Shuffle(Authored):
    questions: bool = True
    answers: bool = True


class QuizEntry(Authored):
    quiz: Id = required()
    title: Line = required()
    bank: Id = required()
    draw: Annotated[list[DrawEntry], Field(min_length=1)] = required(list)
    pass_percent: Percent = required(0.0, alias="pass")
    attempts: Annotated[int, Field(ge=0, le=1000)] = 0
    cool_down_minutes: Minutes = 0
    time_limit_minutes: Minutes = 0
    score: Literal["best", "last", "average"] = "best"
    shuffle: Shuffle = Field(default_factory=Shuffle)
    review: Literal["after-send", "after-pass", "after-last-attempt", "result-only"] = "after-send"
    accept_late_seconds: Annotated[int, Field(ge=0, le=86_400)] = 0
    requires: list[Id] = Field(default_factory=list)


class ModuleEntry(Authored):
    id: Id = required()
    title: Line = required()
    summary: Text = ""
    activities: Any = required(list)  # of two shapes, told apart by their first key


class Signatory(Authored):
    name: Line = required()
    role: Line = ""


class CertificateEntry(Authored):
    title: Line = required()
    signatory: Signatory = Field(default_factory=Signatory)
    valid_months: Annotated[int, Field(ge=1, le=600)] | None = None


class EnrolEntry(Authored):
    by_self: bool = Field(default=True, alias="self")
    sign_up: bool = False


class CourseFile(Authored):
    id: Id = required()
    title: Line = required()
    summary: Text = ""
    audience: Text = ""
    hours: Annotated[float, Field(gt=0, le=1000)] = required(0.0)
    languages: Annotated[list[Language], Field(min_length=1)] = required(list)
    objectives: list[Objective] = Field(default_factory=list)
    references: list[Reference] = Field(default_factory=list)
    glossary: list[GlossaryEntry] = Field(default_factory=list)
    defaults: Defaults = Field(default_factory=Defaults)
    modules: Annotated[list[ModuleEntry], Field(min_length=1)] = required(list)
    completion: Any = None  # a tree, judged by its own reader
    certificate: CertificateEntry | None = None
    enrol: EnrolEntry = Field(default_factory=EnrolEntry)
    practice: bool = False


class ReferenceTranslation(Authored):
    id: Id = required()
    title: Line = required()


class ModuleTranslation(Authored):
    id: Id = required()
    title: Line = required()
    summary: Text = ""


class QuizTranslation(Authored):
    id: Id = required()
    title: Line = required()


class CertificateTranslation(Authored):
    title: Line = required()


class CourseTranslation(Authored):
    source: Stamp = ""
    title: Line = ""
    summary: Text = ""
    audience: Text = ""
    objectives: list[Objective] = Field(default_factory=list)
    references: list[ReferenceTranslation] = Field(default_factory=list)
    glossary: list[GlossaryEntry] = Field(default_factory=list)
    modules: list[ModuleTranslation] = Field(default_factory=list)
    quizzes: list[QuizTranslation] = Field(default_factory=list)
    certificate: CertificateTranslation | None = None


class LessonFront(Authored):
    title: Line = required()
    minutes: Annotated[int, Field(ge=1, le=600)] = required(0)
    summary: Text = ""
    objectives: list[Id] = Field(default_factory=list)
    read: Read | None = None


class LessonTranslationFront(Authored):
    title: Line = required()
    summary: Text = ""
    source: Stamp = ""
    # Copied along with the rest by many; the original's count.
    minutes: Any = None
    objectives: Any = None
    read: Any = None
