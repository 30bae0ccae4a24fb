"""Join the outcomes of rules: all of them, or any one of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from lms.engines.progress.state import Condition


@dataclass(frozen=True)
class Outcome:
    """`met_leaves` of `leaves`; a rule that names nothing has none, is met, and adds nothing."""

    met: bool
    met_leaves: int
    leaves: int
    conditions: tuple[Condition, ...]

    @property
    def fraction(self) -> Fraction:
        return Fraction(self.met_leaves, self.leaves) if self.leaves else Fraction(1)


def leaf(condition: Condition) -> Outcome:
    return Outcome(condition.met, int(condition.met), 1, (condition,))


def all_of(outcomes: Sequence[Outcome]) -> Outcome:
    """Every outcome counts. A choice among them is told from the next by the place of its rule, counted from 1."""
    return Outcome(
        all(outcome.met for outcome in outcomes),
        sum(outcome.met_leaves for outcome in outcomes),
        sum(outcome.leaves for outcome in outcomes),
        tuple(
            replace(condition, group=f"{place}{condition.group}") if condition.group else condition
            for place, outcome in enumerate(outcomes, start=1)
            for condition in outcome.conditions
        ),
    )


def any_of(outcomes: Sequence[Outcome]) -> Outcome:
    """The way that has come farthest counts. A way that names nothing is no way, or it would be an open door."""
    ways = [outcome for outcome in outcomes if outcome.leaves]
    if not ways:
        return Outcome(True, 0, 0, ())
    best = max(ways, key=lambda way: (way.met, way.fraction))
    conditions = [
        replace(
            condition,
            group=f"/{place}.{condition.group}" if condition.group else f"/{place}",
            waived=condition.waived or (best.met and not condition.met),
        )
        for place, way in enumerate(ways, start=1)
        for condition in way.conditions
    ]
    return Outcome(best.met, best.met_leaves, best.leaves, tuple(conditions))
