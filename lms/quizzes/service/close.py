"""Closing an attempt: by the trainee, or because time is over, through one function."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.catalogue import queries as catalogue
from lms.core.actor import Actor, system
from lms.core.errors import NotFound
from lms.engines.quiz import policy
from lms.engines.quiz.grade import AttemptResult, grade_attempt
from lms.learning import queries as learning_queries
from lms.learning import service as learning
from lms.quizzes import queries
from lms.quizzes.models import QuizAttempt
from lms.quizzes.queries import AttemptRow


def send(session: Session, actor: Actor, attempt_id: int, now: datetime) -> AttemptRow:
    """Close and grade the actor's attempt. Sent twice, or after its time, it is graded once, from what was stored."""
    attempt = queries.attempt(session, attempt_id, lock=True)
    if attempt is None or attempt.user_id != actor.user_id:
        raise NotFound()
    if not attempt.open:
        return attempt
    return _close(session, attempt, "expired" if attempt.over(now) else "sent", actor, now)


def close_if_over(session: Session, attempt_id: int, now: datetime) -> bool:
    """Close an attempt whose time is over; by the worker or the next read, whichever comes first."""
    attempt = queries.attempt(session, attempt_id, lock=True)
    if attempt is None or not attempt.open or not attempt.over(now):
        return False
    _close(session, attempt, "expired", system("quiz-clock"), now)
    return True


def _close(session: Session, attempt: AttemptRow, state: str, actor: Actor, now: datetime) -> AttemptRow:
    _outline, quiz = queries.quiz_of(session, attempt)
    result = graded(session, attempt, quiz)
    store_result(session, attempt.id, result, state=state, closed_at=now)
    learning.server_event(
        session,
        registration_id=attempt.registration_id,
        activity_key=attempt.activity_key,
        kind="attempt-closed",
        body={"how": state, **result_json(result)},
        now=now,
        actor=actor,
        attempt_id=attempt.id,
    )
    count(session, attempt, quiz, now)
    closed = queries.attempt(session, attempt.id)
    assert closed is not None
    return closed


def graded(session: Session, attempt: AttemptRow, quiz: dict[str, Any]) -> AttemptResult:
    """Grade what is stored, with all corrections of keys made so far."""
    found = catalogue.questions(session, attempt.version_id, attempt.bank, attempt.keys)
    sources = {one["key"]: one["source"] for one in found}
    responses = {key: row.response for key, row in queries.responses(session, attempt.id).items()}
    corrections = [one["new_key"] for one in catalogue.corrections(session, attempt.version_id, attempt.bank)]
    ordered = {key: sources[key] for key in attempt.keys}
    return grade_attempt(ordered, responses, quiz["pass"], attempt.locale, corrections)


def store_result(session: Session, attempt_id: int, result: AttemptResult, **columns: Any) -> None:
    session.execute(
        update(QuizAttempt)
        .where(QuizAttempt.id == attempt_id)
        .values(
            points=_places(result.score.points),
            score=_places(result.score.exact_percent),
            passed=result.passed,
            results=result_json(result),
            **columns,
        )
    )


def result_json(result: AttemptResult) -> dict[str, Any]:
    """The result as the record keeps it; exact numbers as text such as 275/3."""
    return {
        "percent": str(result.score.exact_percent),
        "passed": result.passed,
        "questions": {
            one.key: {
                "status": one.status,
                "points": str(one.score.points),
                "of": str(one.score.possible),
                "reason": one.reason,
            }
            for one in result.questions
        },
        "objectives": {
            key: {"points": str(score.points), "of": str(score.possible)} for key, score in result.objectives.items()
        },
    }


def _places(value: Any) -> Decimal:
    """Cut to the four stored places: a result is never rounded up to a pass."""
    return learning.percent(value / 100)


def count(session: Session, attempt: AttemptRow, quiz: dict[str, Any], now: datetime) -> None:
    """Let the attempts that count decide the quiz's state, then judge the registration anew."""
    attempts = queries.attempts_of(session, attempt.registration_id, attempt.activity_key)
    rules = policy.rules_of(quiz)
    earlier = [one.policy_attempt() for one in attempts]
    counted = policy.counted(rules, earlier)
    if counted is None:
        return
    allowed = policy.may_start(rules, earlier, now)
    chosen = next(one for one in attempts if one.number == counted.attempts[-1])
    # Before its states, as whoever enters a result does: else the two would wait in a circle.
    learning_queries.registration(session, attempt.registration_id, lock=True)
    learning.set_state(
        session,
        attempt.registration_id,
        attempt.activity_key,
        status="passed" if counted.passed else "failed",
        score=_places(counted.percent),
        evidence="graded",
        locale=attempt.locale,
        now=now,
        finished=counted.passed,
        data={
            "attempts": len(attempts),
            "counted_attempt": chosen.id,
            "left": allowed.left,
            "not_before": allowed.not_before.isoformat() if allowed.not_before else None,
        },
    )
    learning.settle(session, attempt.registration_id, now)
