"""Results that a named person enters, with a reason: a score from paper, a waiver."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.accounts import permissions
from lms.audit import service as audit
from lms.catalogue import queries as catalogue
from lms.core.actor import Actor
from lms.core.errors import Invalid, NotAllowed, NotFound
from lms.learning import queries
from lms.learning.queries import State
from lms.learning.service.complete import settle
from lms.learning.service.record import server_event, set_state
from lms.learning.standing import Standing

STATUSES = {"lesson": ("read", "waived"), "quiz": ("passed", "failed", "waived")}


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

    With a score and no status the quiz's own pass mark decides. Nobody enters a result of their own.
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
    status = _decided(spec, status, score, reason)
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
    new = {"status": status, "score": _text(score)}
    _record(session, actor, registration_id, activity_key, old, new, reason.strip(), now)
    return settle(session, registration_id, now)


def _record(
    session: Session,
    actor: Actor,
    registration_id: int,
    activity_key: str,
    old: State | None,
    new: dict[str, Any],
    reason: str,
    now: datetime,
) -> None:
    """In the history of the activity, and in the audit log with what it replaces."""
    server_event(
        session,
        registration_id=registration_id,
        activity_key=activity_key,
        kind="entered",
        body=new | {"reason": reason},
        now=now,
        actor=actor,
    )
    before = old and {"status": old.status, "score": _text(old.score), "evidence": old.evidence}
    subject = ("registration", registration_id)
    facts = new | {"activity": activity_key}
    audit.record(session, actor, "grade.entered", subject, now, old=before, new=facts, reason=reason)


def _text(score: Decimal | None) -> str | None:
    return None if score is None else str(score)


def _decided(spec: dict[str, Any], status: str, score: Decimal | None, reason: str) -> str:
    fields = {}
    if not reason.strip():
        fields["reason"] = _("Say why you enter this result.")
    if score is not None and not (score.is_finite() and 0 <= score <= 100):
        fields["score"] = _("Enter a score from 0 to 100.")
    if score is not None and spec["kind"] != "quiz":
        fields["score"] = _("A lesson has no score.")
    if not status and score is not None and not fields:
        status = "passed" if score >= Decimal(str(spec["quiz"]["pass"])) else "failed"
    if status not in STATUSES[spec["kind"]]:
        fields.setdefault("status", _("Choose a result that this activity can have."))
    if fields:
        raise Invalid(next(iter(fields.values())), fields)
    return status
