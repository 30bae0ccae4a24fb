"""One afternoon on one database, from the people it needs to the verdict about it."""

import contextlib
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lms.core import config
from lms.core.config import Settings
from tests import serving
from tests.load import databases, scene, slices
from tests.load.afternoon import costs, seed, sustained, verdict
from tests.load.afternoon.crowd import Crowd, Played, play
from tests.load.afternoon.journal import Ledger
from tests.load.afternoon.meter import Meter, Used
from tests.load.afternoon.product import Product, behind_nginx, elsewhere, served
from tests.load.afternoon.scenarios import BATCH_EVERY, SCENARIOS, Afternoon, Scenario, lecture, rush, steady
from tests.load.afternoon.verdict import Verdict
from tests.load.databases import Fresh
from tests.load.scenarios import SCENARIOS as SLICES
from tests.load.server import production
from tests.load.slices import Amount

#: What is measured beside the bare route.
RATIOS = ("lesson", "save an answer", "package: 8 values", "launch")
#: Lines and people before anything is measured.
WARMING, PEOPLE_WARMING = 4, 8
#: Nobody waits in the run that asks without end.
AT_ONCE = 1e6


@dataclass(frozen=True, slots=True)
class Plan:
    """`people`, how many times faster than people, which scenarios; `alone`: so many measured one request at a time,
    0 for none; `requests` of the sustained run; `ratios`: how many requests of each, 0 for none."""

    people: int
    speed: float
    only: tuple[str, ...]
    number: int
    alone: int
    requests: int
    ratios: int


@dataclass(slots=True)
class Result:
    """`nodes`: behind nginx; 0 is one `lms serve` that is asked directly."""

    database: str
    durable: str
    plan: Plan
    nodes: int = 0
    played: dict[str, tuple[Scenario, Played, Used]] = field(default_factory=dict)
    sustained: tuple[Played, Used] | None = None
    costs: dict[str, dict[str, float]] = field(default_factory=dict)
    ratios: list[tuple[str, Any]] = field(default_factory=list)
    verdict: Verdict = field(default_factory=Verdict)
    odd: list[str] = field(default_factory=list)
    prepared: dict[str, float] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.database}, {self.nodes} node(s) behind nginx" if self.nodes else self.database


def here(kind: str, plan: Plan, say: Callable[[str], None]) -> Result:
    """On a fresh database of this `kind`, against a product that is started for it."""
    with tempfile.TemporaryDirectory(prefix="lms-load-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        fresh = stack.enter_context(databases.postgresql() if kind == "postgresql" else databases.sqlite(folder))
        held = serving.hold_port(), serving.hold_port()
        ports = serving.number(held[0]), serving.number(held[1])
        environment = production(folder, fresh, ports[0])
        settings = config.load(environment, log_level="WARNING")
        result = Result(kind, fresh.durable, plan)
        with contextlib.closing(_Afternoon(settings, fresh, plan, result, say)) as day:
            with served(ports[0], environment, folder / "product.log") as product:
                day.play(product)
            day.judge()
        if plan.ratios:
            say(f"{kind}: beside the bare route")
            made = scene.prepare(settings, 60, walkers=0)
            chosen = [one for one in SLICES if one.name in RATIOS]
            amount = Amount(plan.ratios)
            result.ratios = list(slices.compared(fresh, made, chosen, environment, ports, folder, amount))
        return result


def nodes(count: int, plan: Plan, say: Callable[[str], None]) -> Result:
    """On PostgreSQL, with so many web nodes behind nginx."""
    with tempfile.TemporaryDirectory(prefix="lms-load-") as name, databases.postgresql() as fresh:
        Path(name).chmod(0o755)  # nginx may run as another user, and sends files itself
        with behind_nginx(Path(name), fresh.url, count) as (made, product):
            settings = config.load(made.environment, log_level="WARNING")
            result = Result("postgresql", fresh.durable, plan, nodes=count)
            with contextlib.closing(_Afternoon(settings, fresh, plan, result, say)) as day:
                made.start()
                day.play(product)
                day.judge()
            return result


def running(told: dict[str, Any], plan: Plan, say: Callable[[str], None]) -> Result:
    """Against nodes that `python -m tests.nodes` has started: the people are put into their database."""
    settings = config.load(told["settings"], log_level="WARNING")
    with databases.known(settings.database_url) as fresh:
        result = Result("postgresql", fresh.durable, plan, nodes=len(told["web"]))
        with contextlib.closing(_Afternoon(settings, fresh, plan, result, say)) as day:
            day.play(elsewhere(told))
            day.judge()
        return result


class _Afternoon:
    def __init__(
        self, settings: Settings, fresh: Fresh, plan: Plan, result: Result, say: Callable[[str], None]
    ) -> None:
        self.fresh, self.plan, self.result, self.say = fresh, plan, result, say
        self.host = settings.base_url.partition("://")[2]
        with self._timed("courses and packages"):
            programme = seed.programme(settings)
        self.day = Afternoon(programme, plan.people, plan.number, Ledger())

    def play(self, product: Product) -> None:
        self._warm_up(product)
        if self.plan.alone:
            self.say(f"{self.result.name}: one request at a time")
            self._costs(product)
        for one in SCENARIOS:
            if not self.plan.only or one.name in self.plan.only:
                self._scenario(one, product)
            if one.name == "administrator" and self.plan.requests:
                self._sustained(product)

    def _warm_up(self, product: Product) -> None:
        """A few people do everything, so that no worker of any node makes its first page while it is measured."""
        crowd = Crowd(product.address, self.host, AT_ONCE, WARMING, closed=True)
        few = Afternoon(self.day.programme, PEOPLE_WARMING, self.plan.number, self.day.ledger, prefix="Warm ")
        lecture(few, crowd)
        rush(few, crowd)
        steady(few, crowd, 2 * BATCH_EVERY)
        self.say(f"{self.result.name}: warming up")
        play(crowd)

    def _costs(self, product: Product) -> None:
        found: dict[str, costs.Cost] = {}
        crowd = Crowd(product.address, self.host)
        measured = costs.tellers(self.day, "Alone ", self.plan.alone, crowd)
        costs.of_product(measured, crowd, product.web, self.fresh.backends, found)
        costs.of_statements(costs.tellers(self.day, "Counted ", 2, crowd), self.day, self.host, found)
        self.result.costs = {kind: one.row() for kind, one in sorted(found.items())}

    def _scenario(self, one: Scenario, product: Product) -> None:
        crowd = Crowd(product.address, self.host, self.plan.speed)
        with self._timed(one.name):
            one.people(self.day, crowd)
        self.say(f"{self.result.name}: {one.title} with {self.plan.people} people, {self.plan.speed:g} times as fast")
        with self._meter(product) as meter:
            played = play(crowd)
        self.result.played[one.name] = one, played, meter.used

    def _sustained(self, product: Product) -> None:
        crowd = Crowd(product.address, self.host, AT_ONCE, sustained.LINES, closed=True)
        sustained.fill(self.day, crowd, self.plan.requests)
        self.say(f"{self.result.name}: {self.plan.requests} requests without a pause")
        with self._meter(product) as meter:
            played = play(crowd)
        self.result.sustained = played, meter.used

    def judge(self) -> None:
        self.result.verdict = verdict.compare(self.day.programme.db, self.day.ledger)
        self.result.odd = self.day.ledger.odd

    def _meter(self, product: Product) -> Meter:
        groups = {"web": product.web, "worker": product.worker, "proxy": product.proxy, "database": self.fresh.backends}
        return Meter(groups)

    @contextlib.contextmanager
    def _timed(self, what: str) -> Iterator[None]:
        begun = time.monotonic()
        yield
        self.result.prepared[what] = round(time.monotonic() - begun, 1)

    def close(self) -> None:
        self.day.programme.db.close()
