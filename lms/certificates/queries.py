"""Reads of certificates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.certificates.models import Certificate


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate as it was issued; `facts` see `service.facts_of`. Valid unless revoked or expired."""

    number: str
    registration_id: int
    user_id: int
    facts: dict[str, Any]
    issued_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    revoke_reason: str

    def state(self, now: datetime) -> str:
        """valid, revoked or expired."""
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_at and self.expires_at <= now else "valid"


_COLUMNS = [getattr(Certificate, name) for name in Issued.__slots__]


def by_number(session: Session, number: str) -> Issued | None:
    """Numbers are typed from paper: case and spaces do not matter, and hyphens may be missing."""
    row = session.execute(select(*_COLUMNS).where(Certificate.number == tidy(number))).first()
    return Issued(*row) if row else None


def tidy(number: str) -> str:
    kept = "".join(c for c in number.upper() if c.isalnum())
    return "-".join(kept[i : i + 4] for i in range(0, len(kept), 4))[:24]


def of_person(session: Session, user_id: int) -> Sequence[Issued]:
    rows = session.execute(
        select(*_COLUMNS).where(Certificate.user_id == user_id).order_by(Certificate.issued_at.desc())
    )
    return [Issued(*row) for row in rows]


def of_registration(session: Session, registration_id: int) -> Issued | None:
    row = session.execute(select(*_COLUMNS).where(Certificate.registration_id == registration_id)).first()
    return Issued(*row) if row else None


#: For the joins of reports.
CERTIFICATES = select(
    Certificate.registration_id, Certificate.number, Certificate.issued_at, Certificate.revoked_at
).subquery("issued")
