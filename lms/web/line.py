"""Whole requests that wait for a thread: what stores something before what only looks."""

import itertools
from collections import Counter, deque
from typing import Generic, TypeVar

Request = TypeVar("Request")
#: What stores something comes first two times of three; the others shall not wait without end either.
ORDERS = (
    ("save", "view", "hash"),
    ("save", "hash", "view"),
    ("view", "save", "hash"),
    ("save", "view", "hash"),
    ("save", "hash", "view"),
    ("hash", "save", "view"),
)


class Line(Generic[Request]):
    """At most `threads` requests are out of it and not done at a time."""

    def __init__(self, threads: int) -> None:
        self.threads = threads
        # Those that hash wait for one another in any case, and shall not do so in all threads.
        self.most = {"save": threads, "view": threads, "hash": max(1, threads // 2)}
        self._waiting: dict[str, deque[Request]] = {kind: deque() for kind in self.most}
        self._out: Counter[str] = Counter()
        self._orders = itertools.cycle(ORDERS)

    def add(self, kind: str, request: Request) -> None:
        self._waiting[kind].append(request)

    def take(self) -> Request | None:
        """The next one, if it may begin now."""
        if self._out.total() >= self.threads:
            return None
        for kind in next(self._orders):
            if self._waiting[kind] and self._out[kind] < self.most[kind]:
                self._out[kind] += 1
                return self._waiting[kind].popleft()
        return None

    def done(self, kind: str) -> None:
        self._out[kind] -= 1
