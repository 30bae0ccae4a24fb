"""Starting an attempt, and taking the pen in a tab."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.accounts import permissions
from lms.catalogue import queries as catalogue
from lms.core import ids, jobs
from lms.core.actor import Actor
from lms.core.errors import Conflict, NotFound
from lms.engines.quiz import policy
from lms.engines.quiz.draw import draw_quiz
from lms.learning import queries as learning_queries
from lms.learning import service as learning
from lms.learning.standing import stand
from lms.quizzes import queries
from lms.quizzes.models import QuizAttempt
from lms.quizzes.service.close import close_if_over


class CannotStart(Conflict):
    """No attempt may start now. `reason`: locked, no-attempts-left, cool-down (until `not_before`), closed."""

    def __init__(self, reason: str, not_before: datetime | None = None) -> None:
        super().__init__()
        self.reason = reason
        self.not_before = not_before


def start(session: Session, actor: Actor, course_key: str, quiz_key: str, now: datetime, locale: str) -> int:
    """Start an attempt, or resume the open one; returns its id. Two tabs that start at once get the same attempt.

    Raises NotFound (no registration, no such quiz) or CannotStart.
    """
    permissions.require(actor, "learn")
    reg = learning_queries.find_registration(session, actor.user_id or 0, course_key, lock=True)
    outline = catalogue.outline(session, reg.version_id) if reg else None
    spec = outline.activity(quiz_key) if outline else None
    if reg is None or outline is None or spec is None or spec["kind"] != "quiz":
        raise NotFound()
    for one in queries.attempts_of(session, reg.id, quiz_key):
        close_if_over(session, one.id, now)
    earlier = queries.attempts_of(session, reg.id, quiz_key)
    rules = policy.rules_of(spec["quiz"])
    allowed = policy.may_start(rules, [one.policy_attempt() for one in earlier], now)
    if allowed.open_attempt is not None:
        return next(one.id for one in earlier if one.number == allowed.open_attempt)
    standing = stand(outline, learning_queries.states(session, reg.id), complete=reg.complete)
    if not standing.locks[quiz_key].open:
        raise CannotStart("locked")
    if not allowed.allowed:
        raise CannotStart(allowed.reason, allowed.not_before)
    attempt = _begin(session, reg, quiz_key, spec["quiz"], len(earlier) + 1, now, outline.locale(locale))
    _record(session, actor, attempt, allowed.left, now)
    return attempt.id


def _begin(
    session: Session, reg: Any, quiz_key: str, quiz: dict[str, Any], number: int, now: datetime, locale: str
) -> QuizAttempt:
    seed = ids.new_token()
    sources = {one["key"]: one["source"] for one in catalogue.questions(session, reg.version_id, quiz["bank"])}
    drawn = draw_quiz(seed, sources, quiz)
    rules = policy.rules_of(quiz)
    attempt = QuizAttempt(
        registration_id=reg.id,
        user_id=reg.user_id,
        version_id=reg.version_id,
        activity_key=quiz_key,
        number=number,
        bank=quiz["bank"],
        seed=seed,
        drawn=[[one.key, list(one.options)] for one in drawn.questions],
        locale=locale,
        started_at=now,
        deadline_at=policy.deadline(rules, now),
        accept_late=int(rules.accept_late.total_seconds()),
    )
    session.add(attempt)
    session.flush()
    return attempt


def _record(session: Session, actor: Actor, attempt: QuizAttempt, left: int | None, now: datetime) -> None:
    deadline = attempt.deadline_at
    learning.set_state(
        session,
        attempt.registration_id,
        attempt.activity_key,
        status="in-progress",
        now=now,
        locale=attempt.locale,
        data={
            "open": {"attempt": attempt.id, "deadline": deadline.isoformat() if deadline else None},
            "left": None if left is None else left - 1,
        },
    )
    learning.server_event(
        session,
        registration_id=attempt.registration_id,
        activity_key=attempt.activity_key,
        kind="attempt-started",
        body={"number": attempt.number, "questions": [key for key, _options in attempt.drawn]},
        now=now,
        actor=actor,
        attempt_id=attempt.id,
    )
    learning.settle(session, attempt.registration_id, now)
    if deadline:
        after = deadline + timedelta(seconds=attempt.accept_late + 1)
        jobs.enqueue(
            session, "quiz.close", {"attempt_id": attempt.id}, now, dedupe=f"quiz.close:{attempt.id}", after=after
        )


def take_over(session: Session, actor: Actor, attempt_id: int) -> int:
    """Take the pen: the number of the new lease. A tab with an older one turns read-only at its next save."""
    lease = session.scalar(
        update(QuizAttempt)
        .where(QuizAttempt.id == attempt_id, QuizAttempt.user_id == actor.user_id)
        .values(lease=QuizAttempt.lease + 1)
        .returning(QuizAttempt.lease)
    )
    if lease is None:
        raise NotFound()
    return lease
