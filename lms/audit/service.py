"""Recording an act, and checking that a recorded one was not altered."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from lms.audit.models import AuditDetail, AuditEvent
from lms.core import metrics
from lms.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Act:
    """What was done to what. `subject` is (type, id), such as ("registration", 7)."""

    verb: str
    subject: tuple[str, object]
    old: dict[str, Any] | None = None
    new: dict[str, Any] | None = None
    reason: str | None = None


def record(
    session: Session,
    actor: Actor,
    verb: str,
    subject: tuple[str, object],
    now: datetime,
    *,
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
    reason: str | None = None,
) -> None:
    """Append one event in the caller's transaction. `subject` is (type, id), such as ("registration", 7)."""
    record_all(session, actor, [Act(verb, subject, old, new, reason)], now)


def record_all(session: Session, actor: Actor, acts: Sequence[Act], now: datetime) -> None:
    """Several acts of one moment with a bounded number of statements: thousands of people come in one list."""
    if not acts:
        return
    salts = [secrets.token_hex(32) for _act in acts]
    rows = [_row(actor, act, salt, now) for act, salt in zip(acts, salts, strict=True)]
    # The digest holds the salt, so it is unique: it tells which id belongs to which act, in whatever order they come.
    made = session.execute(insert(AuditEvent).returning(AuditEvent.digest, AuditEvent.id), rows)
    ids = {row.digest: row.id for row in made}
    details = [
        {"event_id": ids[row["digest"]], "salt": salt, "old": act.old, "new": act.new, "reason": act.reason}
        for row, act, salt in zip(rows, acts, salts, strict=True)
    ]
    session.execute(insert(AuditDetail), details)
    metrics.tally(session, "lms_audit_events_total", amount=len(acts))


def _row(actor: Actor, act: Act, salt: str, now: datetime) -> dict[str, Any]:
    row: dict[str, Any] = {
        "at": now,
        "actor_id": actor.user_id,
        "actor_kind": "user" if actor.user_id is not None else actor.name,
        "verb": act.verb,
        "subject_type": act.subject[0],
        "subject_id": str(act.subject[1]),
        "request_id": actor.request_id,
    }
    row["digest"] = digest(AuditEvent(**row), salt, act.old, act.new, act.reason)
    return row


def digest(
    event: AuditEvent, salt: str, old: dict[str, Any] | None, new: dict[str, Any] | None, reason: str | None
) -> str:
    """SHA-256 of the canonical JSON of the event, its salt and its detail, without the id, which the database gives."""
    facts = [
        event.at.isoformat(timespec="microseconds"),
        event.actor_id,
        event.actor_kind,
        event.verb,
        event.subject_type,
        event.subject_id,
        event.request_id,
        salt,
        old,
        new,
        reason,
    ]
    return hashlib.sha256(
        json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    ).hexdigest()


def is_intact(event: AuditEvent, detail: AuditDetail) -> bool:
    """Whether the row still says what was recorded. An erased detail (salt empty) can only be checked by its seal."""
    return event.digest == digest(event, detail.salt, detail.old, detail.new, detail.reason)
