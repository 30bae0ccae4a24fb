"""Who accepted which privacy notice, in which language, and when."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import PrivacyAcceptance
from lms.accounts.notices import Notice


def accept(session: Session, user_id: int, notice: Notice, now: datetime) -> None:
    """Once a version is enough: a second time changes nothing."""
    if has_accepted(session, user_id, notice.version):
        return
    session.add(
        PrivacyAcceptance(
            user_id=user_id, notice_version=notice.version, notice_hash=notice.hash, locale=notice.locale, at=now
        )
    )
    session.flush()


def has_accepted(session: Session, user_id: int, version: str) -> bool:
    accepted = select(PrivacyAcceptance.id).where(
        PrivacyAcceptance.user_id == user_id, PrivacyAcceptance.notice_version == version
    )
    return session.scalar(accepted.limit(1)) is not None


def accepted_at(session: Session, user_id: int, version: str) -> datetime | None:
    return session.scalar(
        select(PrivacyAcceptance.at)
        .where(PrivacyAcceptance.user_id == user_id, PrivacyAcceptance.notice_version == version)
        .limit(1)
    )
