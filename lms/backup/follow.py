"""`lms backup --follow`: a folder in which the newest state of an SQLite database always stands, some seconds old."""

import fcntl
import json
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from lms.backup import chain as chains
from lms.backup import manifest as told
from lms.backup import sqlite
from lms.backup.chain import BLOBS, STATUS, Chain
from lms.backup.errors import Busy, Refused
from lms.backup.following import Files
from lms.backup.manifest import FORMAT, SQLITE, Head
from lms.backup.wal import Gap, Log, Stretch
from lms.core import files, node
from lms.core.db import FAILURES
from lms.core.storage import Storage

#: A chain whose stretches weigh more than its copy so many times, and more than so many bytes, gets a new copy.
LONG, LEAST = 2, 256_000_000
MOST_STRETCHES = 5_000
#: The newest chain, and the one before it.
KEPT = 2
TRIED_AGAIN = 30.0


@dataclass(frozen=True, slots=True)
class Followed:
    """What is followed, and where to. `storage` None: its files are kept safe elsewhere."""

    path: Path
    storage: Storage | None
    folder: Path
    data_dir: Path
    secret_key: str


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Raises Busy when somebody else writes into the folder."""
    try:
        files.make_folder(folder)
        handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Refused(f"The folder {folder} cannot be written: {error.strerror}.") from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(f"Another lms backup --follow writes into {folder}.") from None
        yield
    finally:
        os.close(handle)


def follow(
    what: Followed,
    stop: threading.Event,
    every: float,
    clock: Callable[[], datetime],
    say: Callable[[str], None],
) -> None:
    """Until `stop`. What fails is said and tried again: nothing of the database is held meanwhile."""
    with alone(what.folder):
        chains.clean(what.folder, KEPT)
        follower = Follower(what, clock, say)
        try:
            while not stop.is_set():
                began = time.monotonic()
                pause = follower.pause(every) if follower.try_step() else TRIED_AGAIN
                stop.wait(max(0.0, pause - (time.monotonic() - began)))
            follower.try_step()
        finally:
            follower.let_go()


class Follower:
    def __init__(self, what: Followed, clock: Callable[[], datetime], say: Callable[[str], None]) -> None:
        self._what, self._clock, self._say = what, clock, say
        self._log: Log | None = None
        self._chain: Chain | None = None
        self._copy: _Copy | None = None
        self._files = Files(what.path, what.storage, what.folder / BLOBS) if what.storage else None

    def try_step(self) -> bool:
        try:
            self.step()
        except Gap as gap:
            self._say(f"A new copy of the whole database is needed: {gap}.")
            self._chain = None
            return True
        except (OSError, Busy, *FAILURES) as error:
            self._say(f"Not followed, trying again in {TRIED_AGAIN:.0f} s: {error}")
            self.let_go()
            self._tell(None, str(error))
            return False
        return True

    def pause(self, every: float) -> float:
        """Not long while there is no copy yet: until then nothing is safe."""
        return every if self._chain is not None else min(every, 0.5)

    def step(self) -> None:
        """Bring the folder up to this moment."""
        moment = self._clock()
        log = self._log or self._connect()
        if self._copy is not None and self._copy.is_done():
            self._switch(log, self._copy, moment)
        if self._chain is None:
            log.renew()
        else:
            self._advance(log, self._chain, moment)
            self._tell(moment)
        if self._copy is None and (self._chain is None or _is_long(self._chain)):
            self._copy = _Copy(self._what, moment)

    def let_go(self) -> None:
        if self._copy is not None:
            self._copy.stop()
        if self._log is not None:
            self._log.close()
        self._copy = self._log = self._chain = None

    def _connect(self) -> Log:
        """Go on with the newest chain when the log still is the one that it was read from."""
        self._log = log = Log(self._what.path)
        log.renew()
        known = chains.newest(self._what.folder)
        chain = chains.resumed(known[0]) if known else None
        if chain is not None and log.fits(chain.position):
            self._chain = chain
        return log

    def _advance(self, log: Log, chain: Chain, moment: datetime) -> None:
        def take(stretch: Stretch) -> None:
            if self._files is not None:
                self._files.bring()
            chain.append(stretch, moment.isoformat())

        chain.position = log.read(take, chain.position)
        if log.is_large(chain.position):
            chain.position = log.end(take, chain.position)

    def _switch(self, log: Log, copy: "_Copy", moment: datetime) -> None:
        """The copy and all of the log that is there now: what was committed before the copy began is in the copy, and
        what came while it was made is in the log, because the copy's own reader has kept it."""
        for begun in copy.folder.glob("*.wal"):
            begun.unlink()
        made = Chain(copy.folder)
        self._advance(log, made, moment)
        if self._files is not None:
            self._files.bring(whole=True)
        made.folder = chains.publish(copy.folder)
        copy.stop()
        first, self._chain, self._copy = self._chain is None, made, None
        chains.clean(self._what.folder, KEPT)
        if first:
            self._say(f"A copy of the whole database is in {made.folder}; what is committed from now on follows it.")

    def _tell(self, moment: datetime | None, error: str = "") -> None:
        """For people and for those who watch. `through`: what was acknowledged before that is in the folder."""
        behind = self._files.behind if self._files else 0
        facts: dict[str, Any] = {"folder": str(self._what.folder), "files_behind": behind, "error": error}
        facts["through"] = (
            moment.isoformat() if moment else (node.following(self._what.data_dir) or {}).get("through", "")
        )
        line = json.dumps(facts).encode()
        for path in [self._what.data_dir / "follow.json", *([self._what.folder / STATUS] if moment else [])]:
            part = path.with_name(f".{path.name}.part")
            try:
                part.write_bytes(line)
                part.replace(path)
            except OSError as failed:
                self._say(f"{path} cannot be written: {failed.strerror}")


def _is_long(chain: Chain) -> bool:
    return chain.size > max(LONG * chain.base, LEAST) or chain.count > MOST_STRETCHES


class _Copy:
    """A whole copy, made beside the following. Its reader stays until `stop`, and keeps the log."""

    def __init__(self, what: Followed, moment: datetime) -> None:
        self._moment = sqlite.snapshot(what.path)
        self._stopped = threading.Event()
        self._error: Exception | None = None
        try:
            schema = self._moment.execute("SELECT version_num FROM alembic_version").fetchone()[0]
            self.folder = chains.begin(what.folder, moment)
        except BaseException:
            self._moment.close()
            raise
        self._head = Head(
            format=FORMAT,
            product=told.product(),
            made_at=moment.isoformat(timespec="seconds"),
            database=SQLITE,
            database_release=sqlite.release(),
            namespace="",
            schema=schema,
            blobs=what.storage is not None,
            key=told.fingerprint(what.secret_key),
        )
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            sqlite.copy(self._moment, self.folder / SQLITE, self._stopped.is_set)
            chains.describe(self.folder, self._head)
        except Exception as error:  # told to the one who asks whether it is done
            self._error = error

    def is_done(self) -> bool:
        """Raises what stopped it."""
        if self._thread.is_alive():
            return False
        if self._error is not None:
            raise self._error
        return True

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()
        self._moment.close()
        shutil.rmtree(self.folder, ignore_errors=True)
