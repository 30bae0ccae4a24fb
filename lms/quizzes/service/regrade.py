"""Grading closed attempts again after a key was corrected; the old results stay in the history."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import permissions
from lms.audit import service as audit
from lms.core.actor import Actor
from lms.core.errors import Invalid
from lms.learning import service as learning
from lms.quizzes import queries
from lms.quizzes.models import QuizAttempt
from lms.quizzes.service.close import count, graded, result_json, store_result


def regrade(
    session: Session,
    actor: Actor,
    version_id: int,
    bank: str,
    question_key: str,
    correction_id: int,
    reason: str,
    now: datetime,
) -> int:
    """Regrade every closed attempt that drew the question; returns how many results changed.

    Nobody loses a completion: `settle` never takes one back, and the changed result stands beside it.
    """
    permissions.require(actor, "keys.correct")
    if not reason.strip():
        raise Invalid(fields={"reason": "reason-missing"})
    numbers = session.scalars(
        select(QuizAttempt.id)
        .where(QuizAttempt.version_id == version_id, QuizAttempt.bank == bank, QuizAttempt.state != "open")
        .order_by(QuizAttempt.id)
    ).all()
    changed = sum(_regrade_one(session, actor, number, question_key, correction_id, reason, now) for number in numbers)
    audit.record(
        session,
        actor,
        "quiz.regraded",
        ("version", version_id),
        now,
        new={"bank": bank, "question": question_key, "correction": correction_id, "changed": changed},
        reason=reason,
    )
    return changed


def _regrade_one(
    session: Session, actor: Actor, attempt_id: int, question_key: str, correction_id: int, reason: str, now: datetime
) -> bool:
    attempt = queries.attempt(session, attempt_id, lock=True)
    if attempt is None or question_key not in attempt.keys:
        return False
    _outline, quiz = queries.quiz_of(session, attempt)
    result = graded(session, attempt, quiz)
    new = result_json(result)
    if new == attempt.results:
        return False
    store_result(session, attempt.id, result)
    learning.server_event(
        session,
        registration_id=attempt.registration_id,
        activity_key=attempt.activity_key,
        kind="attempt-regraded",
        body={"old": attempt.results, "new": new, "correction": correction_id, "reason": reason},
        now=now,
        actor=actor,
        attempt_id=attempt.id,
    )
    count(session, attempt, quiz, now)
    return True
