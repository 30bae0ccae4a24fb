"""Deterministic random numbers from a seed, the same on every machine and with every version of Python.

Word i of the stream named `label` is the first 64 bits (big-endian) of HMAC-SHA256(key = seed, message = label NUL
i), both texts in UTF-8. Numbers below n come from words by rejection, so that each is equally likely. Streams with
different labels are independent: what one draws never moves another. This is part of the record (an attempt is drawn
again from its seed), so it must not change; `tests/engines/quiz/test_stream.py` pins it.
"""

import hmac
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
WORDS = 2**64


class Stream:
    def __init__(self, seed: str, *label: str) -> None:
        self.seed = seed.encode()
        self.label = "\x1f".join(label).encode()
        self.words = 0

    def word(self) -> int:
        message = self.label + b"\0" + str(self.words).encode()
        self.words += 1
        return int.from_bytes(hmac.digest(self.seed, message, "sha256")[:8], "big")

    def below(self, limit: int) -> int:
        """A number from 0 to limit - 1; the last, incomplete stretch of words is thrown away."""
        fair = WORDS - WORDS % limit
        while (word := self.word()) >= fair:
            pass
        return word % limit

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """Fisher and Yates, from the end."""
        shuffled = list(items)
        for last in range(len(shuffled) - 1, 0, -1):
            chosen = self.below(last + 1)
            shuffled[last], shuffled[chosen] = shuffled[chosen], shuffled[last]
        return shuffled
