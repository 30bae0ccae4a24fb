"""Three web nodes and two workers behind nginx are restarted one after the other while trainees work: none notices."""

import json
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from lms.catalogue import queries as catalogue
from lms.core import config, migrate
from lms.core.db import Database
from tests.faults import record, scene
from tests.faults.journal import Journal
from tests.faults.trainee import Trainee
from tests.nodes.databases import fresh, pgbouncer
from tests.nodes.farm import Farm, farm
from tests.nodes.process import PATIENCE, Part

pytestmark = pytest.mark.verify
TRAINEES = 6


class Steady(Trainee):
    """Never cuts a line by itself, so that each reply that does not come is the product's failure."""

    def _send_batch(self, journal: Journal, on_reply: object = None) -> None:
        journal.send(on_reply)  # type: ignore[arg-type]


@pytest.fixture(params=[False, True], ids=["direct", "pgbouncer"])
def busy(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Farm, list[Steady]]]:
    """A running set of nodes, and trainees in the middle of their course."""
    with (
        fresh() as direct,
        pgbouncer(direct) if request.param else nullcontext(direct) as url,
        farm(tmp_path, url) as made,
    ):
        db = Database(direct)
        migrate.upgrade(db)
        found = scene.prepare(config.load(made.environment), db, TRAINEES)
        catalogue.forget()
        made.start()
        yield made, [Steady(found, seat, made.port, 1) for seat in found.seats]
        db.close()


def restart(made: Farm) -> None:
    """As one does by hand: a node after the other, each when the one before has been replaced."""
    before = {worker.name: set(worker.pids[1:]) for worker in made.workers}
    for worker in made.workers:
        worker.tell(signal.SIGHUP)
    for node in made.web:
        old = set(node.pids[1:])
        node.tell(signal.SIGHUP)
        replaced(node, old)
    for worker in made.workers:
        replaced(worker, before[worker.name])


def replaced(part: Part, old: set[int]) -> None:
    until = time.monotonic() + PATIENCE
    while old & set(part.pids) and time.monotonic() < until:
        time.sleep(0.05)
    assert part.alive and not old & set(part.pids), part.said


def test_a_rolling_restart_fails_no_request_and_doubles_nothing(busy: tuple[Farm, list[Steady]]) -> None:
    made, trainees = busy
    over = threading.Event()

    def work(trainee: Steady) -> None:
        while not over.is_set():
            trainee.run(3)
        trainee.finish()

    threads = [threading.Thread(target=work, args=(one,), daemon=True) for one in trainees]
    for thread in threads:
        thread.start()
    restart(made)
    over.set()
    for thread in threads:
        thread.join()
    assert [line for line in requests(made) if line["status"] >= 400 or line["status"] == 0] == []
    assert {said for one in trainees for said in one.seen.told} <= {"200", "303"}
    assert [text for one in trainees for text in one.seen.odd] == []
    db = Database(made.environment["LMS_DATABASE_URL"])
    found = record.compare(db, trainees)
    db.close()
    assert (found.lost, found.doubled) == ([], [])
    assert record.acknowledged(trainees) > 100 and all(one.recovered for one in trainees)
    assert served_by(made) == {f"127.0.0.1:{node.port}" for node in made.web}


def requests(made: Farm) -> list[dict[str, object]]:
    return [json.loads(line) for line in made.nginx.access_log.splitlines()]


def served_by(made: Farm) -> set[str]:
    """A node that was refused for a moment stands in the log with the one that answered."""
    return {str(line["node"]).rpartition(", ")[2] for line in requests(made)}
