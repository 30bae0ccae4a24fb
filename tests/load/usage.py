"""CPU time of processes, to the nanosecond: a request costs less than the ticks of 10 ms in which /proc counts."""

import time
from collections.abc import Iterable
from pathlib import Path

PROC = Path("/proc")


def cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time of all threads together; a process that has ended counts nothing."""
    return sum(map(_nanoseconds, pids)) / 1e9


def _nanoseconds(pid: int) -> int:
    try:
        return time.clock_gettime_ns(~pid << 3 | 2)  # Linux's number of the clock that runs while this process does
    except OSError:
        return 0


def children(pid: int) -> list[int]:
    return [int(child) for child in (PROC / str(pid) / "task" / str(pid) / "children").read_text().split()]
