"""The load of the last quarter of an hour, by kind of request: counts in a file that each web process keeps.

Unlike the metrics it needs nobody who collects it, so a page can show it. Adding to it costs about a microsecond.
"""

import mmap
import os
import threading
import time
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

#: Of this many seconds each there is one count.
SPAN = 20
SPANS = 45
KINDS = ("save", "page", "package", "sign-in", "staff")
#: Upper ends of the classes of time, in seconds; what is longer is in one more class.
CLASSES = (
    0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.035, 0.05, 0.075,
    0.1, 0.15, 0.25, 0.5, 1.0, 1.5, 2.5, 5.0, 10.0,
)  # fmt: skip
_ONE = 2 + len(CLASSES) + 1
_SLOT = 1 + len(KINDS) * _ONE
_SIZE = SPANS * _SLOT * 8


@dataclass(slots=True)
class Load:
    """Requests of one kind in one span of time, or in several. `failed`: answered with 5xx."""

    requests: int = 0
    failed: int = 0
    times: list[int] = field(default_factory=lambda: [0] * (len(CLASSES) + 1))

    def add(self, other: "Load") -> None:
        self.requests += other.requests
        self.failed += other.failed
        self.times = [one + two for one, two in zip(self.times, other.times, strict=True)]

    def within(self, share: float) -> float | None:
        """The time in seconds within which this share of the answers was ready, as near as its class allows."""
        left = share * sum(self.times)
        if not left:
            return None
        below = 0.0
        for end, number in zip((*CLASSES, CLASSES[-1]), self.times, strict=True):
            if number >= left:
                return below + (end - below) * left / number
            left -= number
            below = end
        return below


class Pulse:
    """The writing side, one for a process; it opens its file when the first request ends, so a fork may come before."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._pid = 0
        self._words: memoryview | None = None

    def _open(self) -> None:
        self._pid, self._words = os.getpid(), None
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._folder / f"pulse_{self._pid}.bin", os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                os.posix_fallocate(handle, 0, _SIZE)  # a mapped page that has no room on the disk would end the process
                self._words = memoryview(mmap.mmap(handle, _SIZE)).cast("Q")
            finally:
                os.close(handle)
        except OSError:
            pass  # the page then shows no load; nothing else needs it

    def beat(self, kind: str, seconds: float, status: int) -> None:
        with self._lock:
            if self._pid != os.getpid():
                self._open()
            words = self._words
            if words is None:
                return
            span = int(time.time()) // SPAN
            place = span % SPANS * _SLOT
            if words[place] != span:
                words[place : place + _SLOT] = memoryview(bytes(_SLOT * 8)).cast("Q")
                words[place] = span
            place += 1 + KINDS.index(kind) * _ONE
            words[place] += 1
            words[place + 1] += status >= 500
            words[place + 2 + bisect_left(CLASSES, seconds)] += 1


def spans(folders: Iterable[Path], now: float) -> list[dict[str, Load]]:
    """By kind, for each of the spans that are over, the oldest first, all processes together."""
    newest = int(now) // SPAN - 1
    oldest = newest - SPANS + 2
    found = [{kind: Load() for kind in KINDS} for _number in range(oldest, newest + 1)]
    for folder in folders:
        for file in folder.glob("pulse_*.bin"):
            _read(file, oldest, newest, found)
    return found


def _read(file: Path, oldest: int, newest: int, found: list[dict[str, Load]]) -> None:
    try:
        data = file.read_bytes()
    except OSError:
        return
    if len(data) != _SIZE:
        return
    words = memoryview(data).cast("Q")
    for place in range(0, SPANS * _SLOT, _SLOT):
        if oldest <= words[place] <= newest:
            for number, kind in enumerate(KINDS):
                at = place + 1 + number * _ONE
                load = Load(words[at], words[at + 1], list(words[at + 2 : at + _ONE]))
                found[words[place] - oldest][kind].add(load)
