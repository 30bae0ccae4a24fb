"""What the rules look at: the state of each activity, and one condition with how far it is met."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

LESSON = "lesson"
QUIZ = "quiz"
PACKAGE_KINDS = ("sco", "au")


@dataclass(frozen=True)
class Activity:
    """The state of one activity of a registration.

    `read` is for lessons, `completed` for what a package reports. `passed` None means no result yet; `percent` is the
    result that counts, 0..100, exact. `evidence` says how the result came about: graded, reported, attended,
    observed, entered. `fraction` (0..1) is how far a started activity has come, for the bar. `minutes` weighs it
    there.
    """

    id: str
    kind: str
    started: bool = False
    read: bool = False
    completed: bool = False
    passed: bool | None = None
    percent: Fraction | None = None
    evidence: str = ""
    pass_percent: Fraction | None = None
    fraction: Fraction = Fraction(0)
    minutes: int = 0

    @property
    def done(self) -> bool:
        """Done for the order of a course: lessons read, quizzes passed, packages completed and not failed."""
        if self.kind == LESSON:
            return self.read
        if self.kind == QUIZ:
            return self.passed is True
        return self.passed is True or (self.completed and self.passed is not False)


@dataclass(frozen=True)
class Condition:
    """One thing that a rule asks for; `code` and `params` are for the interface to put into words.

    `current` of `needed`: counts, percent or seconds, by code. `activities` are all that it speaks of, `remaining`
    those that still hold it up. `group` is "" or, for one way of a choice, the choice and the way ("3/1": the third
    rule's first way); `waived` means that another way of that choice is met, so this one need not be.
    """

    code: str
    met: bool
    current: Fraction | None = None
    needed: Fraction | None = None
    activities: tuple[str, ...] = ()
    remaining: tuple[str, ...] = ()
    params: Mapping[str, str] = field(default_factory=dict)
    group: str = ""
    waived: bool = False


@dataclass(frozen=True)
class Result:
    """`fraction` of the conditions that are met; 1 if and only if complete."""

    complete: bool
    fraction: Fraction
    conditions: tuple[Condition, ...]

    @property
    def missing(self) -> tuple[Condition, ...]:
        """Why not complete: what is neither met nor waived."""
        return tuple(condition for condition in self.conditions if not condition.met and not condition.waived)
