"""Who did what, kept as it was said."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lms.audit import service
from lms.audit.models import AuditDetail, AuditEvent
from lms.core.actor import Actor, system

NOON = datetime(2026, 11, 21, 12, 0, 0, 5, tzinfo=UTC)
DORA = Actor(user_id=7, name="Dora", request_id="r1")


def _recorded(session: Session) -> tuple[AuditEvent, AuditDetail]:
    old, new = {"state": "active"}, {"이름": "김"}
    service.record(session, DORA, "user.disable", ("user", 3), NOON, old=old, new=new, reason="left")
    session.expire_all()
    return session.scalars(select(AuditEvent)).one(), session.scalars(select(AuditDetail)).one()


def test_a_recorded_act_is_intact(session: Session) -> None:
    assert service.is_intact(*_recorded(session))


@pytest.mark.parametrize("column", ["verb", "subject_id", "actor_kind", "request_id"])
def test_a_changed_event_is_noticed(session: Session, column: str) -> None:
    event, detail = _recorded(session)
    session.expunge(event)
    setattr(event, column, "other")
    assert not service.is_intact(event, detail)


@pytest.mark.parametrize(("column", "value"), [("reason", "fired"), ("old", {}), ("new", None), ("salt", "0" * 64)])
def test_a_changed_detail_is_noticed(session: Session, column: str, value: object) -> None:
    event, detail = _recorded(session)
    session.expunge(detail)
    setattr(detail, column, value)
    assert not service.is_intact(event, detail)


def test_machine_acts_name_their_job(session: Session) -> None:
    service.record(session, system("worker"), "certificate.issue", ("registration", 1), NOON)
    assert session.scalars(select(AuditEvent.actor_kind)).one() == "system:worker"


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET verb = 'x'", "DELETE FROM audit_event"])
def test_events_cannot_be_changed_or_deleted(session: Session, statement: str) -> None:
    _recorded(session)
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(statement))


def test_a_detail_can_be_erased_and_the_event_stays(session: Session) -> None:
    _recorded(session)
    session.execute(text("UPDATE audit_detail SET old = NULL, new = NULL, reason = NULL, salt = ''"))
    assert session.scalars(select(AuditEvent)).one().verb == "user.disable"
