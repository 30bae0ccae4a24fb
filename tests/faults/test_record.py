"""The judge of all faults says no: whatever is taken out of a record, changed in it or added to it is found."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from lms.core.db import Database
from tests.faults import record, trainee
from tests.faults.databases import Place, Template
from tests.faults.outcome import trainees_of
from tests.faults.product import Web
from tests.faults.trainee import Trainee

_ONE = "rowid = (SELECT max(rowid) FROM learning_event WHERE kind = '{kind}' AND page_load NOT LIKE 'server-%')"
SPOILED = {
    "lost": {
        "an answer that is gone": f"DELETE FROM learning_event WHERE {_ONE.format(kind='answer')}",
        "a value that is gone": f"DELETE FROM learning_event WHERE {_ONE.format(kind='commit')}",
        "another act": f"UPDATE learning_event SET body_hash = 'x' WHERE {_ONE.format(kind='flag')}",
        "an act set aside": f"UPDATE learning_event SET outcome = 'late' WHERE {_ONE.format(kind='place')}",
        "a state that fell back": 'UPDATE quiz_response SET response = \'{"choice": "no"}\'',
        "a package that fell back": "UPDATE sco_attempt SET data = json_set(data, '$.values', json('{}'))",
        "an attempt that is open again": "UPDATE quiz_attempt SET state = 'open'",
        "a course that is not complete": "DELETE FROM completion",
    },
    "doubled": {
        "an act that nobody did": (
            "INSERT INTO learning_event SELECT registration_id, page_load, number + 1000, activity_key, attempt_id,"
            " kind, body, body_hash, outcome, reason, occurred_at, received_at, actor_id, session_id"
            f" FROM learning_event WHERE {_ONE.format(kind='answer')}"
        ),
        "closed twice": (
            "INSERT INTO learning_event SELECT registration_id, 'server-x', 0, activity_key, attempt_id, kind, body,"
            " body_hash, outcome, reason, occurred_at, received_at, actor_id, session_id FROM learning_event"
            " WHERE kind = 'attempt-closed' LIMIT 1"
        ),
        "time that counts twice": (
            "UPDATE sco_attempt SET data = json_set(data, '$.values.\"cmi.core.total_time\"', '00:00:59.00')"
        ),
    },
}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Place, list[Trainee]]]:
    template = Template(tmp_path_factory.mktemp("played"))
    with template.copy() as place:
        web = Web(place, place.port)
        try:
            web.start()
            people = trainees_of(place, web.port, 1)
            for one in people:
                for act in ("answer", "flag", "lesson", "batch", "navigate", "batch"):
                    one.do(act)
            for thread in trainee.play(people, 0):
                thread.join()
        finally:
            web.kill()
        yield place, people
    template.close()


@pytest.mark.parametrize(("what", "how"), [(what, how) for what, hows in SPOILED.items() for how in hows])
def test_what_is_spoiled_is_found(played: tuple[Place, list[Trainee]], tmp_path: Path, what: str, how: str) -> None:
    place, people = played
    copy = tmp_path / "lms.db"
    with closing(sqlite3.connect(place.folder / "lms.db")) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        assert not _found(copy, people, what)
        for (name,) in target.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            target.execute(f"DROP TRIGGER {name}")
        target.execute("PRAGMA foreign_keys = off")
        assert target.execute(SPOILED[what][how]).rowcount
        target.commit()
    assert _found(copy, people, what)


def _found(path: Path, people: list[Trainee], what: str) -> list[str]:
    db = Database(f"sqlite:///{path}")
    try:
        return list(getattr(record.compare(db, people), what))
    finally:
        db.close()
