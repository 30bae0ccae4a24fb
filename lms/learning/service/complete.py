"""Completion: the pure rule, asked in the transaction of the event that may have met it, never by a nightly job."""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.audit import service as audit
from lms.catalogue import queries as catalogue
from lms.core import jobs, metrics, upsert
from lms.core.actor import system
from lms.core.errors import NotFound
from lms.engines.progress.state import PACKAGE_KINDS, QUIZ, Activity, Condition
from lms.learning import queries
from lms.learning.models import Completion, Registration
from lms.learning.queries import Reg
from lms.learning.service.record import server_event
from lms.learning.standing import Standing, stand

FOUR_PLACES = Decimal("0.0001")


def settle(session: Session, registration_id: int, now: datetime) -> Standing:
    """Judge the registration anew and write what changed; on the first completion also its fact, audit and outbox job.

    The registration is locked before its states are read, so that of two activities that finish at the same moment
    the second sees the first.
    """
    reg = queries.registration(session, registration_id, lock=True)
    if reg is None:
        raise NotFound()
    standing = stand(
        catalogue.outline(session, reg.version_id), queries.states(session, registration_id), complete=reg.complete
    )
    newly = standing.result.complete and not reg.complete
    _write(session, reg, standing, now, newly)
    if newly:
        _complete(session, reg, standing, now)
    return standing


def _write(session: Session, reg: Reg, standing: Standing, now: datetime, newly: bool) -> None:
    complete = reg.complete or newly
    progress = Decimal(100) if complete else percent(standing.result.fraction)
    status = "complete" if complete else "in-progress" if standing.states else "not-started"
    if (status, progress) == (reg.status, reg.progress):
        return
    values: dict[str, Any] = {"status": status, "progress": progress, "changed_at": now}
    if newly:
        values["completed_at"] = now
    session.execute(update(Registration).where(Registration.id == reg.id).values(**values))


def _complete(session: Session, reg: Reg, standing: Standing, now: datetime) -> None:
    score, evidence = outcome(standing)
    created = session.scalar(
        upsert.insert(session, Completion)
        .values(
            registration_id=reg.id,
            at=now,
            rule=standing.outline.completion or {},
            conditions=[condition_json(one) for one in standing.result.conditions],
            score=score,
            evidence=evidence,
        )
        .on_conflict_do_nothing(index_elements=["registration_id"])
        .returning(Completion.registration_id)
    )
    if created is None:
        return
    facts = {
        "course": reg.course_key,
        "version_id": reg.version_id,
        "score": None if score is None else str(score),
        "evidence": evidence,
    }
    server_event(session, registration_id=reg.id, activity_key="", kind="complete", body=facts, now=now)
    audit.record(session, system("completion"), "course.completed", ("registration", reg.id), now, new=facts)
    metrics.tally(session, "lms_completions_total")
    jobs.enqueue(session, "certificate.issue", {"registration_id": reg.id}, now, dedupe=f"certificate:{reg.id}")


def outcome(standing: Standing) -> tuple[Decimal | None, str]:
    """The mean of the quizzes that count, and the weakest evidence among them; of a package what it reported."""
    counted = _judged(standing) or _reported(standing)
    percents = [one.percent for one in counted if one.percent is not None]
    kinds = {one.evidence for one in counted}
    weakest = next((kind for kind in ("entered", "reported", "observed", "attended", "graded") if kind in kinds), "")
    return (percent(sum(percents, Fraction(0)) / len(percents) / 100) if percents else None), weakest


def _judged(standing: Standing) -> list[Activity]:
    return [one for one in standing.activities if one.kind == QUIZ and one.passed is not None]


def _reported(standing: Standing) -> list[Activity]:
    """Of a package that judges itself as a whole that judgement alone, else all of its activities."""
    wanted = standing.outline.completion.get("completed") or "all"
    return [
        one
        for one in standing.activities
        if one.kind in PACKAGE_KINDS and one.started and (wanted == "all" or one.id in wanted)
    ]


def condition_json(one: Condition) -> dict[str, Any]:
    """A condition as the record keeps it; exact numbers as text."""
    return {
        "code": one.code,
        "met": one.met,
        "waived": one.waived,
        "current": None if one.current is None else str(one.current),
        "needed": None if one.needed is None else str(one.needed),
        "activities": list(one.activities),
        "remaining": list(one.remaining),
        "params": dict(one.params),
        "group": one.group,
    }


def percent(fraction: Fraction) -> Decimal:
    """0 to 100, cut (never rounded up) to the four places that are stored."""
    scaled = fraction * 1_000_000
    return (Decimal(scaled.numerator // scaled.denominator) * FOUR_PLACES).quantize(FOUR_PLACES)
