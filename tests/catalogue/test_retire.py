from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.audit.models import AuditDetail, AuditEvent
from lms.catalogue import queries, service
from lms.core.actor import Actor, system
from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.core.storage import DiskStorage
from tests.courses import PUBLISHED_AT, publish_tiny

LATER = PUBLISHED_AT + timedelta(days=1)


@pytest.fixture
def course(session: Session, tmp_path: Path) -> str:
    publish_tiny(session, DiskStorage(tmp_path))
    return "tiny-course"


def _last_act(session: Session) -> tuple[str, str, str | None]:
    wanted = select(AuditEvent.verb, AuditEvent.subject_id, AuditDetail.reason).join(AuditDetail)
    row = session.execute(wanted.order_by(AuditEvent.id.desc()).limit(1)).one()
    return row[0], row[1], row[2]


def test_retiring_is_audited_with_its_reason(session: Session, course: str) -> None:
    service.retire(session, system("test"), course, " Replaced by a newer one ", LATER)
    row = queries.course_by_key(session, course)
    assert row and row.retired_at == LATER
    assert _last_act(session) == ("course.retired", course, "Replaced by a newer one")


def test_a_reopened_course_is_listed_again(session: Session, course: str) -> None:
    service.retire(session, system("test"), course, "over", LATER)
    service.reopen(session, system("test"), course, "asked for", LATER)
    assert [row.key for row in queries.list_courses(session)] == [course]
    assert _last_act(session) == ("course.reopened", course, "asked for")


def test_publishing_does_not_reopen(session: Session, course: str, tmp_path: Path) -> None:
    service.retire(session, system("test"), course, "over", LATER)
    publish_tiny(session, DiskStorage(tmp_path), languages=("en",))
    assert queries.list_courses(session) == []


@pytest.mark.parametrize("act", [service.retire, service.reopen])
@pytest.mark.parametrize("role", ["trainee", "administrator", "quality", "inspector"])
def test_only_who_publishes_decides(session: Session, course: str, act, role: str) -> None:
    with pytest.raises(NotAllowed):
        act(session, Actor(user_id=None, name="X", roles=frozenset({role})), course, "why", LATER)


@pytest.mark.parametrize("act", [service.retire, service.reopen])
def test_a_reason_is_needed(session: Session, course: str, act) -> None:
    with pytest.raises(Invalid) as refused:
        act(session, system("test"), course, "  ", LATER)
    assert "reason" in refused.value.fields


@pytest.mark.parametrize("act", [service.retire, service.reopen])
def test_an_unknown_course(session: Session, act) -> None:
    with pytest.raises(NotFound):
        act(session, system("test"), "windows", "why", LATER)


def test_a_course_is_retired_once(session: Session, course: str) -> None:
    service.retire(session, system("test"), course, "over", PUBLISHED_AT)
    with pytest.raises(Conflict):
        service.retire(session, system("test"), course, "over", LATER)


def test_an_open_course_is_not_reopened(session: Session, course: str) -> None:
    with pytest.raises(Conflict):
        service.reopen(session, system("test"), course, "why", LATER)
