"""CPU and memory of the product's processes while something goes on, looked at every second: some end meanwhile."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType

from tests.load import usage

STEP = 1.0
Pids = Callable[[], list[int]]


@dataclass(slots=True)
class Used:
    """`cpu` in seconds by group of processes; `memory` the largest web process at the beginning, at the end and at
    most, in MB; `times` of the looks."""

    cpu: dict[str, float] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)


class Meter:
    """A context: what the groups use between its beginning and its end. `web` is the group whose memory is looked
    at."""

    def __init__(self, groups: Mapping[str, Pids]) -> None:
        self.groups = groups
        self.used = Used()
        self._first: dict[tuple[str, int], float] = {}
        self._last: dict[tuple[str, int], float] = {}
        self._memory: list[float] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Meter":
        self._look(begins=True)
        self._thread.start()
        return self

    def __exit__(self, _kind: type | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()
        self._look()
        for group in self.groups:
            self.used.cpu[group] = sum(value - self._first[key] for key, value in self._last.items() if key[0] == group)
        self.used.memory = {"before": self._memory[0], "after": self._memory[-1], "most": max(self._memory)}

    def _watch(self) -> None:
        while not self._stop.wait(STEP):
            self._look()

    def _look(self, *, begins: bool = False) -> None:
        for group, pids in self.groups.items():
            for pid in pids():
                spent = usage.cpu_seconds([pid])
                # Who comes later has used all of it since then.
                self._first.setdefault((group, pid), spent if begins else 0.0)
                if spent:
                    self._last[group, pid] = spent
        self._memory.append(max((memory(pid) for pid in self.groups["web"]()), default=0.0))


def memory(pid: int) -> float:
    """Resident memory in MB, shared pages among it; 0 of a process that has ended."""
    try:
        status = (usage.PROC / str(pid) / "status").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) * 1024 / 1e6 for line in status.splitlines() if line.startswith("VmRSS")), 0.0)
