"""How well questions do their work, from graded attempts.

With n attempts, x the fraction (0..1) an attempt earned on the question and t its points in all:

* facility        Σx / n; 1 is easy
* upper_lower     mean x of the upper group minus mean x of the lower group, -1..1. The upper group: all whose t
                  is at least that of the attempt 27 % from the top, the lower likewise: ties are in the group
* item_rest       Pearson's correlation of x and t minus the question's own points, -1..1 (for right-or-wrong questions:
                  the point-biserial coefficient, corrected for overlap)

Both measures of discrimination are None below ten attempts or if all are alike: a number would say nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, sqrt

FEWEST = 10
GROUP = Fraction(27, 100)


@dataclass(frozen=True)
class Observation:
    """One attempt at one question: fraction earned, points earned on it, points of the whole attempt."""

    fraction: Fraction
    points: Fraction
    total: Fraction


@dataclass(frozen=True)
class ItemStatistics:
    count: int
    facility: Fraction | None
    upper_lower: Fraction | None
    item_rest: float | None


def item_statistics(observations: Iterable[Observation]) -> ItemStatistics:
    seen = list(observations)
    return ItemStatistics(len(seen), mean([one.fraction for one in seen]), upper_lower(seen), item_rest(seen))


def mean(values: Sequence[Fraction]) -> Fraction | None:
    return sum(values, Fraction(0)) / len(values) if values else None


def upper_lower(observations: Sequence[Observation]) -> Fraction | None:
    if len(observations) < FEWEST:
        return None
    totals = sorted(one.total for one in observations)
    size = ceil(len(totals) * GROUP)
    low, high = totals[size - 1], totals[-size]
    if low == high:
        return None
    upper = mean([one.fraction for one in observations if one.total >= high])
    lower = mean([one.fraction for one in observations if one.total <= low])
    return None if upper is None or lower is None else upper - lower


def item_rest(observations: Sequence[Observation]) -> float | None:
    if len(observations) < FEWEST:
        return None
    return correlation([one.fraction for one in observations], [one.total - one.points for one in observations])


def correlation(xs: Sequence[Fraction], ys: Sequence[Fraction]) -> float | None:
    """Pearson's; the sums are exact, so equal values never look like a tiny variance."""
    middle_x, middle_y = sum(xs, Fraction(0)) / len(xs), sum(ys, Fraction(0)) / len(ys)
    together = sum(((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True)), Fraction(0))
    spread = sum((x - middle_x) ** 2 for x in xs) * sum((y - middle_y) ** 2 for y in ys)
    return float(together) / sqrt(spread) if spread else None
