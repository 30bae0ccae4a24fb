from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, BigId


class Certificate(Base):
    """Issued once for a completed registration. `facts` is all that is printed, as it was on that day."""

    __tablename__ = "certificate"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    #: Readable and not guessable; the address of the public check.
    number: Mapped[str] = mapped_column(String(24), unique=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    facts: Mapped[dict[str, Any]]
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[int | None] = mapped_column(BigId)
    revoke_reason: Mapped[str] = mapped_column(Text, default="")
