from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import permissions
from lms.audit import service as audit
from lms.certificates.models import Certificate
from lms.core.actor import Actor
from lms.core.errors import Conflict, Invalid, NotFound


def revoke(session: Session, actor: Actor, number: str, reason: str, now: datetime) -> None:
    """Take a certificate's validity away, for a reason that its check page does not show.

    Raises NotFound, Invalid (no reason) or Conflict (revoked before).
    """
    permissions.require(actor, "certificates.revoke")
    certificate = session.scalars(select(Certificate).where(Certificate.number == number).with_for_update()).first()
    if certificate is None:
        raise NotFound()
    if not reason.strip():
        raise Invalid(fields={"reason": "reason-missing"})
    if certificate.revoked_at is not None:
        raise Conflict()
    certificate.revoked_at, certificate.revoked_by, certificate.revoke_reason = now, actor.user_id, reason.strip()
    session.flush()
    audit.record(
        session,
        actor,
        "certificate.revoke",
        ("certificate", number),
        now,
        old={"revoked": False},
        new={"revoked": True},
        reason=reason.strip(),
    )
