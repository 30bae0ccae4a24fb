"""Whose turn it is to write into an SQLite file.

SQLite has one writer and no queue: whoever asks at the right moment is next, and with many others one can wait without
end. Here the writers of a process stand in line, and the first of each line waits at a turnstile that one process
passes at a time, so that processes alternate. Only order is decided here: the lock that keeps the file whole stays
SQLite's own, and other programs still meet it there.

The file beside the database also counts how busy its writer is, which only the one whose turn it is ever changes.
"""

import fcntl
import logging
import os
import sqlite3
import struct
import threading
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakValueDictionary

from lms.core.clock import now

log = logging.getLogger(__name__)

#: Longer nobody waits, in seconds: the answer is then that the database is busy, and when to come again.
PATIENCE = 10.0
#: A wait that people notice, in seconds.
SLOW = 1.0
#: Of this many seconds each there is one count, for a day.
SPAN = 300
SPANS = 288
_TURNSTILE, _TURN = 0, 1
_COUNT = struct.Struct("<7Q")


class Busy(sqlite3.OperationalError):
    """Others have been writing for so long that this writer gives up; nothing was done."""


@dataclass(frozen=True, slots=True)
class Use:
    """What writers did in one span: how many, for how long, and what it was to wait. Times in seconds."""

    begins: int
    turns: int
    held: float
    waited: float
    slow: int
    gave_up: int
    longest: float

    @property
    def share(self) -> float:
        """Of the span, the part in which somebody wrote."""
        return self.held / SPAN


class Turns:
    """The queue of the writers of one file; one for all connections of a process."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: int | None = None
        #: For who keeps the log small: commits since the start, and when it was last tried.
        self.commits = 0
        self.emptied = 0.0
        self.after_fork()

    def after_fork(self) -> None:
        """The child inherits neither the line of its parent nor a turn."""
        self._guard = threading.Lock()
        self._line: deque[threading.Lock] = deque()
        self._taken = False
        self._waited = self._since = 0.0
        self._gave_up = 0

    def _open(self) -> None:
        """Opened by the first who writes; where that cannot be, there is a line in this process alone."""
        path, self._path = self._path, None
        if path is None:
            return
        try:
            self._file = os.open(path.with_name(path.name + "-turn"), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            log.warning("the queue of writers cannot be shared with other processes: %s", error)

    def __del__(self) -> None:
        if self._file is not None:
            os.close(self._file)

    def take(self) -> None:
        """Wait for the turn. Raises Busy after PATIENCE."""
        asked = time.monotonic()
        if not self._stand_in_line(PATIENCE):
            self._gave_up += 1
            raise Busy(f"database is locked: other writers were before this one for {PATIENCE:.0f} s")
        try:
            self._pass(asked + PATIENCE)
        except BaseException:
            self._gave_up += 1
            self._next()
            raise
        self._since = time.monotonic()
        self._waited = self._since - asked

    def give(self) -> None:
        """Let the next one write."""
        self._count(time.monotonic() - self._since)
        if self._file is not None:
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, _TURN)
        self._next()

    def _stand_in_line(self, patience: float) -> bool:
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            gate = threading.Lock()
            gate.acquire()
            self._line.append(gate)
        if gate.acquire(timeout=patience):
            return True
        with self._guard:
            if gate in self._line:
                self._line.remove(gate)
                return False
        return True  # it was let in at this very moment

    def _next(self) -> None:
        with self._guard:
            if self._line:
                self._line.popleft().release()
            else:
                self._taken = False

    def _pass(self, until: float) -> None:
        """Whoever stands in the turnstile is next, so a process that has just written cannot be again before others."""
        if self._path is not None:
            self._open()
        if self._file is None:
            return
        self._lock(_TURNSTILE, until)
        try:
            self._lock(_TURN, until)
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, _TURNSTILE)

    def _lock(self, place: int, until: float) -> None:
        """Asked for again and again, because a lock on a file cannot be waited for with an end."""
        pause = 0.0001
        while True:
            try:
                return fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
            except (BlockingIOError, PermissionError):
                if time.monotonic() > until:
                    raise Busy(f"database is locked: another process wrote for {PATIENCE:.0f} s") from None
            time.sleep(pause)
            pause = min(2 * pause, 0.001)

    def _count(self, held: float) -> None:
        """With read and write, not as a mapped page: that would end the process on a full disk."""
        if self._file is None:
            return
        span = int(now().timestamp()) // SPAN
        place = span % SPANS * _COUNT.size
        wait = int(self._waited * 1e9)
        try:
            found = _read(os.pread(self._file, _COUNT.size, place))
            _, turns, before, waited, slow, gave_up, longest = found if found[0] == span else (span, 0, 0, 0, 0, 0, 0)
            new = _COUNT.pack(
                span,
                turns + 1,
                before + int(held * 1e9),
                waited + wait,
                slow + (self._waited > SLOW),
                gave_up + self._gave_up,
                max(longest, wait),
            )
            os.pwrite(self._file, new, place)
            self._gave_up = 0
        except OSError:  # no room: what is counted here is not worth a failure
            return

    def uses(self) -> list[Use]:
        """Of the last day, the oldest first; spans in which nobody wrote are not among them."""
        if self._path is not None:
            self._open()
        if self._file is None:
            return []
        kept = os.pread(self._file, SPANS * _COUNT.size, 0)
        found = [_read(kept[place : place + _COUNT.size]) for place in range(0, len(kept), _COUNT.size)]
        oldest = int(now().timestamp()) // SPAN - SPANS
        return [
            Use(span * SPAN, turns, held / 1e9, waited / 1e9, slow, gave_up, longest / 1e9)
            for span, turns, held, waited, slow, gave_up, longest in sorted(found)
            if span > oldest and turns
        ]


def _read(kept: bytes) -> tuple[int, ...]:
    return _COUNT.unpack(kept.ljust(_COUNT.size, b"\0"))


_known: WeakValueDictionary[Path, Turns] = WeakValueDictionary()
_making = threading.Lock()


def of(path: Path | None) -> Turns:
    """The same for all in this process who write into the same file."""
    if path is None:
        return Turns(None)
    with _making:
        found = _known.get(path.resolve())
        if found is None:
            found = _known[path.resolve()] = Turns(path)
        return found


def _after_fork() -> None:
    for one in list(_known.values()):
        one.after_fork()


os.register_at_fork(after_in_child=_after_fork)
