"""Which operations of one page load are stored: numbers count from 1, and the key is (page load, number)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

MISSING_SHOWN = 100


@dataclass(frozen=True)
class Stored:
    """What the record holds of a page load before the batch.

    All numbers from 1 to `contiguous` are stored; `hashes` (number → body hash) holds every stored number above it, and
    those below it that the batch names again. Everything may stand in `hashes` with `contiguous` 0. `fates` (number →
    late or refused, with the reason) holds what was not simply applied: whoever asks again is told the same.
    """

    hashes: Mapping[int, str]
    contiguous: int = 0
    fates: Mapping[int, tuple[str, str]] = field(default_factory=dict)

    def knows(self, number: int) -> bool:
        return number in self.hashes or number <= self.contiguous

    @property
    def last(self) -> int:
        return max(self.hashes, default=self.contiguous)


@dataclass(frozen=True)
class Acknowledgement:
    """`last` is the highest number stored, and 1 to `contiguous` are all stored.

    `missing` names the first hundred numbers between the two that are not.
    """

    last: int
    contiguous: int
    missing: tuple[int, ...]


def acknowledge(stored: Stored, added: Iterable[int]) -> Acknowledgement:
    numbers = {number for number in (*stored.hashes, *added) if number > stored.contiguous}
    contiguous = stored.contiguous
    while contiguous + 1 in numbers:
        contiguous += 1
    last = max(numbers, default=contiguous)
    return Acknowledgement(last, contiguous, first_missing(numbers, contiguous, last))


def first_missing(numbers: set[int], contiguous: int, last: int) -> tuple[int, ...]:
    """Steps through gaps by the numbers that exist, since a hostile last number may be 2^53."""
    missing: list[int] = []
    below = contiguous
    for number in sorted(number for number in numbers if number > contiguous):
        missing += range(below + 1, min(number, below + 1 + MISSING_SHOWN - len(missing)))
        below = number
    return tuple(missing)
