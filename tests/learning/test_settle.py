from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.audit.models import AuditEvent
from lms.core.db import Database
from lms.core.jobs import Job
from lms.core.storage import DiskStorage
from lms.learning import queries, service
from lms.learning.models import Completion
from tests.courses import publish_tiny
from tests.learning.conftest import NOW
from tests.people import make_people

LATER = NOW + timedelta(days=1)


def _read(session: Session, registration_id: int, *lessons: str) -> None:
    for key in lessons:
        service.set_state(session, registration_id, key, status="read", now=NOW, finished=True)


def _pass(session: Session, registration_id: int, score: int = 80, evidence: str = "graded") -> None:
    service.set_state(
        session, registration_id, "tiny-quiz", status="passed", score=Decimal(score), evidence=evidence, now=NOW
    )


def test_nothing_done_is_not_started(session: Session, joined: int) -> None:
    service.settle(session, joined, NOW)
    assert queries.registration(session, joined).status == "not-started"


def test_progress_is_the_share_of_conditions_met(session: Session, joined: int) -> None:
    _read(session, joined, "doors")
    service.settle(session, joined, NOW)
    reg = queries.registration(session, joined)
    assert (reg.status, reg.progress) == ("in-progress", Decimal("33.3333"))


def test_completion_writes_its_fact_with_the_rule_and_the_evidence(session: Session, joined: int) -> None:
    _read(session, joined, "doors", "hands")
    _pass(session, joined)
    service.settle(session, joined, NOW)
    fact = session.execute(select(Completion)).scalar_one()
    assert (fact.at, fact.score, fact.evidence) == (NOW, 80, "graded")
    assert fact.rule == {"all": [{"read": "all"}, {"passed": "tiny-quiz", "evidence": "graded"}]}
    assert [(c["code"], c["met"]) for c in fact.conditions] == [("read", True), ("passed", True)]
    reg = queries.registration(session, joined)
    assert (reg.status, reg.progress, reg.completed_at) == ("complete", 100, NOW)


def test_completion_asks_for_the_certificate_and_is_audited(session: Session, joined: int) -> None:
    _read(session, joined, "doors", "hands")
    _pass(session, joined)
    service.settle(session, joined, NOW)
    job = session.execute(select(Job)).scalar_one()
    assert (job.name, job.payload) == ("certificate.issue", {"registration_id": joined})
    verbs = session.scalars(select(AuditEvent.verb).where(AuditEvent.subject_type == "registration"))
    assert list(verbs) == ["course.completed"]


def test_completion_happens_once(session: Session, joined: int) -> None:
    _read(session, joined, "doors", "hands")
    _pass(session, joined)
    service.settle(session, joined, NOW)
    service.settle(session, joined, LATER)
    assert queries.registration(session, joined).completed_at == NOW
    assert session.scalar(select(func.count()).select_from(Job)) == 1


def test_completion_stays_when_a_result_is_taken_back(session: Session, joined: int) -> None:
    _read(session, joined, "doors", "hands")
    _pass(session, joined)
    service.settle(session, joined, NOW)
    service.set_state(session, joined, "tiny-quiz", status="failed", score=Decimal(10), now=LATER, decided=True)
    standing = service.settle(session, joined, LATER)
    assert not standing.result.complete
    assert queries.registration(session, joined).status == "complete"


def test_a_reported_score_alone_does_not_complete(session: Session, joined: int) -> None:
    _read(session, joined, "doors", "hands")
    _pass(session, joined, evidence="reported")
    standing = service.settle(session, joined, NOW)
    assert [one.code for one in standing.result.missing] == ["needs-graded"]


def test_two_activities_that_finish_at_the_same_moment_complete_the_course(db: Database, storage: DiskStorage) -> None:
    """Neither sees the other's result before it settles; the one that settles second must."""
    with db.writing() as session:
        alice = make_people(session).alice
        publish_tiny(session, storage)
        reg = service.join(session, alice.actor, alice.id, "tiny-course", NOW, origin="self")
        _read(session, reg, "doors")
    both_wrote = Barrier(2 if db.dialect == "postgresql" else 1)  # SQLite lets one write at a time

    def finish(act: Callable[[Session], None]) -> None:
        with db.writing() as session:
            act(session)
            both_wrote.wait(60)
            service.settle(session, reg, NOW)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(finish, [lambda s: _read(s, reg, "hands"), lambda s: _pass(s, reg)]))
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Completion)) == 1
