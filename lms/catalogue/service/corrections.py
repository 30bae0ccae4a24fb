"""A corrected key is a separate record, because a version never changes; regrading cites it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import permissions
from lms.audit import service as audit
from lms.catalogue.models import KeyCorrection, Question
from lms.core.actor import Actor
from lms.core.errors import Conflict, Invalid, NotFound

Json = dict[str, Any]
#: Parts of a canonical question that are its key; all else is what trainees saw and were promised.
KEY_PARTS = frozenset(
    {"answer", "tolerance", "other_units", "significant_figures", "accept", "ignore", "partial", "right"}
)


def correct_key(
    session: Session,
    actor: Actor,
    version_id: int,
    bank: str,
    question_key: str,
    new_key: Mapping[str, Any],
    reason: str,
    now: datetime,
) -> int:
    """Record a corrected key and return the id of the record.

    `new_key` is the whole canonical question, of which only the key may differ. Raises Invalid when more differs,
    Conflict when this key holds already.
    """
    permissions.require(actor, "keys.correct")
    if not reason.strip():
        raise Invalid("Say why the key is corrected.", {"reason": "Say why the key is corrected."})
    old, new = _key_that_holds(session, version_id, bank, question_key), dict(new_key)
    if without_key(new) != without_key(old):
        raise Invalid("A corrected key belongs to the same question: its kind, points and options stay.")
    if new == old:
        raise Conflict("This is the key that holds already.")
    row = KeyCorrection(
        version_id=version_id,
        bank=bank,
        question_key=question_key,
        old_key=old,
        new_key=new,
        reason=reason.strip(),
        made_by=actor.user_id,
        made_at=now,
    )
    session.add(row)
    session.flush()
    subject = ("question", f"{version_id}/{bank}/{question_key}"[:80])
    audit.record(session, actor, "key.corrected", subject, now, old=old, new=new, reason=row.reason)
    return row.id


def _key_that_holds(session: Session, version_id: int, bank: str, question_key: str) -> Json:
    """The last correction, else the published key. The question's row is locked, so corrections form one line."""
    published = session.scalar(
        select(Question.source)
        .where(Question.version_id == version_id, Question.bank == bank, Question.key == question_key)
        .with_for_update()
    )
    if published is None:
        raise NotFound()
    last = session.scalar(
        select(KeyCorrection.new_key)
        .where(
            KeyCorrection.version_id == version_id,
            KeyCorrection.bank == bank,
            KeyCorrection.question_key == question_key,
        )
        .order_by(KeyCorrection.id.desc())
        .limit(1)
    )
    return last or published


def without_key(value: Any) -> Any:
    """The question as trainees see it: without what decides, and with things that are put in order as a set."""
    if isinstance(value, Mapping):
        kept = {name: without_key(part) for name, part in value.items() if name not in KEY_PARTS}
        if isinstance(kept.get("items"), list):
            kept["items"] = sorted(kept["items"], key=str)
        return kept
    if isinstance(value, list):
        return [without_key(part) for part in value]
    return value
