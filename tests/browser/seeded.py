"""A run: a trainee works in a package while what a seed chose goes wrong, and then comes back. What was acknowledged is
there, nothing is there twice, and what the device kept has arrived.

A page makes calls whose values are told apart; `Run.judge` compares them with the events and the state in the database.
"""

import hashlib
import random
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import BrowserContext, Frame, Page
from playwright.sync_api import Error as PlaywrightError
from sqlalchemy import select

from lms.learning.models import LearningEvent
from lms.scorm.models import ScoAttempt
from tests.browser.journal import NO_STORAGE
from tests.browser.people import Trainee
from tests.browser.players import FIXTURES, content, from_folder, publish, start
from tests.browser.quiz import until
from tests.browser.server import Server

COURSE = "seeded"
MOST_INLINE = 1_000
ITEMS = ("first", "second")
NO_DATABASE = "IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); };"
#: What the server tells the page: which page load it is, and what is stored. `heard` is ours.
LISTEN = """(() => {
    if (window !== top || !window.fetch) return;
    const right = window.fetch.bind(window);
    window.fetch = async (url, options = {}) => {
        const reply = await right(url, options);
        const path = String(url);
        if (reply.ok && /[/]x[/](take|operations)/.test(path)) {
            const sent = JSON.parse(options.body || '{}');
            reply.clone().json().then((told) => heard(path.endsWith('take') ? told.page_load : sent.page_load,
                told.lease || 0, told.acked || 0)).catch(() => {});
        }
        return reply;
    };
})();"""
RESTORE = "(kept => { if (window === top) kept.forEach(([key, value]) => sessionStorage.setItem(key, value)); })(%s);"


def publish_seeded(server: Server) -> None:
    publish(server, from_folder(FIXTURES / "seeded-package"), COURSE)


@dataclass
class Tab:
    """`asked` are the values of the calls in their order, of which at least the first `made` were accepted. Once the
    storage is full, `safe` ends: what was not acknowledged by then may be lost with the tab."""

    page: Page
    frame: Frame
    asked: list[str] = field(default_factory=list)
    made: int = 0
    safe: bool = True


@dataclass
class Run:
    server: Server
    trainee: Trainee
    seed: int
    tabs: list[Tab] = field(default_factory=list)
    past: list[Tab] = field(default_factory=list)
    leases: dict[str, int] = field(default_factory=dict)
    acked: dict[str, int] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.numbers = 0
        self.registration = self.trainee.take(COURSE)
        self.context.expose_binding("heard", lambda _source, *told: self._heard(*told))
        self.context.add_init_script(LISTEN)

    @property
    def context(self) -> BrowserContext:
        return self.trainee.context

    def _heard(self, load: str, lease: int, acked: int) -> None:
        load = load.partition(".")[0]
        if lease:
            self.leases[load] = lease
        self.acked[load] = max(acked, self.acked.get(load, 0))

    def play(self) -> None:
        """The fault that is this seed's, and up to three others around it."""
        faults = [FAULTS[self.seed % len(FAULTS)], *self.chance.choices(FAULTS, k=self.chance.randint(0, 3))]
        self.chance.shuffle(faults)
        for fault in faults:
            self.told.append(fault.__name__)
            tab = self.chance.choice(self.tabs) if self.tabs else self.open()
            if self.chance.random() < 0.3:
                tab = self.turn(tab)
            self.work(tab)
            fault(self, tab)
        self.come_back()
        self.judge()

    # -- what a person does

    def open(self) -> Tab:
        page = self.trainee.page()
        tab = Tab(page, start(page, self.server, COURSE))
        self.tabs.append(tab)
        return tab

    def work(self, tab: Tab) -> None:
        """Some calls, all at once, or one by one while other things happen."""
        calls = [self._call() for _ in range(self.chance.randint(1, 12))]
        way = self.chance.choice(("now", "later"))
        tab.asked += [call[2] for call in calls]
        with suppress(PlaywrightError):  # an older tab that has put its page away makes none of them
            tab.frame.evaluate(f"calls => run.{way}(calls)", calls)
        self.count(tab)

    def count(self, tab: Tab) -> None:
        with suppress(PlaywrightError):  # when it is gone, what is known stays known
            tab.made = max(tab.made, len(tab.frame.evaluate("() => run.made")))

    def _call(self) -> list[Any]:
        self.numbers += 1
        value = f"{self.seed}-{self.numbers}"
        return self.chance.choice(
            (
                ["SetValue", "cmi.location", value],
                ["SetValue", "cmi.suspend_data", value, self.chance.choice((0, 50, 3_000))],
                ["SetValue", "cmi.interactions.COUNT.id", value],
                ["SetValue", "cmi.interactions.COUNT.id", value],
            )
        )

    def turn(self, tab: Tab) -> Tab:
        """To the other activity, by the outline, if this tab still may."""
        item = self.chance.choice(ITEMS)
        entry = tab.page.locator(f'[data-item-id="{item}"]:not([aria-disabled="true"]):not([aria-current="true"])')
        if not entry.count():
            return tab
        self.count(tab)
        entry.click()
        return self.go_on(tab, f"item={item}")

    def go_on(self, tab: Tab, part: str = "/f/") -> Tab:
        """In what the page shows next; where it shows that it cannot go on, from the course page."""
        shown = tab.page.locator(f'iframe[src*="{part}"]')
        stopped = tab.page.locator('[data-say-back]:visible, [data-save="older"]')
        until(lambda: shown.count() > 0 or stopped.count() > 0)
        if not shown.count():
            self.drop(tab)
            return self.open()
        self.leave_behind(tab)
        self.tabs.append(Tab(tab.page, content(tab.page, part), safe=tab.safe))
        return self.tabs[-1]

    def leave_behind(self, tab: Tab) -> None:
        self.tabs.remove(tab)
        self.past.append(tab)

    def drop(self, tab: Tab) -> None:
        """Close the page and all that ran in it."""
        for one in [one for one in self.tabs if one.page is tab.page]:
            self.leave_behind(one)
        tab.page.close()

    def come_back(self) -> None:
        """Later, to the same device: everything else is closed."""
        for tab in list(self.tabs):
            self.count(tab)
            if tab in self.tabs:
                self.drop(tab)
        self.open()
        until(lambda: not self.missing())

    # -- what must hold

    def missing(self) -> set[str]:
        stored = set(self.stored_values())
        owed = (value for tab in [*self.past, *self.tabs] if tab.safe for value in tab.asked[: tab.made])
        return {value for value in owed if value not in stored}

    def events(self) -> Sequence[LearningEvent]:
        wanted = select(LearningEvent).where(LearningEvent.registration_id == self.registration)
        with self.server.db.reading() as session:
            found = session.scalars(wanted).all()
            session.expunge_all()
        return sorted(found, key=lambda one: (self.leases.get(one.page_load, 0), one.page_load, one.number))

    def stored_values(self) -> list[str]:
        """The values of calls that have arrived, whatever became of them."""
        return [self._value(one.body) for one in self.events() if one.kind == "set"]

    def _value(self, body: dict[str, Any]) -> str:
        return body["v"].rstrip(".") if "v" in body else self._long[body["sha256"]]

    @property
    def _long(self) -> dict[str, str]:
        values = (value for tab in [*self.past, *self.tabs] for value in tab.asked)
        return {hashlib.sha256((value + "." * 3_000).encode()).hexdigest(): value for value in values}

    def judge(self) -> None:
        events = self.events()
        found = {
            "missing": self.missing(),
            "twice": self._twice(events),
            "acknowledged and not stored": self._not_stored(events),
            "out of order": self._out_of_order(events),
            "other than stored": self._other_than_stored(events),
        }
        assert not any(found.values()), (self.told, {name: wrong for name, wrong in found.items() if wrong})

    def _twice(self, events: Sequence[LearningEvent]) -> list[str]:
        counted = Counter(self._value(one.body) for one in events if one.kind == "set")
        return [value for value, count in counted.items() if count > 1]

    def _not_stored(self, events: Sequence[LearningEvent]) -> list[tuple[str, int]]:
        """What was acknowledged and is not there."""
        there = {(one.page_load, one.number) for one in events}
        told = ((load, number) for load, acked in self.acked.items() for number in range(1, acked + 1))
        return [one for one in told if one not in there]

    def _out_of_order(self, events: Sequence[LearningEvent]) -> list[list[str]]:
        """Of each tab whose device kept everything: just the first of its calls, in their order."""
        wrong = []
        stored = [self._value(one.body) for one in events if one.kind == "set"]
        for tab in (one for one in [*self.past, *self.tabs] if one.safe):
            own = set(tab.asked)
            arrived = [value for value in stored if value in own]
            if arrived != tab.asked[: len(arrived)]:
                wrong.append(arrived)
        return wrong

    def _other_than_stored(self, events: Sequence[LearningEvent]) -> dict[str, tuple[str, str]]:
        """Elements whose value is not the last that was applied."""
        wanted = select(ScoAttempt).where(ScoAttempt.registration_id == self.registration)
        with self.server.db.reading() as session:
            attempts = {(one.activity_key, one.number): one.data["values"] for one in session.scalars(wanted)}
        last: dict[tuple[str, int], dict[str, str]] = {}
        for one in events:
            if one.kind == "set" and one.outcome == "applied":
                last.setdefault((one.body["k"], one.body["a"]), {})[one.body["e"]] = self._value(one.body)
        return {
            f"{key} {element}": (value, attempts[key].get(element, ""))
            for key, values in last.items()
            for element, value in values.items()
            if attempts[key].get(element, "").rstrip(".") != value
        }


# -- what goes wrong


def closes_the_tab(run: Run, tab: Tab) -> None:
    run.drop(tab)


def kills_the_renderer(run: Run, tab: Tab) -> None:
    with tab.page.expect_event("crash"), suppress(PlaywrightError):  # so it ends
        tab.page.goto("chrome://crash")
    run.drop(tab)


def cuts_the_line(run: Run, tab: Tab) -> None:
    """For minutes, by the page's clock, in which it tries again and again."""
    run.context.clock.install()
    run.context.set_offline(True)
    run.work(tab)
    run.context.clock.fast_forward(run.chance.choice((20_000, 180_000, 900_000)))
    run.work(tab)
    run.context.set_offline(False)


def cuts_the_line_and_closes(run: Run, tab: Tab) -> None:
    run.context.set_offline(True)
    run.work(tab)
    run.drop(tab)
    run.context.set_offline(False)


def kills_the_server_within_a_batch(run: Run, tab: Tab) -> None:
    with (
        suppress(PlaywrightError),
        tab.page.expect_request("**/x/operations", timeout=2_000),
    ):  # an older tab sends nothing
        run.work(tab)
    run.server.kill()
    run.work(tab)
    run.server.start()


def restarts_the_server(run: Run, tab: Tab) -> None:
    run.server.kill()
    run.work(tab)
    if run.chance.random() < 0.5:
        run.drop(tab)
    run.server.start()


def opens_a_second_tab(run: Run, tab: Tab) -> None:
    second = run.open()
    for _ in range(2):
        run.work(second)
        run.work(tab)


def loads_it_again(run: Run, tab: Tab) -> None:
    run.count(tab)
    tab.page.reload()
    run.go_on(tab)


def restores_the_tab(run: Run, tab: Tab) -> None:
    """As a browser does after a crash: the address and what the tab's own storage held."""
    run.count(tab)
    kept = tab.page.evaluate("() => JSON.stringify(Object.entries(sessionStorage))")
    address = tab.page.url
    run.drop(tab)
    page = run.trainee.page()
    page.add_init_script(RESTORE % kept)
    page.goto(address)
    run.tabs.append(Tab(page, page.main_frame))
    run.go_on(run.tabs[-1])


def sets_the_clock_wrong(run: Run, tab: Tab) -> None:
    wrong = datetime.now(UTC) + timedelta(days=run.chance.choice((-1, 1)))
    run.context.clock.set_system_time(wrong)
    run.work(tab)


def fills_the_storage(run: Run, tab: Tab) -> None:
    """From now on nothing is kept: each call is sent at once, and only what is acknowledged is promised."""
    run.count(tab)
    tab.page.evaluate(f"() => {{ {NO_STORAGE} {NO_DATABASE} }}")
    tab.safe = False
    run.work(tab)


def ends_the_session(run: Run, tab: Tab) -> None:
    run.trainee.end_session()
    run.work(tab)
    run.trainee.sign_in_again()


FAULTS: tuple[Callable[[Run, Tab], None], ...] = (
    closes_the_tab,
    kills_the_renderer,
    cuts_the_line,
    cuts_the_line_and_closes,
    kills_the_server_within_a_batch,
    restarts_the_server,
    opens_a_second_tab,
    loads_it_again,
    restores_the_tab,
    sets_the_clock_wrong,
    fills_the_storage,
    ends_the_session,
)
