"""The audit log as Quentin and Ines read it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from lms.audit import queries, service
from lms.audit.queries import Asked
from lms.core.actor import Actor, system
from lms.web.paging import Cursor
from tests.admin.conftest import NOW
from tests.client import Client
from tests.people import People, make_people, make_user

DAY = timedelta(days=1)


@pytest.fixture
def log(session: Session) -> People:
    """Four acts on four days."""
    crowd = make_people(session)
    service.record(session, crowd.dora.actor, "user.closed", ("user", crowd.alice.id), NOW, reason="left")
    service.record(session, crowd.bob.actor, "course.published", ("course", "tiny"), NOW + DAY)
    service.record(session, system("worker"), "certificate.issue", ("registration", 5), NOW + 2 * DAY)
    service.record(session, crowd.dora.actor, "user.opened", ("user", crowd.bob.id), NOW + 3 * DAY)
    return crowd


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["user.opened", "certificate.issue", "course.published", "user.closed"]),
        ({"verb": "user.closed"}, ["user.closed"]),
        ({"actors": []}, []),
        ({"actors": [], "machine": "worker"}, ["certificate.issue"]),
        ({"since": NOW + DAY}, ["user.opened", "certificate.issue", "course.published"]),
        ({"until": NOW + DAY}, ["user.closed"]),
        ({"since": NOW + DAY, "until": NOW + 2 * DAY}, ["course.published"]),
        ({"subject_type": "user"}, ["user.opened", "user.closed"]),
        ({"subject_type": "registration", "subject_id": "5"}, ["certificate.issue"]),
        ({"subject_id": "tiny"}, ["course.published"]),
    ],
)
def test_it_narrows(session: Session, log: People, asked: dict, found: list[str]) -> None:
    assert [row.verb for row in queries.page(session, Asked(**asked), None).rows] == found


def test_it_narrows_by_who(session: Session, log: People) -> None:
    rows = queries.page(session, Asked(actors=[log.dora.id]), None).rows
    assert [row.verb for row in rows] == ["user.opened", "user.closed"]


def test_it_pages_from_the_newest(session: Session, log: People) -> None:
    for number in range(100):
        service.record(session, log.dora.actor, "user.changed", ("user", number), NOW)
    first = queries.page(session, Asked(), None)
    last = queries.page(
        session, Asked(), Cursor("", queries.page(session, Asked(), Cursor("", first.rows[-1].id)).rows[-1].id)
    )
    assert (len(first.rows), first.more_before, first.more_after) == (50, False, True)
    assert (len(last.rows), last.more_before, last.more_after) == (4, True, False)
    back = queries.page(session, Asked(), Cursor("", last.rows[0].id, back=True))
    assert (len(back.rows), back.more_before, back.more_after) == (50, True, True)


@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("UPDATE audit_detail SET reason = 'fired'", "changed"),
        ("UPDATE audit_detail SET old = NULL, new = NULL, reason = NULL, salt = ''", "erased"),
        ("DELETE FROM audit_detail", "changed"),
        ("SELECT 1", "intact"),
    ],
)
def test_each_row_says_whether_it_is_intact(session: Session, log: People, statement: str, check: str) -> None:
    session.execute(text(statement))
    session.expire_all()
    assert {row.check for row in queries.page(session, Asked(), None).rows} == {check}


# Pages


def _record(client: Client, actor: Actor, when: datetime, **change: object) -> None:
    with client.db.writing() as session:
        service.record(session, actor, "user.changed", ("user", 1), when, **change)  # type: ignore[arg-type]


def test_old_new_and_reason_are_seen(client: Client, crowd: People) -> None:
    _record(
        client, crowd.dora.actor, NOW, old={"native_name": "Alice"}, new={"native_name": "앨리스"}, reason="married"
    )
    client.sign_in(crowd.ines.id)
    page = client.get("/audit").text
    row = page.split("data-event=")[1]
    assert "<del><bdi>Alice</bdi></del>" in row
    assert "<ins><bdi>앨리스</bdi></ins>" in row
    assert "married" in row
    assert 'data-check="intact"' in row


def test_who_is_found_by_name(client: Client, crowd: People) -> None:
    _record(client, crowd.dora.actor, NOW)
    _record(client, system("worker"), NOW)
    client.sign_in(crowd.quentin.id)
    assert client.get("/audit?who=DORA").text.count("data-event=") == 1
    assert client.get("/audit?who=system:worker").text.count("data-event=") == 1
    assert client.get("/audit?who=nobody").text.count("data-event=") == 0


@pytest.mark.parametrize(
    ("query", "count"),
    [("since=2026-11-22", 1), ("until=2026-11-21", 1), ("since=2026-11-22&until=2026-11-22", 1), ("since=x", 2)],
)
def test_days_are_those_of_the_reader(client: Client, crowd: People, query: str, count: int) -> None:
    """Quentin is in Seoul, where 15:30 UTC is already the next day."""
    with client.db.writing() as session:
        session.execute(text("DELETE FROM job"))
        session.execute(text(f"UPDATE user_account SET timezone = 'Asia/Seoul' WHERE id = {crowd.quentin.id}"))
    for hour in (14, 15):
        _record(client, crowd.dora.actor, datetime(2026, 11, 21, hour, 30, tzinfo=UTC))
    client.sign_in(crowd.quentin.id)
    assert client.get(f"/audit?what=user.changed&{query}").text.count("data-event=") == count


def test_an_altered_row_is_called_so(client: Client, crowd: People) -> None:
    _record(client, crowd.dora.actor, NOW, reason="left")
    with client.db.writing() as session:
        session.execute(text("UPDATE audit_detail SET reason = 'fired' WHERE reason = 'left'"))
    client.sign_in(crowd.ines.id)
    assert 'data-check="changed"' in client.get("/audit?what=user.changed").text


@pytest.mark.parametrize("query", ["since=0001-01-01", "until=9999-12-30", "until=9999-12-31", "since=9999-12-31"])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_the_ends_of_the_calendar_are_days_too(client: Client, crowd: People, query: str, zone: str) -> None:
    with client.db.writing() as session:
        far = make_user(session, "Far", ("quality",), timezone=zone)
    client.sign_in(far.id)
    assert client.get(f"/audit?{query}").status_code == 200
