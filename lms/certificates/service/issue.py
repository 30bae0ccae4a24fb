from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import queries as people
from lms.audit import service as audit
from lms.catalogue import queries as catalogue
from lms.certificates.models import Certificate
from lms.core import ids, metrics
from lms.core.actor import system
from lms.learning import queries as learning


def issue(session: Session, registration_id: int, now: datetime) -> str | None:
    """Issue the certificate of a completed registration and return its number; None when there is nothing to issue.

    Idempotent: what was issued once is returned. Of two that race, the unique constraint lets one through, and the
    other's job is tried again and finds it.
    """
    issued = session.scalar(select(Certificate.number).where(Certificate.registration_id == registration_id))
    if issued is not None:
        return issued
    registration = learning.registration(session, registration_id)
    completion = learning.completion(session, registration_id)
    if registration is None or completion is None:
        return None
    outline = catalogue.outline(session, registration.version_id)
    if outline.certificate is None:
        return None
    person = people.person(session, registration.user_id)
    certificate = Certificate(
        number=ids.readable_code(),
        registration_id=registration_id,
        user_id=registration.user_id,
        facts=facts_of(person, outline, completion),
        issued_at=now,
        expires_at=_expiry(completion.at, outline.certificate.get("valid_months")),
    )
    session.add(certificate)
    session.flush()
    audit.record(
        session,
        system("certificates"),
        "certificate.issue",
        ("certificate", certificate.number),
        now,
        new={"registration_id": registration_id, "version": outline.hash},
    )
    metrics.tally(session, "lms_certificates_total")
    return certificate.number


def facts_of(person: Any, outline: Any, completion: Any) -> dict[str, Any]:
    """All that is printed, as it is on this day; a later change of name or course does not reach it."""
    locale = outline.locale(person.locale)
    text = outline.text(locale)
    return {
        "native_name": person.native_name,
        "latin_name": person.latin_name,
        "assurance": person.assurance,
        "institution": person.institution,
        "locale": locale,
        "course_key": outline.key,
        "course_title": text["title"],
        "certificate_title": text["certificate_title"],
        "version": outline.number,
        "version_hash": outline.hash,
        "hours": outline.data["hours"],
        "practice": outline.practice,
        "score": None if completion.score is None else str(completion.score),
        "evidence": completion.evidence,
        "completed_at": completion.at.isoformat(),
        "signatory": outline.certificate["signatory"],
    }


def _expiry(at: datetime, months: int | None) -> datetime | None:
    """The same day so many months later; the last day of a shorter month."""
    if not months:
        return None
    year, month = divmod(at.month - 1 + months, 12)
    for day in range(at.day, 27, -1):
        try:
            return at.replace(year=at.year + year, month=month + 1, day=day)
        except ValueError:
            continue
    return at.replace(year=at.year + year, month=month + 1)
