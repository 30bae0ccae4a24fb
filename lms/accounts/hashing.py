"""Where passwords are hashed: few at once, because each takes a core and 19 MiB for a while, and a bounded number of
people waiting for it, because each of them holds a thread that others need."""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from lms.core.errors import Busy

Result = TypeVar("Result")
#: Who is turned away may come again in so many seconds.
RETRY_AFTER = 10


class Pool:
    """At most `at_once` hash, and at most `inside` are on their way through, of one process."""

    def __init__(self, at_once: int, inside: int) -> None:
        # Threads of their own: the system keeps for each thread what it has hashed in, 19 MiB.
        self._hashing = ThreadPoolExecutor(at_once, thread_name_prefix="hashing")
        self._inside = threading.BoundedSemaphore(inside)

    @contextmanager
    def place(self) -> Iterator[None]:
        """From before the first look into the database. Raises Busy when all places are taken; nothing is done then."""
        if not self._inside.acquire(blocking=False):
            raise Busy(retry_after=RETRY_AFTER)
        try:
            yield
        finally:
            self._inside.release()

    def run(self, work: Callable[..., Result], *given: Any) -> Result:
        """Hash when it is its turn; hold no transaction meanwhile."""
        return self._hashing.submit(work, *given).result()


def pool(workers: int, threads: int) -> Pool:
    """For one of `workers` processes with so many threads on this machine: half of the threads stay for others."""
    return Pool(max(1, (os.cpu_count() or 1) // workers), max(1, threads // 2))
