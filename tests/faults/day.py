"""The worker is dead for a day: what it owes comes once it is back, and once each; attempts whose time is over are
closed by whoever comes first."""

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

from sqlalchemy import select, update

from lms.core.db import Database
from lms.core.jobs import Job
from tests.faults import aging, outbox, trainee
from tests.faults.databases import Template
from tests.faults.kills import served, supervised
from tests.faults.outcome import Outcome, judged, trainees_of
from tests.faults.product import Worker
from tests.faults.trainee import Trainee


def without_worker(seed: int, template: Template) -> Outcome:
    """Some have sent, some have an attempt open. A day later their pages come back, together with one worker or two."""
    moments = Random(seed)
    with template.copy() as place, served(place) as db:
        people = trainees_of(place, place.port, seed)
        sends = [moments.random() < 0.5 for _ in people]
        _all([partial(_first_day, one, does) for one, does in zip(people, sends, strict=True)])
        if moments.random() < 0.5:
            _claimed_by_the_dead(db)
        aging.pass_time(db)
        workers = [Worker(place, f"worker-{number}") for number in range(moments.randint(1, 2))]
        comes_first = moments.random() < 0.5
        back = [partial(_next_day, one) for one, sent in zip(people, sends, strict=True) if not sent]
        if not comes_first:
            _all(back)
        with ExitStack() as running:
            for worker in workers:
                running.enter_context(supervised(worker))
            if comes_first:
                _all(back)
            drained = aging.drained(db)
        found = judged(place.url, people, f"{len(workers)} workers after a day, pages at once: {comes_first}")
        found.recovered = found.recovered and drained
        found.lost += outbox.undone(db, place, people)
        found.doubled += outbox.twice(place, people)
        return found


def _all(works: list[partial[None]]) -> None:
    for thread in trainee.started(works):
        thread.join()


def _first_day(one: Trainee, sends: bool) -> None:
    one.run(5)
    one.finish(send=sends)
    outbox.ask_for_mail(one)


def _next_day(one: Trainee) -> None:
    """The page is still open: what it saves now is late, and looking at it shows the result."""
    for act in one.moments.sample(("answer", "look", "again", "batch"), 4):
        one.do(act)
    one.finish(send=False)


def _claimed_by_the_dead(db: Database) -> None:
    """The worker was killed in the middle of a job."""
    with db.writing() as session:
        first = session.scalar(select(Job.id).where(Job.done_at.is_(None)).order_by(Job.id).limit(1))
        until = datetime.now(UTC) + timedelta(minutes=5)
        session.execute(update(Job).where(Job.id == first).values(lease_until=until, attempts=1))
