"""The table of faults: each plays one seed on one database and says what became of it."""

from random import Random

from tests.faults import away, day, kills, proxy, trainee
from tests.faults.databases import Template
from tests.faults.disk import kinds as disk
from tests.faults.outcome import Fault, Outcome, judged, trainees_of
from tests.faults.product import Web


def no_fault(seed: int, template: Template) -> Outcome:
    """Nothing fails: what the harness itself makes of a quiet run."""
    with template.copy() as place:
        web = Web(place, place.port)
        web.start()
        try:
            people = trainees_of(place, web.port, seed)
            for thread in trainee.play(people, Random(seed).randint(5, 20)):
                thread.join()
        finally:
            web.kill()
        return judged(place.url, people)


#: On both databases.
KINDS: dict[str, Fault] = {
    "none": no_fault,
    "kill-web": kills.kill_web,
    "kill-web-anytime": kills.kill_web_anytime,
    "kill-worker": kills.kill_worker,
    "nginx-restarted": proxy.restarted,
    "worker-dead-for-a-day": day.without_worker,
}
#: With a PostgreSQL server of their own, which they stop.
ON_OWN_SERVER: dict[str, Fault] = {
    "postgres-restarted": away.restarted,
    "postgres-full": away.exhausted,
    "postgres-failed-over": away.failed_over,
}
KINDS |= ON_OWN_SERVER | disk.KINDS
