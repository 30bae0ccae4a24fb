"""PostgreSQL is away for a while: restarted, full, or gone for good with a standby that takes over."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from random import Random
from urllib.parse import urlencode

import psycopg

from lms.core.db import Database
from tests.faults import aging, clusters, outbox, trainee
from tests.faults.clusters import Cluster
from tests.faults.databases import Place, Template
from tests.faults.outcome import Outcome, judged, trainees_of
from tests.faults.product import Web, Worker
from tests.faults.trainee import Trainee

#: So that others can take all places without harm to the machine.
PLACES = 30
#: Seconds for which other programs keep the places, at most.
LONGEST = 0.8


def restarted(seed: int, template: Template) -> Outcome:
    """Once or twice while people work: with every session ended, or with every process gone at once."""
    moments, cluster = Random(seed), template.cluster()
    modes = [moments.choice(("fast", "immediate")) for _ in range(moments.randint(1, 2))]

    def trouble(wait: Callable[[float], None]) -> None:
        for mode in modes:
            wait(moments.uniform(0.05, 0.6))
            cluster.stop(mode)
            wait(moments.choice((0, 0, 0.3)))
            cluster.start()

    return _played(seed, template, trouble, f"restarted: {', '.join(modes)}")


def exhausted(seed: int, template: Template) -> Outcome:
    """Other programs hold every connection that the server allows; the product's own are ended, or were never made."""
    moments, cluster = Random(seed), template.cluster()
    cluster.restart(max_connections=str(PLACES), superuser_reserved_connections="3")
    ends = moments.random() < 0.7

    def trouble(wait: Callable[[float], None]) -> None:
        wait(moments.uniform(0, 0.3))
        with ExitStack() as held:
            until = time.monotonic() + moments.uniform(0.3, LONGEST)
            if ends:
                _end_sessions(cluster)
            while time.monotonic() < until:
                _take_places(cluster, held)
                wait(0.02)

    return _played(seed, template, trouble, f"all places taken, sessions ended: {ends}")


def _end_sessions(cluster: Cluster) -> None:
    with cluster.superuser() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s AND datname <> 'postgres'",
            [clusters.ROLE],
        )


def _take_places(cluster: Cluster, held: ExitStack) -> None:
    try:
        while True:
            held.enter_context(psycopg.connect(cluster.admin.replace("+psycopg", ""), connect_timeout=5))
    except psycopg.OperationalError:
        pass  # none is left


def failed_over(seed: int, template: Template) -> Outcome:
    """The server dies with all its processes; its synchronous standby takes over, at another address."""
    moments, cluster = Random(seed), template.cluster()
    with clusters.room() as folder, template.copy() as place:
        standby = cluster.standby(folder)
        try:
            cluster.wait_for_standby()
            url = _either(place.url, cluster, standby)

            def trouble(wait: Callable[[float], None]) -> None:
                wait(moments.uniform(0.1, 0.8))
                cluster.kill()
                wait(moments.choice((0, 0.3)))
                standby.promote()

            return _play(seed, place.at(url), trouble, "failed over")
        finally:
            standby.close()
            cluster.alone()


def _either(url: str, *servers: Cluster) -> str:
    """The address of the one that takes writes."""
    hosts = [("host", f"127.0.0.1:{one.port}") for one in servers]
    query = urlencode([*hosts, ("target_session_attrs", "read-write")])
    return f"postgresql+psycopg://{clusters.ROLE}@/{url.rpartition('/')[2]}?{query}"


def _played(seed: int, template: Template, trouble: Callable[[Callable[[float], None]], None], note: str) -> Outcome:
    with template.copy() as place:
        return _play(seed, place, trouble, note)


def _play(seed: int, place: Place, trouble: Callable[[Callable[[float], None]], None], note: str) -> Outcome:
    """Trainees and the worker meet the trouble; nobody restarts anything of the product."""
    moments = Random(f"{seed} steps")
    web, worker = Web(place, place.port, workers=moments.randint(1, 2)), Worker(place)
    with _started(web, worker):
        people = trainees_of(place, web.port, seed)
        threads = trainee.started([partial(_work, one, moments.randint(10, 20)) for one in people])
        trouble(lambda seconds: threads[0].join(seconds) if seconds else None)
        for thread in threads:
            thread.join()
        db = Database(place.url)
        try:
            aging.pass_time(db)
            drained = aging.drained(db)
            found = judged(place.url, people, note, web.alive and worker.alive)
            found.recovered = found.recovered and drained
            found.lost += outbox.undone(db, place, people)
            found.doubled += outbox.twice(place, people)
            if found.odd:
                found.odd.append(web.said)
        finally:
            db.close()
        return found


def _work(one: Trainee, steps: int) -> None:
    one.run(steps)
    one.finish()


@contextmanager
def _started(*parts: Web | Worker) -> Iterator[None]:
    """Without a supervisor: what ends stays away."""
    try:
        for part in parts:
            part.start()
        yield
    finally:
        for part in parts:
            part.kill()
