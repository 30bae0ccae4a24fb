"""The loaded course: plain frozen values that the catalogue stores and every feature reads.

`texts` holds an entry for every language of the course. Where a translation is missing or stale the entry holds the
original's text, and its `shown_locale` names the original's language, so a page can say what it shows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from lms.engines.source.problem import Problem

Json = dict[str, Any]


@dataclass(frozen=True)
class Folder:
    """The files of one authored folder by their path inside it; `path` is what problems are prefixed with."""

    path: str
    files: Mapping[str, bytes]

    @property
    def name(self) -> str:
        return self.path.rstrip("/").rpartition("/")[2]

    def full(self, path: str) -> str:
        """The path of one of its files as a problem names it."""
        return f"{self.path.rstrip('/')}/{path}" if self.path else path


class ModuleText(NamedTuple):
    title: str
    summary: str


class Term(NamedTuple):
    term: str
    html: str


class Reference(NamedTuple):
    title: str
    url: str  # empty when the author gave none


@dataclass(frozen=True)
class CourseText:
    """What a person reads of the course itself in one language; every mapping is keyed by authored ids."""

    title: str
    summary: str
    audience: str
    objectives: Mapping[str, str]
    modules: Mapping[str, ModuleText]
    quizzes: Mapping[str, str]
    glossary: Mapping[str, Term]
    references: Mapping[str, Reference]
    certificate: str  # its title; empty when the course gives no certificate
    shown_locale: str


@dataclass(frozen=True)
class CheckAnswer:
    right: bool
    feedback: str  # HTML


@dataclass(frozen=True)
class Check:
    """A self-check inside a lesson: feedback, never a score. Answers are known by their index in the page."""

    id: str
    answers: tuple[CheckAnswer, ...]

    @property
    def right(self) -> int:
        """The index of the one right answer."""
        return next(index for index, answer in enumerate(self.answers) if answer.right)


class Heading(NamedTuple):
    anchor: str
    title: str


@dataclass(frozen=True)
class LessonText:
    """A lesson rendered in one language. Text blocks carry the ids p1 … p<blocks>."""

    title: str
    summary: str
    html: str
    toc: tuple[Heading, ...]
    checks: tuple[Check, ...]
    blocks: int
    assets: tuple[str, ...]  # paths of the files that the page loads or offers
    bytes: int  # HTML, drawings and pictures: what reading costs
    media_bytes: int  # video, audio and captions in full quality: what watching costs on top
    shown_locale: str


@dataclass(frozen=True)
class Lesson:
    id: str
    module_id: str
    path: str
    minutes: int
    objectives: tuple[str, ...]
    requires: tuple[str, ...]  # ids of activities and modules
    read: Json  # {"reach_end": bool, "share_of_minutes": float, "checks": "all" | "none" | int}
    texts: Mapping[str, LessonText]


@dataclass(frozen=True)
class Draw:
    objective: str
    count: int


@dataclass(frozen=True)
class Quiz:
    """Settings of a quiz; its title is in `CourseText.quizzes`, its questions in the bank it names."""

    id: str
    module_id: str
    bank: str
    draw: tuple[Draw, ...]
    pass_percent: float
    attempts: int  # 0: as many as one likes
    cool_down_minutes: int
    time_limit_minutes: int  # 0: no limit
    score: Literal["best", "last", "average"]
    shuffle: Mapping[str, bool]  # {"questions": …, "answers": …}
    review: Literal["after-send", "after-pass", "after-last-attempt", "result-only"]
    accept_late_seconds: int
    requires: tuple[str, ...]


Activity = Lesson | Quiz


@dataclass(frozen=True)
class Module:
    id: str
    activities: tuple[Activity, ...]


@dataclass(frozen=True)
class QuestionText:
    """`public` may reach a browser before an answer; `feedback` may not, because it tells the right one."""

    public: Json
    feedback: Json
    shown_locale: str


@dataclass(frozen=True)
class Question:
    key: str  # "<bank>/<question id>": unique in a course
    bank: str
    kind: str
    objective: str
    points: float
    difficulty: str
    reference: str
    source: Json  # the canonical question that engines.quiz reads: keys and rules, no texts
    texts: Mapping[str, QuestionText]


@dataclass(frozen=True)
class BankText:
    title: str
    objectives: Mapping[str, str]
    shown_locale: str


@dataclass(frozen=True)
class Bank:
    id: str
    languages: tuple[str, ...]
    practice: bool
    questions: tuple[Question, ...]
    texts: Mapping[str, BankText]
    source: Json


@dataclass(frozen=True)
class Asset:
    data: bytes
    media_type: str
    sha256: str


@dataclass(frozen=True)
class Certificate:
    """Its title is translated, so it is in `CourseText.certificate`."""

    signatory_name: str
    signatory_role: str
    valid_months: int | None


@dataclass(frozen=True)
class Enrol:
    by_self: bool  # people who have signed in may enrol themselves
    sign_up: bool  # strangers may make an account in order to


@dataclass(frozen=True)
class Course:
    id: str
    languages: tuple[str, ...]  # the first is the original
    source: Json  # canonical: the same for every order, line ending and spelling of the same content
    version_hash: str  # SHA-256 of the canonical source, hexadecimal
    hours: float
    texts: Mapping[str, CourseText]
    modules: tuple[Module, ...]
    banks: tuple[Bank, ...]
    assets: Mapping[str, Asset]
    completion: Json
    certificate: Certificate | None
    enrol: Enrol
    practice: bool

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for bank in self.banks for question in bank.questions)

    @property
    def activities(self) -> tuple[Activity, ...]:
        return tuple(activity for module in self.modules for activity in module.activities)


@dataclass(frozen=True)
class Loaded:
    """`course` is None when any problem is an error: nothing of a broken folder is published."""

    course: Course | None
    problems: tuple[Problem, ...] = field(default=())


@dataclass(frozen=True)
class LoadedBank:
    """As `Loaded`, for a bank checked by itself."""

    bank: Bank | None
    problems: tuple[Problem, ...] = field(default=())


def module_bytes(module: Module, locale: str) -> int:
    """What reading all lessons of a module costs in one language, without video and audio."""
    return sum(one.texts[locale].bytes for one in module.activities if isinstance(one, Lesson))


def module_media_bytes(module: Module, locale: str) -> int:
    """What the video and audio of a module cost on top."""
    return sum(one.texts[locale].media_bytes for one in module.activities if isinstance(one, Lesson))
