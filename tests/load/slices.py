"""Ours beside the bare route, in slices: two servers on one database, and a scene with people in the middle of
things."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.load.client import Browser
from tests.load.databases import Fresh
from tests.load.measure import Compared, Side, compare, turns, whole
from tests.load.scenarios import Scenario, bare_requests
from tests.load.scene import Scene
from tests.load.server import PRODUCT, gunicorn

WARM_UP = 100
BARE = "tests.load.bare:app"


@dataclass(frozen=True, slots=True)
class Amount:
    """`requests` of a scenario in one of the `rounds`, over so many `lines`, in at most so many `seconds`."""

    requests: int = 600
    rounds: int = 3
    seconds: float = 30
    lines: int = 4
    threads: int = 8


def compared(
    fresh: Fresh,
    made: Scene,
    scenarios: Sequence[Scenario],
    environment: Mapping[str, str],
    ports: tuple[int, int],
    folder: Path,
    amount: Amount,
    workers: int = 1,
) -> Iterator[tuple[str, Compared]]:
    """Step by step; a scenario of several steps is followed by its whole."""
    port, bare_port = ports
    browser = Browser(port, {person: {made.cookie_name: value} for person, value in made.cookies.items()})
    bare_environment = {"LMS_TEST_LOAD_DATABASE": fresh.url, "LMS_TEST_LOAD_THREADS": str(amount.threads)}
    with (
        gunicorn(PRODUCT, port, workers, amount.threads, environment, folder / "ours.log") as ours,
        gunicorn(BARE, bare_port, workers, amount.threads, bare_environment, folder / "bare.log") as bare,
    ):
        for one in scenarios:
            sides = [
                (
                    Side(ours, browser, fresh.backends, requests),
                    Side(bare, Browser(bare_port), fresh.backends, bare_requests(route)),
                )
                for (_name, route), requests in zip(one.steps, one.requests(made), strict=True)
            ]
            yield from _costs(one, sides, amount)


def _costs(scenario: Scenario, sides: Sequence[tuple[Side, Side]], amount: Amount) -> Iterator[tuple[str, Compared]]:
    turns(sides, WARM_UP, amount.lines, amount.seconds)
    rounds = [turns(sides, amount.requests, amount.lines, amount.seconds) for _ in range(amount.rounds)]
    steps = [[pair for one in rounds for pair in one[place]] for place in range(len(sides))]
    for (name, _route), pairs in zip(scenario.steps, steps, strict=True):
        yield name, compare(pairs)
    if len(steps) > 1:
        yield f"{scenario.name}: whole", compare(whole(steps))
