"""Running scenarios against two servers, and what they cost.

Ours and the bare route take turns in short slices, so that both meet the same weather on the machine; how many times
more ours costs is the median of the slices' ratios, which a slice that something else disturbed does not move.
"""

import asyncio
import itertools
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tests.load import usage
from tests.load.client import Browser, Reply, Request, run
from tests.load.server import Running

#: Requests to one server before the other's turn comes.
SLICE = 40


@dataclass(frozen=True, slots=True)
class Sample:
    """One slice. CPU in milliseconds a request, of the web server and of the database's processes."""

    requests: int
    seconds: float
    latencies: Sequence[float]
    web_ms: float
    database_ms: float

    @property
    def cpu_ms(self) -> float:
        return self.web_ms + self.database_ms


@dataclass(frozen=True, slots=True)
class Cost:
    """All slices of one scenario; CPU is the median slice's."""

    requests: int
    rate: float
    p50: float
    p95: float
    p99: float
    web_ms: float
    database_ms: float


@dataclass(frozen=True, slots=True)
class Side:
    """A server and what is asked of it; `backends` are the processes of its database."""

    server: Running
    browser: Browser
    backends: Callable[[], list[int]]
    requests: Iterator[Request]


@dataclass(frozen=True, slots=True)
class Compared:
    """`web`, `all`: how many times more ours costs, without and with the database."""

    ours: Cost
    bare: Cost
    web: float
    all: float


def turns(
    steps: Sequence[tuple[Side, Side]], count: int, lines: int, seconds: float
) -> list[list[tuple[Sample, Sample]]]:
    """One round: `count` requests of each step to each, or as many slices as fit into the time, but at least one.

    The slices of the steps follow one another, so that a step can build on the one before."""
    until = time.monotonic() + seconds * len(steps)
    found: list[list[tuple[Sample, Sample]]] = [[] for _step in steps]
    for begun in range(0, count, SLICE):
        size = min(SLICE, count - begun)
        for place, (ours, bare) in enumerate(steps):
            found[place].append((sample(ours, size, lines, seconds), sample(bare, size, lines, seconds)))
        if time.monotonic() > until:
            break
    return found


def compare(pairs: Sequence[tuple[Sample, Sample]]) -> Compared:
    return Compared(
        cost([ours for ours, _bare in pairs]),
        cost([bare for _ours, bare in pairs]),
        statistics.median(ours.web_ms / bare.web_ms for ours, bare in pairs),
        statistics.median(ours.cpu_ms / bare.cpu_ms for ours, bare in pairs),
    )


def whole(steps: Sequence[Sequence[tuple[Sample, Sample]]]) -> list[tuple[Sample, Sample]]:
    """All steps as one thing, slice by slice, against one request of the first step's bare route."""
    return [
        (
            Sample(
                min(ours.requests for ours, _bare in slices),
                sum(ours.seconds for ours, _bare in slices),
                [value for ours, _bare in slices for value in ours.latencies],
                sum(ours.web_ms for ours, _bare in slices),
                sum(ours.database_ms for ours, _bare in slices),
            ),
            slices[0][1],
        )
        for slices in zip(*steps, strict=True)
    ]


def sample(side: Side, count: int, lines: int, seconds: float) -> Sample:
    """One slice of at most `count` requests. Raises RuntimeError when a reply is not the expected one."""
    web, database = side.server.pids, side.backends()
    before = usage.cpu_seconds(web), usage.cpu_seconds(database)
    done, took = asyncio.run(_timed(side.browser, itertools.islice(side.requests, count), lines, seconds))
    after = usage.cpu_seconds(web), usage.cpu_seconds(database)
    _check(done)
    number = len(done)
    return Sample(
        number,
        took,
        [reply.seconds * 1000 for _request, reply in done],
        (after[0] - before[0]) * 1000 / number,
        (after[1] - before[1]) * 1000 / number,
    )


async def _timed(
    browser: Browser, requests: Iterator[Request], lines: int, seconds: float
) -> tuple[list[tuple[Request, Reply]], float]:
    loop = asyncio.get_running_loop()
    begun = loop.time()
    done = await run(browser, requests, lines, seconds)
    return done, loop.time() - begun


def _check(done: Sequence[tuple[Request, Reply]]) -> None:
    for request, reply in done:
        if reply.status != request.expected:
            raise RuntimeError(f"{request.path} answered {reply.status}: {reply.body[:300]!r}")


def cost(samples: Sequence[Sample]) -> Cost:
    latencies = sorted(value for one in samples for value in one.latencies)
    total = sum(one.requests for one in samples)
    return Cost(
        total,
        total / sum(one.seconds for one in samples),
        *(latencies[min(len(latencies) - 1, int(len(latencies) * part))] for part in (0.5, 0.95, 0.99)),
        statistics.median(one.web_ms for one in samples),
        statistics.median(one.database_ms for one in samples),
    )
