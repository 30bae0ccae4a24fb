"""The product itself with trainees in it, and a follower: both are killed while everybody saves, and the folder holds
what the trainees had been told."""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from lms.backup import folder, restore
from lms.core import config, node
from lms.core.clock import now
from lms.core.db import Database
from lms.core.stores import storage_of
from lms.learning.models import LearningEvent
from tests.backup.processes import kill, running, wait_for
from tests.faults import databases, trainee
from tests.faults.databases import Place, Template
from tests.faults.outcome import trainees_of
from tests.faults.product import Web
from tests.faults.trainee import Trainee

pytestmark = pytest.mark.verify
SEEDS = range(4)
#: An act as the record names it.
Name = tuple[int, str, int]


class Witness:
    """Notes when it first saw that an act had been acknowledged."""

    def __init__(self, people: list[Trainee]) -> None:
        self.seen: dict[Name, float] = {}
        self._people = people
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def _look(self) -> None:
        while not self._over.wait(0.02):
            for one in self._people:
                for registration, journal in list(one.journals):
                    for act in list(journal.acts):
                        if act.stored:
                            self.seen.setdefault((registration, journal.load, act.number), time.time())

    @contextmanager
    def watching(self) -> Iterator[None]:
        self._thread.start()
        try:
            yield
        finally:
            self._over.set()
            self._thread.join()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    made = Template(tmp_path_factory.mktemp("followed"))
    with closing(made._held):
        yield made
    made.close()


@pytest.mark.parametrize("seed", SEEDS)
def test_what_trainees_were_told_is_in_the_folder(template: Template, tmp_path: Path, seed: int) -> None:
    moments = random.Random(seed)
    with template.copy() as place:
        settings = config.load(place.environment)
        web, people = Web(place, place.port), trainees_of(place, place.port, seed)
        witness, command = Witness(people), ("-c", "from lms.cli import main; main()", "backup")
        follow = (*command, "--follow", str(tmp_path / "followed"), "--every", "0.5")
        with witness.watching(), running(*follow, settings=settings, log=tmp_path / "log") as following:
            web.start()
            works = trainee.started([partial(_save, one, witness) for one in people])
            wait_for(lambda: _through(place) > 0 and len(witness.seen) > 20, following)
            time.sleep(moments.uniform(0, 2))
            for die in moments.sample((web.kill, partial(kill, following)), 2):
                die()
        for one in works:
            one.join()
        through = _through(place)
        told = {name for name, at in witness.seen.items() if at < through}
    assert len(told) > 10
    assert told <= _restored(tmp_path / "followed", tmp_path / "restored")


def _save(one: Trainee, witness: Witness) -> None:
    """Until the server is gone for a while."""
    while not any(journal.failures > 2 for _registration, journal in one.journals):
        one.run(1)
    one.close()


def _through(place: Place) -> float:
    told = node.following(place.folder)
    return datetime.fromisoformat(told["through"]).timestamp() if told and told["through"] else 0.0


def _restored(followed: Path, target: Path) -> set[Name]:
    target.mkdir()
    settings = config.load(databases.environment(target, f"sqlite:///{target / 'lms.db'}", 8000))
    done = restore.restore(settings, storage_of(settings), folder.opened(followed), now())
    assert done.wrong == ()
    db = Database(settings.database_url)
    with db.reading() as session:
        columns = (LearningEvent.registration_id, LearningEvent.page_load, LearningEvent.number)
        found = {tuple(row) for row in session.execute(select(*columns))}
    db.close()
    return found
