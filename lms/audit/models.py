from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, BigId


class AuditEvent(Base):
    """One act. Never changed and never deleted: triggers on both databases refuse it.

    `digest` is SHA-256 over these columns, the salt and the detail, so that erasing a detail row leaves the seal whole.
    """

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_subject", "subject_type", "subject_id", "id"),
        Index("ix_audit_event_verb", "verb", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(BigId, index=True)
    #: "user" or the name of the machine action, such as `system:worker`.
    actor_kind: Mapped[str] = mapped_column(String(60))
    verb: Mapped[str] = mapped_column(String(60))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(80))
    request_id: Mapped[str] = mapped_column(String(32), default="")
    digest: Mapped[str] = mapped_column(String(64))


class AuditDetail(Base):
    """What the act changed: the part that may hold personal data and can be erased without breaking a seal."""

    __tablename__ = "audit_detail"

    event_id: Mapped[int] = mapped_column(ForeignKey("audit_event.id"), primary_key=True)
    salt: Mapped[str] = mapped_column(String(64))
    old: Mapped[dict[str, Any] | None]
    new: Mapped[dict[str, Any] | None]
    reason: Mapped[str | None] = mapped_column(Text)
