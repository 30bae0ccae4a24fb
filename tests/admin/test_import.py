"""Importing a list: whole or not at all, thousands at once; our own export changes nothing."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from lms.accounts import names, queries
from lms.accounts.models import User
from lms.accounts.queries import Wanted
from lms.accounts.service.people import Person
from lms.admin import jobs as admin_jobs
from lms.admin import service
from lms.admin.people_file import export
from lms.admin.people_file.plan import Plan
from lms.admin.people_file.reading import read
from lms.admin.service import Place
from lms.audit.models import AuditDetail, AuditEvent
from lms.core.errors import Conflict
from lms.core.jobs import Job
from lms.enrolments import queries as enrolments
from tests.admin.conftest import NOW
from tests.people import People, make_user

DEFAULTS = Person(user_name="", native_name="", timezone="UTC", locale="en")
CHRISTMAS = datetime(2026, 12, 24, 22, 59, tzinfo=UTC)


def _plan(session: Session, people: People, data: bytes) -> Plan:
    return service.plan_people(session, people.dora.actor, read(data), DEFAULTS)


def _import(session: Session, people: People, text: str, **place: Any) -> list[int]:
    plan = _plan(session, people, text.encode())
    where = Place(**place) if place else None
    return service.import_people(session, people.dora.actor, plan, plan.fingerprint(), NOW, where)


def _count(session: Session, column: Any) -> int:
    return session.scalar(select(func.count(column))) or 0


def test_new_people_are_added_and_known_ones_changed(session: Session, people: People) -> None:
    [new] = _import(session, people, "name,user,country\n김민수,kim,KR\nAlice,alice,KE\n")
    assert session.get_one(User, new).native_name == "김민수"
    assert session.get_one(User, people.alice.id, populate_existing=True).country == "KE"


def test_identifiers_are_imported_and_made_where_there_is_none(session: Session, people: People) -> None:
    first, second = _import(session, people, "id,name,user\nHR-42,김민수,kim\n,Lee,lee\n")
    assert session.get_one(User, first).public_id == "HR-42"
    assert len(session.get_one(User, second).public_id) == 16


def test_an_identifier_taken_meanwhile_stores_nothing_at_all(session: Session, people: People) -> None:
    plan = _plan(session, people, b"id,name,user\nHR-42,Kim,kim\n")
    make_user(session, "Lee", public_id="HR-42")
    with pytest.raises(Conflict), session.begin_nested():
        service.import_people(session, people.dora.actor, plan, plan.fingerprint(), NOW)


def test_everybody_is_in_the_audit_log(session: Session, people: People) -> None:
    before = _count(session, AuditEvent.id)
    [new] = _import(session, people, "name,user,country\n김민수,kim,KR\nAlice,alice,KE\n")
    rows = session.execute(
        select(AuditEvent.verb, AuditEvent.subject_id, AuditDetail.old)
        .join(AuditDetail)
        .order_by(AuditEvent.id)
        .offset(before)
    ).all()
    assert [tuple(row) for row in rows] == [
        ("user.changed", str(people.alice.id), {"country": ""}),
        ("user.created", str(new), None),
        ("people.imported", "list", None),
    ]


def test_a_plan_that_no_longer_holds_does_nothing(session: Session, people: People) -> None:
    plan = _plan(session, people, b"name,user\nKim,kim\n")
    with pytest.raises(Conflict):
        service.import_people(session, people.dora.actor, plan, "another", NOW)


def test_a_name_taken_meanwhile_stores_nothing_at_all(session: Session, people: People) -> None:
    plan = _plan(session, people, b"name,user,country\nLee,lee,KR\nKim,kim,KR\nAlice,alice,KE\n")
    make_user(session, "Kim")
    before = _count(session, User.id)
    with pytest.raises(Conflict), session.begin_nested():
        service.import_people(session, people.dora.actor, plan, plan.fingerprint(), NOW)
    session.expire_all()
    assert _count(session, User.id) == before
    assert session.get_one(User, people.alice.id).country == ""


def test_a_few_are_enrolled_at_once(session: Session, people: People) -> None:
    [new] = _import(session, people, "name,user\nKim,kim\nAlice,alice\n", course_key="tiny-course", due_at=CHRISTMAS)
    due = [enrolments.of_person(session, user_id, "en")[0].due_at for user_id in (new, people.alice.id)]
    assert due == [CHRISTMAS, CHRISTMAS]


def test_many_are_enrolled_by_the_worker(session: Session, people: People) -> None:
    rows = "".join(f"Person {n},person-{n}\n" for n in range(120))
    new = _import(session, people, f"name,user\n{rows}", course_key="tiny-course", due_at=CHRISTMAS, reason="year 2")
    payloads = session.scalars(select(Job.payload).where(Job.name == "enrol.list").order_by(Job.id)).all()
    assert [len(payload["user_ids"]) for payload in payloads] == [50, 50, 20]
    for payload in payloads:
        for _twice in range(2):
            admin_jobs.enrol_list(session, payload, NOW)
    assert list(enrolments.counts(session).values()) == [120]
    assert enrolments.of_person(session, new[-1], "en")[0].due_at == CHRISTMAS


def test_five_thousand_rows_take_few_statements(session: Session, people: People) -> None:
    rows = "".join(f"Person {n},person-{n},{'Kora' if n in (7, 20, 33) else 'KR'}\n" for n in range(5000))
    statements = 0

    def count(*_args: object) -> None:
        nonlocal statements
        statements += 1

    engine = session.get_bind().engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        new = _import(session, people, f"name,user,country\n{rows}")
    finally:
        event.remove(engine, "before_cursor_execute", count)
    assert len(new) == 4997
    assert statements < 400


# Round trip

NAMES = st.one_of(
    st.sampled_from(
        [
            '=HYPERLINK("https://evil.example";"click")',
            'O\'Neil, "Bo"',
            "'=1+1",
            "+82 김민수",
            "-",
            "@all",
            "محمد\u200f علي",
            "\u200f=1+1",
            "Zoé; Éboué",
            "김민수",
            "Ελένη|Παπά",
            "tab\tbed",
        ]
    ),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Co", "Cn")), min_size=1, max_size=20),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(native=st.lists(NAMES, min_size=1, max_size=5), institution=NAMES)
def test_importing_our_own_export_changes_nothing(
    session: Session, people: People, native: list[str], institution: str
) -> None:
    kept = [name for name in map(names.person_name, native) if name]
    with session.begin_nested() as savepoint:
        for number, name in enumerate(kept):
            make_user(
                session,
                name,
                ("trainee", "instructor"),
                user_name=f"round-{number}",
                email=f"round{number}@example.org",
                institution=names.person_name(institution),
                country="KR",
                timezone="Asia/Seoul",
                locale="ko",
                password_hash=None,
            )
        actor = people.dora.actor
        total = queries.count_accounts(session, actor, Wanted())
        data = b"".join(export.chunks(queries.accounts_batches(session, actor, Wanted())))
        plan = _plan(session, people, data)
        savepoint.rollback()
    assert (plan.wrong, plan.missing, plan.ignored) == ([], [], [])
    assert (plan.new, plan.changes, plan.same) == ([], [], total)


def test_no_cell_of_the_export_is_a_formula(session: Session, people: People) -> None:
    make_user(session, "=1+1", user_name="formula", institution='=HYPERLINK("x")')
    data = b"".join(export.chunks(queries.accounts_batches(session, people.dora.actor, Wanted("formula"))))
    assert data.startswith(b"\xef\xbb\xbf")
    assert "'=1+1" in data.decode("utf-8-sig")
    assert '"\'=HYPERLINK(""x"")"' in data.decode("utf-8-sig")
