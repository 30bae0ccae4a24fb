"""How far a course has come, for the bar and for words beside it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fractions import Fraction

from lms.engines.progress.state import Activity


@dataclass(frozen=True)
class Progress:
    """`done` of `total` activities; `fraction` weighs by minutes."""

    done: int
    total: int
    fraction: Fraction
    complete: bool

    @property
    def percent(self) -> int:
        """A whole number, rounded down, and 100 if and only if the course is complete."""
        return 100 if self.complete else min(99, int(self.fraction * 100))


def progress(activities: Iterable[Activity], complete: bool, optional: Collection[str] = ()) -> Progress:
    """Roll up. `complete` comes from the completion rule, which alone decides; `optional` activities do not count.

    fraction = Σ weight·f / Σ weight      f = 1 if done, else how far it is, 0..1 (of a quiz not passed: 0)
                                          weight = its minutes, or the mean of those that have some, or 1
    """
    counted = [activity for activity in activities if activity.id not in optional]
    usual = usual_minutes(counted)
    weights = [Fraction(activity.minutes or usual) for activity in counted]
    reached = sum((weight * far(activity) for weight, activity in zip(weights, counted, strict=True)), Fraction(0))
    fraction = Fraction(1) if complete else reached / sum(weights) if counted else Fraction(0)
    return Progress(sum(activity.done for activity in counted), len(counted), fraction, complete)


def usual_minutes(activities: Iterable[Activity]) -> Fraction:
    known = [activity.minutes for activity in activities if activity.minutes]
    return Fraction(sum(known), len(known)) if known else Fraction(1)


def far(activity: Activity) -> Fraction:
    return Fraction(1) if activity.done else min(max(activity.fraction, Fraction(0)), Fraction(1))
