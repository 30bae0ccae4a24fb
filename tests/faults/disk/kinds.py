"""The faults of the disk and of the clock, for the table of all."""

from functools import partial

from tests.faults.disk import moods, power, powered
from tests.faults.outcome import Fault

KINDS: dict[str, Fault] = {
    "power-sqlite": power.sqlite,
    "power-postgresql": powered.postgresql,
    "disk-slow-sqlite": moods.slow,
    "disk-slow-postgresql": partial(moods.slow, on_postgresql=True),
    "disk-full-sqlite": moods.full,
    "disk-full-postgresql": partial(moods.full, on_postgresql=True),
    "clock-sqlite": moods.clock,
    "clock-postgresql": partial(moods.clock, on_postgresql=True),
}
#: Settings and a product that do not keep the promise: each must lose something, else the cut proves nothing.
WEAK: dict[str, Fault] = {
    "power-sqlite-off": partial(power.sqlite, weak="OFF"),
    "power-sqlite-normal": partial(power.sqlite, weak="NORMAL"),
    "power-names": partial(power.sqlite, weak="names"),
    "power-fsync-off": partial(powered.postgresql, fsync="off"),
    "power-commit-off": partial(powered.postgresql, synchronous_commit="off"),
}
