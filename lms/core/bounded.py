"""Asking a database and a disk that may not answer: the question runs beside, and the answer is waited for so long."""

import os
import threading
import time
from collections.abc import Callable
from typing import Any

from lms.core.db import Database

Answers = dict[str, Any]
#: A question that has hung for this long is left to itself, and the next one gets a connection of its own.
LEFT_ALONE = 10.0


class Bounded:
    """One question at a time, by one connection beside the pool: it is neither held up by a full pool nor fills one.

    A process that has forked asks anew. A question that hangs holds up no other for longer than LEFT_ALONE.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._pid = os.getpid()
        self._free = threading.Lock()
        self._db: Database | None = None
        self._hanging: threading.Thread | None = None
        self._since = 0.0

    def ask(self, question: Callable[[Database, Answers], None], patience: float) -> Answers:
        """`question` puts what it finds into the dictionary; what it did not come to in time is missing there."""
        if self._pid != os.getpid():
            self._begin_anew()
        until = time.monotonic() + patience
        if not self._free.acquire(timeout=patience):
            return {}
        try:
            return self._ask(question, until)
        finally:
            self._free.release()

    def _ask(self, question: Callable[[Database, Answers], None], until: float) -> Answers:
        if self._hanging and self._hanging.is_alive():
            if time.monotonic() - self._since < LEFT_ALONE:
                return {}
            self._db = None  # the thread keeps its own
        self._hanging = None
        if self._db is None:
            self._db = Database(self._url, pool_size=1)
        found: Answers = {}
        thread = threading.Thread(target=_answer, args=(question, self._db, found), daemon=True)
        thread.start()
        thread.join(max(0.0, until - time.monotonic()))
        if thread.is_alive():
            self._hanging, self._since = thread, time.monotonic()
        return dict(found)

    def close(self) -> None:
        if self._db is not None:
            self._db.close()


def _answer(question: Callable[[Database, Answers], None], db: Database, found: Answers) -> None:
    try:
        question(db, found)
    except Exception as error:  # whatever it is, the question has no answer
        found["error"] = type(error).__name__
