"""Starting, closing, counting and regrading attempts."""

import threading
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.catalogue import queries as catalogue
from lms.catalogue import service as catalogue_service
from lms.core.db import Database
from lms.core.errors import Invalid, NotFound
from lms.core.jobs import Job
from lms.learning import queries as learning
from lms.learning import service as learning_service
from lms.learning.models import LearningEvent
from lms.quizzes import jobs, queries, service
from lms.quizzes.models import QuizAttempt
from lms.quizzes.service.start import CannotStart
from tests.people import make_user
from tests.quizzes.scene import MINUTE, NOON, SECOND, Scene, all_answers, registered, save, started

DEADLINE = NOON + 20 * MINUTE


@pytest.fixture
def scene(session: Session, tmp_path: Path) -> Scene:
    return registered(session, tmp_path)


def _finish(session: Session, scene: Scene, *, right: bool, now: Any = NOON) -> queries.AttemptRow:
    attempt = started(session, scene, now)
    save(session, scene, attempt, all_answers(session, attempt, right=right), page_load=f"page-{attempt.id}", now=now)
    return service.send(session, scene.alice.actor, attempt.id, now + MINUTE)


def test_all_right_is_a_hundred_percent_and_a_pass(session: Session, scene: Scene) -> None:
    attempt = _finish(session, scene, right=True)
    assert (attempt.score, attempt.passed, attempt.state) == (Decimal("100.0000"), True, "sent")


def test_nothing_answered_is_nought_and_kept(session: Session, scene: Scene) -> None:
    attempt = service.send(session, scene.alice.actor, started(session, scene).id, NOON)
    assert (attempt.score, attempt.passed) == (Decimal(0), False)


def test_sending_twice_grades_once(session: Session, scene: Scene) -> None:
    attempt = _finish(session, scene, right=True)
    again = service.send(session, scene.alice.actor, attempt.id, NOON + 5 * MINUTE)
    closings = session.scalar(select(func.count()).where(LearningEvent.kind == "attempt-closed"))
    assert (again.closed_at, closings) == (attempt.closed_at, 1)


def test_a_pass_completes_the_course_in_the_same_transaction(session: Session, scene: Scene) -> None:
    _finish(session, scene, right=True)
    assert learning.registration(session, scene.registration).complete


def test_a_fail_does_not(session: Session, scene: Scene) -> None:
    _finish(session, scene, right=False)
    assert learning.registration(session, scene.registration).completed_at is None


def test_a_later_fail_takes_nothing_back(session: Session, scene: Scene) -> None:
    _finish(session, scene, right=True)
    _finish(session, scene, right=False, now=NOON + 10 * MINUTE)
    state = learning.state(session, scene.registration, "tiny-quiz")
    assert (state.status, state.score) == ("passed", Decimal(100))


@pytest.mark.parametrize("closer", ["worker", "reader", "sender"])
def test_time_over_closes_with_what_was_stored(session: Session, scene: Scene, closer: str) -> None:
    attempt = started(session, scene)
    save(session, scene, attempt, all_answers(session, attempt))
    after = DEADLINE + MINUTE
    if closer == "worker":
        jobs.handlers(None)["quiz.close"](session, {"attempt_id": attempt.id}, after)
    elif closer == "reader":
        service.close_if_over(session, attempt.id, after)
    else:
        service.send(session, scene.alice.actor, attempt.id, after)
    closed = queries.attempt(session, attempt.id)
    assert (closed.state, closed.score) == ("expired", Decimal(100))


def test_before_its_time_the_worker_leaves_it_open(session: Session, scene: Scene) -> None:
    attempt = started(session, scene)
    assert not service.close_if_over(session, attempt.id, DEADLINE)


def test_the_worker_is_asked_for_just_after_the_deadline(session: Session, scene: Scene) -> None:
    started(session, scene)
    assert session.scalars(select(Job.run_after).where(Job.name == "quiz.close")).all() == [DEADLINE + SECOND]


def test_starting_again_resumes_the_open_attempt(session: Session, scene: Scene) -> None:
    assert started(session, scene).id == started(session, scene).id


def test_two_tabs_that_start_at_once_get_one_attempt(db: Database, tmp_path: Path) -> None:
    with db.writing() as session:
        scene = registered(session, tmp_path)
    got: list[int] = []

    def start() -> None:
        with db.writing() as session:
            got.append(service.start(session, scene.alice.actor, "tiny-course", "tiny-quiz", NOON, "en"))

    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 2 and len(set(got)) == 1


def test_after_three_attempts_none_is_left(session: Session, scene: Scene) -> None:
    for number in range(3):
        _finish(session, scene, right=False, now=NOON + timedelta(hours=number))
    with pytest.raises(CannotStart) as refusal:
        started(session, scene, NOON + timedelta(days=1))
    assert refusal.value.reason == "no-attempts-left"


def test_a_locked_quiz_cannot_be_started(session: Session, tmp_path: Path) -> None:
    scene = registered(session, tmp_path)
    bea = make_user(session, "Bea")
    from_the_start = Scene(bea, 0, scene.version_id)
    learning_service.join(session, bea.actor, bea.id, "tiny-course", NOON, origin="self")
    with pytest.raises(CannotStart) as refusal:
        started(session, from_the_start)
    assert refusal.value.reason == "locked"


def test_without_a_registration_there_is_nothing_to_start(session: Session, scene: Scene) -> None:
    charlie = make_user(session, "Charlie")
    with pytest.raises(NotFound):
        service.start(session, charlie.actor, "tiny-course", "tiny-quiz", NOON, "en")


def test_the_draw_is_kept(session: Session, scene: Scene) -> None:
    attempt = started(session, scene)
    row = session.execute(select(QuizAttempt.drawn, QuizAttempt.seed)).one()
    assert (row.drawn, len(row.seed) > 30) == (attempt.drawn, True)


def _correct(session: Session, scene: Scene, attempt: queries.AttemptRow) -> int:
    """Somebody finds that another answer of the first single question is the right one."""
    single = next(
        one
        for one in catalogue.questions(session, attempt.version_id, attempt.bank, attempt.keys)
        if one["source"]["kind"] == "single"
    )
    new = single["source"] | {
        "answers": [one | {"right": not one["right"]} if place < 2 else one for place, one in _ranked(single["source"])]
    }
    bob = make_user(session, "Bob", ("instructor",))
    made = catalogue_service.correct_key(
        session, bob.actor, attempt.version_id, attempt.bank, single["key"], new, "clause misread", NOON
    )
    correction = getattr(made, "id", made)
    return service.regrade(
        session, bob.actor, attempt.version_id, attempt.bank, single["key"], correction, "clause misread", NOON + MINUTE
    )


def _ranked(source: Any) -> list[tuple[int, Any]]:
    """The right answer first, so that flipping the first two moves the key."""
    ordered = sorted(source["answers"], key=lambda one: not one["right"])
    places = {one["id"]: place for place, one in enumerate(ordered)}
    return [(places[one["id"]], one) for one in source["answers"]]


def test_a_corrected_key_changes_the_result_and_keeps_the_old_one(session: Session, scene: Scene) -> None:
    attempt = _finish(session, scene, right=True)
    changed = _correct(session, scene, attempt)
    event = session.scalars(select(LearningEvent.body).where(LearningEvent.kind == "attempt-regraded")).one()
    now = queries.attempt(session, attempt.id)
    assert (changed, event["old"]["percent"], now.score < 100) == (1, "100", True)


def test_regrading_never_takes_a_completion_back(session: Session, scene: Scene) -> None:
    _correct(session, scene, _finish(session, scene, right=True))
    assert learning.registration(session, scene.registration).complete


def test_regrading_needs_a_reason(session: Session, scene: Scene) -> None:
    bob = make_user(session, "Bob", ("instructor",))
    with pytest.raises(Invalid):
        service.regrade(session, bob.actor, scene.version_id, "tiny-bank", "x", 1, " ", NOON)


def test_a_trainee_cannot_regrade(session: Session, scene: Scene) -> None:
    with pytest.raises(NotFound):
        service.regrade(session, scene.alice.actor, scene.version_id, "tiny-bank", "x", 1, "because", NOON)
