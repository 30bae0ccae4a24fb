"""The write-ahead log of an SQLite database that others write to, read in whole commits and without a gap.

SQLite starts the log anew when everything in it stands in the database file and no reader needs it. So there is always
a reader of ours, and the next begins before the last one ends:

* A reader that needs something of the log keeps it from being started anew.
* A reader that needs nothing of it (everything stood in the file when it began) does not; but until it ends, nothing
  that is written later can be moved into the file. So the log can be started anew once at most, and before anything
  else is written to it.

Whoever has read all of the log under one reader has therefore missed nothing when the next one begins. What the log
itself says (its two salts, the salts of each frame, the mark of a commit) is checked all the same, and where it does
not fit, `Gap` is raised: then only a new copy of the whole database is right.
"""

import contextlib
import sqlite3
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from lms.backup import sqlite
from lms.backup.errors import Busy
from lms.core.db import FAILURES, Database

HEAD, FRAME = 32, 24
#: Frames in one part of what is read.
AT_ONCE = 256
#: How long a checkpoint of somebody else is waited for, in seconds.
PATIENCE = 5.0
#: From so many pages on the log is brought to an end, if need be between two writers.
LARGE = 1_000
#: More than this is not read while writers wait.
MOST_HELD = 4_000


class Gap(Exception):
    """What was written since the last reading cannot be known from the log."""


@dataclass(frozen=True, slots=True)
class State:
    """`header`: the 32 bytes that begin this log, empty when there is none. `frames` are committed; the first `moved`
    of them stand in the database file too."""

    header: bytes
    frames: int
    moved: int

    @property
    def page_size(self) -> int:
        return int.from_bytes(self.header[8:12])

    @property
    def settled(self) -> bool:
        return self.moved == self.frames


@dataclass(frozen=True, slots=True)
class Position:
    """Up to where a log was read. `tail`: the head of the last frame, which holds a checksum over all before it."""

    header: bytes = b""
    frames: int = 0
    tail: bytes = b""
    settled: bool = True


@dataclass(frozen=True, slots=True)
class Stretch:
    """Committed frames of one log, from its header on when `start` is 0. `tail` is known once `parts` are read."""

    state: State
    start: int
    parts: Iterator[bytes]

    @property
    def size(self) -> int:
        return (self.state.frames - self.start) * (FRAME + self.state.page_size) + (0 if self.start else HEAD)


class Log:
    """Raises sqlite3.Error when the database cannot be read. `close` lets go of everything."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.with_name(path.name + "-wal")
        self._control = sqlite3.connect(f"file:{path}?mode=rw", uri=True, isolation_level=None)
        self._control.execute("PRAGMA busy_timeout=10000")
        self._control.execute("SELECT count(*) FROM sqlite_master").fetchone()
        self._held: sqlite3.Connection | None = None
        self._writers = Database(f"sqlite:///{path}", pool_size=1)
        with self._writers.reading() as session:
            session.connection()  # which makes sure that there is a log

    def close(self) -> None:
        for one in (self._held, self._control):
            if one is not None:
                one.close()
        self._held = None
        self._writers.close()

    def renew(self) -> None:
        """A new reader, and then no longer the last one."""
        fresh = sqlite.snapshot(self.path)
        if self._held is not None:
            self._held.close()
        self._held = fresh

    def state(self) -> State:
        """As it is at one moment; what can be moved into the database file now is moved. Raises Busy."""
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up:
            before = self._header()
            _busy, frames, moved = self._control.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            if frames >= 0 and before == self._header():
                return State(before, frames, moved)
            time.sleep(0.02)
        raise Busy("Others bring the log into the database file without an end.")

    def read(self, take: Callable[[Stretch], None], since: Position) -> Position:
        """Hand what is new to `take`, and go on to the next reader. Raises Gap; nothing was lost then but time."""
        fresh = sqlite.snapshot(self.path)
        try:
            now_at = self._take(take, since, self.state())
        except BaseException:
            fresh.close()
            raise
        if self._held is not None:
            self._held.close()
        self._held = fresh
        return now_at

    def _take(self, take: Callable[[Stretch], None], since: Position, state: State) -> Position:
        start = start_of(since, state)
        if start is None:
            return replace(since, settled=state.settled)
        tails: list[bytes] = []
        take(Stretch(state, start, self._frames(state, start, tails)))
        return Position(state.header, state.frames, tails[-1], state.settled)

    def is_large(self, at: Position) -> bool:
        return at.frames >= LARGE

    def end(self, take: Callable[[Stretch], None], since: Position) -> Position:
        """Between two writers: read the rest, move everything, and begin a reader that needs nothing of the log. So the
        next writer starts it anew. Others that still read in it put this off."""
        with self._writers.writing() as session:
            try:
                session.connection()
            except FAILURES:  # others write all the time; the log is ended another time
                return since
            state = self.state()
            start = start_of(since, state)
            if start is not None and state.frames - start > MOST_HELD:
                return since
            self.renew()
            tails = [since.tail]
            parts = [] if start is None else list(self._frames(state, start, tails))
            if self.state().settled:
                self.renew()
            settled = self.state().settled
        if start is None:
            return replace(since, settled=settled)
        take(Stretch(state, start, iter(parts)))
        return Position(state.header, state.frames, tails[-1], settled)

    def fits(self, at: Position) -> bool:
        """Whether the log still is the one that was read up to there: then all that came later is in it."""
        state = self.state()
        if not at.header or state.header != at.header or state.frames < at.frames:
            return False
        with self._file.open("rb") as file:
            file.seek(HEAD + (at.frames - 1) * (FRAME + state.page_size))
            return file.read(FRAME) == at.tail

    def _header(self) -> bytes:
        with contextlib.suppress(FileNotFoundError), self._file.open("rb") as file:
            head = file.read(HEAD)
            return head if len(head) == HEAD else b""
        return b""

    def _frames(self, state: State, start: int, tails: list[bytes]) -> Iterator[bytes]:
        """Raises Gap when a frame is not of this log, or the last one ends no commit."""
        size = FRAME + state.page_size
        with self._file.open("rb") as file:
            if start == 0:
                yield state.header
            file.seek(HEAD + start * size)
            left = state.frames - start
            while left:
                part = file.read(size * min(left, AT_ONCE))
                count = len(part) // size
                if len(part) % size or not count:
                    raise Gap("the log is shorter than SQLite says")
                if any(part[at + 8 : at + 16] != state.header[16:24] for at in range(0, len(part), size)):
                    raise Gap("a frame is of another log")
                left -= count
                tails[:] = [part[-size : len(part) - state.page_size]]
                yield part
        if not struct.unpack(">I", tails[-1][4:8])[0]:
            raise Gap("the log does not end with a commit")
        if self._header() != state.header:
            raise Gap("the log was started anew while it was read")


def start_of(since: Position, state: State) -> int | None:
    """The first frame that is new; None when there is none. Raises Gap."""
    if not state.frames:
        if since.header and not since.settled:
            raise Gap("the log was started anew before all of it was read")
        return None
    if state.header == since.header:
        if state.frames < since.frames:
            raise Gap("the log has become shorter")
        return since.frames if state.frames > since.frames else None
    if not since.settled:
        raise Gap("the log was started anew before all of it was read")
    if since.header and _salt(state.header) != (_salt(since.header) + 1) % 2**32:
        raise Gap("the log was started anew more than once")
    return 0


def _salt(header: bytes) -> int:
    return int.from_bytes(header[16:20])
