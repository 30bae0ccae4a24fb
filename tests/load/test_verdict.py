"""The comparison at the end of a load run finds what is lost and what counts twice, and nothing where all is well."""

import json
import random
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import update

from lms.core.db import Database
from lms.learning import service as learning
from lms.quizzes import service as quizzes
from lms.quizzes.models import QuizAttempt, QuizResponse
from tests.load.afternoon.journal import Journal, Ledger, Load
from tests.load.afternoon.verdict import Verdict, compare
from tests.load.afternoon.wire import Reply
from tests.quizzes import scene
from tests.quizzes.scene import MINUTE, NOON

LOAD = "page-1"


@dataclass
class Played:
    db: Database
    ledger: Ledger
    attempt: int
    registration: int

    @property
    def load(self) -> Load:
        return self.ledger.loads[LOAD]

    def judged(self) -> Verdict:
        return compare(self.db, self.ledger)


@pytest.fixture
def played(db: Database, tmp_path: Path) -> Played:
    """Alice has answered everything and sent it, and was told so."""
    ledger = Ledger()
    with db.writing() as session:
        alice = scene.registered(session, tmp_path)
        attempt = scene.started(session, alice)
        journal = Journal(ledger, "save an answer", "/attempts/1/operations", f"{LOAD}.signature", 1)
        acts = [(one["kind"], one["body"]) for one in scene.all_answers(session, attempt)]
        story = journal.post(acts, random.Random(1))
        asked = next(story)
        saved = scene.save(session, alice, attempt, json.loads(asked.body or b"")["ops"], page_load=LOAD)
        told = json.dumps({"acked": saved.acked, "missing": list(saved.missing), "refused": []})
        with pytest.raises(StopIteration):
            story.send(Reply(200, b"HTTP/1.1 200 OK", told.encode()))
        quizzes.send(session, alice.alice.actor, attempt.id, NOON + MINUTE)
    ledger.started.add(attempt.id)
    ledger.sent.add(attempt.id)
    return Played(db, ledger, attempt.id, alice.registration)


def test_what_is_there_once_is_neither_lost_nor_doubled(played: Played) -> None:
    found = played.judged()
    assert (found.lost, found.doubled) == ([], [])
    assert found.compared == 4


def test_an_acknowledged_act_that_is_not_there_is_lost(played: Played) -> None:
    played.load.hashes.append(played.load.hashes[0])
    played.load.stored.add(5)
    assert played.judged().lost == [f"page load {LOAD}: number 5 was acknowledged and is not there"]


def test_another_act_in_its_place_is_lost(played: Played) -> None:
    played.load.hashes[2] = "0" * 64
    assert played.judged().lost == [f"page load {LOAD}: number 3 was acknowledged and is another act"]


def test_an_answer_that_does_not_count_is_lost(played: Played) -> None:
    with played.db.writing() as session:
        changed = update(QuizResponse).where(QuizResponse.attempt_id == played.attempt).values(response={"choice": "x"})
        session.execute(changed)
    assert len(played.judged().lost) == 4


def test_an_attempt_that_was_sent_and_is_open_is_lost(played: Played) -> None:
    with played.db.writing() as session:
        session.execute(update(QuizAttempt).where(QuizAttempt.id == played.attempt).values(state="open"))
    assert played.judged().lost == [f"attempt {played.attempt} was sent and is open"]


def test_values_of_a_package_that_are_not_there_are_lost(played: Played) -> None:
    played.ledger.values["a-label"] = {"cmi.suspend_data": "x"}
    assert played.judged().lost == ["package a-label: nothing of it is there"]


def test_an_act_that_nobody_has_done_is_doubled(played: Played) -> None:
    """As if one had been stored under two numbers."""
    del played.load.hashes[3]
    played.load.stored.remove(4)
    assert played.judged().doubled == [f"page load {LOAD}: number 4 was never done"]


def test_a_second_end_of_one_attempt_is_doubled(played: Played) -> None:
    with played.db.writing() as session:
        learning.server_event(
            session,
            registration_id=played.registration,
            activity_key="tiny-quiz",
            kind="attempt-closed",
            body={},
            now=NOON + MINUTE,
            attempt_id=played.attempt,
        )
    assert played.judged().doubled == [f"registration {played.registration}: attempt-closed stands 2 times"]


def test_a_second_attempt_of_one_start_is_doubled(played: Played) -> None:
    with played.db.writing() as session:
        first = session.get_one(QuizAttempt, played.attempt)
        copied = {column.name: getattr(first, column.name) for column in QuizAttempt.__table__.columns}
        session.add(QuizAttempt(**(copied | {"id": None, "number": 2})))
    assert played.judged().doubled == [f"registration {played.registration}: 2 attempts of one start"]
