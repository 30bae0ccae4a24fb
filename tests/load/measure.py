"""Running scenarios against a server, and what they cost."""

import asyncio
import itertools
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tests.load import usage
from tests.load.client import Browser, Reply, Request, run
from tests.load.server import Running


@dataclass(frozen=True, slots=True)
class Sample:
    """One round. CPU in milliseconds a request, of the web server and of the database's processes."""

    requests: int
    seconds: float
    latencies: Sequence[float]
    web_ms: float
    database_ms: float


@dataclass(frozen=True, slots=True)
class Cost:
    """Several rounds of one scenario; CPU is the median round's."""

    requests: int
    rate: float
    p50: float
    p95: float
    p99: float
    web_ms: float
    database_ms: float

    @property
    def cpu_ms(self) -> float:
        return self.web_ms + self.database_ms


def sample(
    server: Running,
    browser: Browser,
    backends: Callable[[], list[int]],
    requests: Iterator[Request],
    count: int,
    lines: int,
    seconds: float,
) -> Sample:
    """One round of at most `count` requests. Raises RuntimeError when a reply is not 200."""
    web, database = server.pids, backends()
    before = usage.cpu_seconds(web), usage.cpu_seconds(database)
    loop_started = asyncio.run(_timed(browser, itertools.islice(requests, count), lines, seconds))
    done, took = loop_started
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
        if reply.status != 200:
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
