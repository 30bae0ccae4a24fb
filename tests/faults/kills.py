"""A process is killed: at each step of each act of a trainee and of each job, and at moments that nobody chose."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from random import Random

from lms.core.db import Database
from tests.faults import aging, outbox, points, trainee
from tests.faults.databases import Place, Template
from tests.faults.outcome import Outcome, judged, trainees_of
from tests.faults.points import Plan, Target
from tests.faults.product import Part, Web, Worker
from tests.faults.trainee import ACTS, Trainee

#: Acts of a trainee that write; reading has nothing to lose.
WRITING = tuple(act for act in ACTS if act not in ("look", "again"))
#: How often the one who is to meet the kill does the act, at most.
TRIES = 8
#: How often a seed is played until its trainees come to the point: what they do differs.
GOES = 4
#: What opening a package consists of.
PARTS = {"start": "launch", "exchange": "launch", "take": "launch"}
_known: dict[tuple[Template, str], list[Target]] = {}


@contextmanager
def supervised(part: Part, prepare: Callable[[], None] | None = None) -> Iterator[None]:
    """As a supervisor does it: started, and started again whenever it is gone."""
    over = threading.Event()
    failed: list[BaseException] = []

    def watch() -> None:
        while not over.wait(0.02):
            if not part.alive:
                try:
                    part.wait()
                    part.start(prepare)
                except BaseException as error:
                    failed.append(error)
                    return

    part.start(prepare)
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
        part.kill()
        if failed:
            raise failed[0]


def kill_web(seed: int, template: Template) -> Outcome:
    """At the point that the seed names; every other time with all processes of the web server."""
    targets = points_of(template, "web", _tour)
    target, group = targets[seed % len(targets)], bool((seed + seed // len(targets)) % 2)
    for go in range(GOES):
        found = _kill_web(seed + go * 10_000, template, target, group)
        if found.met or not found.safe:
            break
    return found


def _kill_web(seed: int, template: Template, target: Target, group: bool) -> Outcome:
    act, number, name = target
    with template.copy() as place:
        plan = points.plan(place.folder / "points", act, number, group=group)
        web = Web(place, place.port)
        with supervised(web, partial(points.install, plan)):
            people = trainees_of(place, web.port, seed)
            for thread in trainee.started([partial(_play, one, plan, seed, one is people[0]) for one in people]):
                thread.join()
        return judged(place.url, people, f"{'all' if group else 'a process'} killed at {act} {number} {name}", plan.hit)


def _play(one: Trainee, plan: Plan, seed: int, meets: bool) -> None:
    moments = Random(f"{seed} {one.seat.user}")
    if not meets:
        one.run(moments.randint(1, 4))
    act = PARTS.get(plan.act, plan.act)
    for _ in range(TRIES if meets and act in ACTS else 0):
        if plan.hit:
            break
        one.do(act)
    one.run(moments.randint(1, 4))
    one.finish()


def points_of(template: Template, what: str, tour: Callable[[Place, Plan], None]) -> list[Target]:
    """All points, by a quiet run in which every act is done: of several of a kind the one that has most."""
    if (template, what) not in _known:
        with template.copy() as place:
            plan = points.plan(place.folder / "points")
            tour(place, plan)
            longest: dict[str, list[Target]] = {}
            for run in points.told(plan):
                longest[run[0][0]] = max(run, longest.get(run[0][0], []), key=len)
        _known[template, what] = [target for run in longest.values() for target in run]
    return _known[template, what]


def _tour(place: Place, plan: Plan) -> None:
    web = Web(place, place.port)
    with supervised(web, partial(points.install, plan)):
        one = trainees_of(place, web.port, 0)[0]  # one alone: the points of several would come mixed
        for act in WRITING:
            for _ in range(2):
                one.do(act)
        one.finish()


def kill_web_anytime(seed: int, template: Template) -> Outcome:
    """The whole web server, two or three times, at moments that have nothing to do with what it does."""
    moments = Random(seed)
    with template.copy() as place:
        web = Web(place, place.port, workers=2)
        with supervised(web):
            people = trainees_of(place, web.port, seed)
            threads = trainee.play(people, moments.randint(10, 20))
            for _ in range(moments.randint(2, 3)):
                threads[0].join(moments.uniform(0.05, 0.4))
                web.strike()
                threads[0].join(0.6)
            for thread in threads:
                thread.join()
        return judged(place.url, people, "all killed at any time")


def kill_worker(seed: int, template: Template) -> Outcome:
    """The worker, at the point of a job that the seed names; the lease that it held runs out, and another goes on."""
    targets = points_of(template, "worker", _jobs)
    act, number, name = targets[seed % len(targets)]
    with template.copy() as place, served(place) as db:
        plan = points.plan(place.folder / "points", act, number)
        people = _leave_work(place, db, seed)
        with supervised(Worker(place), partial(points.install, plan)):
            wait_until(lambda: plan.hit or not aging.left(db))
            wait_until(lambda: plan.hit, 2)  # the last point of a job comes when nothing is left
            if plan.hit:
                aging.leases_end(db, plan.hit_at)
            drained = aging.drained(db)
        found = judged(place.url, people, f"worker killed at {act} {number} {name}", plan.hit)
        found.recovered = found.recovered and drained
        found.lost += outbox.undone(db, place, people)
        found.doubled += outbox.more_than_tried(db, place)
        return found


def _jobs(place: Place, plan: Plan) -> None:
    with served(place) as db:
        _leave_work(place, db, 0)
        with supervised(Worker(place), partial(points.install, plan)):
            assert aging.drained(db)


def _leave_work(place: Place, db: Database, seed: int) -> list[Trainee]:
    """Of each kind of job some: a certificate, a mail, and an attempt whose time is over."""
    people = trainees_of(place, place.port, seed)
    for thread in trainee.started([partial(_leave, one, one is not people[-1]) for one in people]):
        thread.join()
    aging.pass_time(db)
    return people


def _leave(one: Trainee, sends: bool) -> None:
    one.run(2)
    one.finish(send=sends)
    outbox.ask_for_mail(one)


@contextmanager
def served(place: Place) -> Iterator[Database]:
    """The web server, and a look at its database."""
    with supervised(Web(place, place.port)), closing(Database(place.url)) as db:
        yield db


def wait_until(condition: Callable[[], bool], patience: float = aging.PATIENCE) -> None:
    give_up = time.monotonic() + patience
    while not condition() and time.monotonic() < give_up:
        time.sleep(0.02)
