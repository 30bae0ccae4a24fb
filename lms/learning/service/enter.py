"""Results that a named person enters, with a reason: a score from paper, a waiver."""

from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import permissions
from lms.audit import service as audit
from lms.catalogue import queries as catalogue
from lms.core.actor import Actor
from lms.core.errors import Invalid, NotAllowed, NotFound
from lms.learning import queries
from lms.learning.models import LearningEvent
from lms.learning.queries import State
from lms.learning.service.complete import FOUR_PLACES, settle
from lms.learning.service.record import body_hash, server_event, set_state
from lms.learning.standing import Standing

STATUSES = {
    "lesson": ("read", "waived"),
    "quiz": ("passed", "failed", "waived"),
    "sco": ("completed", "passed", "failed", "waived"),
}


def enter(
    session: Session,
    actor: Actor,
    registration_id: int,
    activity_key: str,
    *,
    now: datetime,
    reason: str,
    status: str = "",
    score: Decimal | None = None,
) -> Standing:
    """Record a result that our server did not see. It is shown as entered, with who and why.

    With a score and no status the quiz's own pass mark decides. Nobody enters a result of their own. A form that is
    sent twice is one entry.
    Raises Invalid for a missing reason, a score outside 0 to 100 or a status that the activity cannot have.
    """
    permissions.require(actor, "grades.enter")
    reg = queries.registration(session, registration_id, lock=True)
    if reg is None:
        raise NotFound()
    if reg.user_id == actor.user_id:
        raise NotAllowed()
    spec = catalogue.outline(session, reg.version_id).activity(activity_key)
    if spec is None:
        raise NotFound()
    status, score = _decided(spec, status, score, reason), _stored(score)
    body = {"status": status, "score": _text(score), "reason": reason.strip()}
    if _is_repeated(session, actor, registration_id, activity_key, body):
        return settle(session, registration_id, now)
    old = queries.state(session, registration_id, activity_key)
    set_state(
        session,
        registration_id,
        activity_key,
        status=status,
        score=score,
        evidence="entered",
        now=now,
        finished=True,
        decided=True,
    )
    _record(session, actor, registration_id, activity_key, old, body, now)
    return settle(session, registration_id, now)


def _is_repeated(session: Session, actor: Actor, registration_id: int, activity_key: str, body: dict[str, Any]) -> bool:
    """Whether the last that happened to the activity is this very entry; the registration is locked."""
    last = session.execute(
        select(LearningEvent.actor_id, LearningEvent.body_hash)
        .where(LearningEvent.registration_id == registration_id, LearningEvent.activity_key == activity_key)
        .order_by(LearningEvent.received_at.desc())
        .limit(1)
    ).first()
    return last is not None and tuple(last) == (actor.user_id, body_hash("entered", body))


def _record(
    session: Session,
    actor: Actor,
    registration_id: int,
    activity_key: str,
    old: State | None,
    body: dict[str, Any],
    now: datetime,
) -> None:
    """In the history of the activity, and in the audit log with what it replaces."""
    server_event(
        session,
        registration_id=registration_id,
        activity_key=activity_key,
        kind="entered",
        body=body,
        now=now,
        actor=actor,
    )
    before = old and {"status": old.status, "score": _text(old.score), "evidence": old.evidence}
    subject = ("registration", registration_id)
    facts = {"status": body["status"], "score": body["score"], "activity": activity_key}
    audit.record(session, actor, "grade.entered", subject, now, old=before, new=facts, reason=body["reason"])


def _stored(score: Decimal | None) -> Decimal | None:
    """With the four places that a record has, cut and never rounded up."""
    if score is None or (score and score.quantize(FOUR_PLACES, ROUND_DOWN) == score):
        return score
    return score.quantize(FOUR_PLACES, ROUND_DOWN).copy_abs()


def _text(score: Decimal | None) -> str | None:
    return None if score is None else str(score)


def _decided(spec: dict[str, Any], status: str, score: Decimal | None, reason: str) -> str:
    fields = {}
    if not reason.strip():
        fields["reason"] = _("Say why you enter this result.")
    if score is not None and not (score.is_finite() and 0 <= score <= 100):
        fields["score"] = _("Enter a score from 0 to 100.")
    if score is not None and spec["kind"] == "lesson":
        fields["score"] = _("A lesson has no score.")
    if not status and score is not None and not fields and spec["kind"] == "quiz":
        status = "passed" if score >= Decimal(str(spec["quiz"]["pass"])) else "failed"
    if status not in STATUSES[spec["kind"]]:
        fields.setdefault("status", _("Choose a result that this activity can have."))
    if fields:
        raise Invalid(next(iter(fields.values())), fields)
    return status
