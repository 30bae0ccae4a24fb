"""Places in a course: given once, taken back, given again; each step in the audit log."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.audit.models import AuditDetail, AuditEvent
from lms.core.errors import Invalid, NotAllowed, NotFound
from lms.core.storage import DiskStorage
from lms.engines.content import model
from lms.enrolments import queries, service
from lms.enrolments.queries import Wanted
from lms.web.paging import Cursor
from tests.courses import publish_tiny
from tests.enrolments.conftest import NOW
from tests.people import People, make_user

WEEK = timedelta(days=7)


def _enrol(session: Session, people: People, course: int, **values: object) -> int:
    given = {"origin": "person"} | values
    return service.enrol(session, people.dora.actor, people.alice.id, course, NOW, **given)  # type: ignore[arg-type]


def _events(session: Session) -> list[tuple[str, dict | None, dict | None, str | None]]:
    found = select(AuditEvent.verb, AuditDetail.old, AuditDetail.new, AuditDetail.reason).join(AuditDetail)
    rows = session.execute(found.where(AuditEvent.subject_type == "enrolment").order_by(AuditEvent.id))
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("who", ["bob", "quentin", "ines", "charlie"])
def test_only_administrators_enrol_others(session: Session, people: People, course: int, who: str) -> None:
    actor = getattr(people, who).actor
    with pytest.raises(NotAllowed):
        service.enrol(session, actor, people.alice.id, course, NOW, origin="person")


def test_enrolling_twice_is_one_enrolment_and_one_event(session: Session, people: People, course: int) -> None:
    assert _enrol(session, people, course) == _enrol(session, people, course)
    assert [verb for verb, *_rest in _events(session)] == ["enrolment.created"]


def test_another_due_date_is_a_change_with_its_old_value(session: Session, people: People, course: int) -> None:
    _enrol(session, people, course, due_at=NOW + WEEK)
    _enrol(session, people, course, due_at=NOW + 2 * WEEK, reason="ill")
    verb, old, new, reason = _events(session)[-1]
    assert (verb, reason) == ("enrolment.changed", "ill")
    assert old is not None and new is not None
    assert (old["due_at"], new["due_at"]) == ((NOW + WEEK).isoformat(), (NOW + 2 * WEEK).isoformat())


def test_withdrawing_needs_a_reason(session: Session, people: People, course: int) -> None:
    enrolment = _enrol(session, people, course)
    with pytest.raises(Invalid):
        service.withdraw(session, people.dora.actor, enrolment, NOW, reason="")


def test_who_is_withdrawn_comes_back_to_the_same_place(session: Session, people: People, course: int) -> None:
    enrolment = _enrol(session, people, course)
    service.withdraw(session, people.dora.actor, enrolment, NOW, reason="left")
    with pytest.raises(NotFound):
        service.withdraw(session, people.dora.actor, enrolment, NOW, reason="left")
    assert _enrol(session, people, course) == enrolment
    assert [verb for verb, *_rest in _events(session)] == [
        "enrolment.created",
        "enrolment.withdrawn",
        "enrolment.resumed",
    ]


def test_a_due_date_can_be_taken_away(session: Session, people: People, course: int) -> None:
    enrolment = _enrol(session, people, course, due_at=NOW + WEEK)
    service.change_due(session, people.dora.actor, enrolment, None, NOW)
    service.change_due(session, people.dora.actor, enrolment, None, NOW)
    row = queries.enrolment(session, people.dora.actor, enrolment)
    assert row is not None
    assert row.due_at is None
    assert [verb for verb, *_rest in _events(session)] == ["enrolment.created", "enrolment.changed"]


def test_only_an_active_enrolment_has_a_due_date_to_change(session: Session, people: People, course: int) -> None:
    enrolment = _enrol(session, people, course)
    service.withdraw(session, people.dora.actor, enrolment, NOW, reason="left")
    with pytest.raises(NotFound):
        service.change_due(session, people.dora.actor, enrolment, NOW, NOW)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), ["Alice", "김민수", "Zoé"]),
        (Wanted("zoe"), ["Zoé"]),
        (Wanted("민수"), ["김민수"]),
        (Wanted("%"), []),
        (Wanted(state="withdrawn"), ["Zoé"]),
        (Wanted(state="active"), ["Alice", "김민수"]),
    ],
)
def test_the_list_of_a_course(session: Session, people: People, course: int, wanted: Wanted, found: list[str]) -> None:
    kim = make_user(session, "김민수", user_name="kim", latin_name="Kim Min-su")
    zoe = make_user(session, "Zoé", user_name="zoe")
    ids = [
        service.enrol(session, people.dora.actor, one.id, course, NOW, origin="list")
        for one in (people.alice, kim, zoe)
    ]
    service.withdraw(session, people.dora.actor, ids[2], NOW, reason="left")
    page = queries.page(session, people.dora.actor, course, wanted, None)
    assert [row.native_name for row in page.rows] == found
    assert queries.count(session, people.dora.actor, course, wanted) == len(found)
    assert queries.counts(session) == {course: 2}


def test_its_pages_follow_each_other(session: Session, people: People, course: int) -> None:
    for number in range(60):
        user = make_user(session, "Same Name", user_name=f"same-{number}")
        service.enrol(session, people.dora.actor, user.id, course, NOW, origin="list")
    first = queries.page(session, people.dora.actor, course, Wanted(), None)
    last = first.rows[-1]
    second = queries.page(session, people.dora.actor, course, Wanted(), Cursor(last.sort_name, last.id))
    assert (len(first.rows), len(second.rows), second.more_after) == (50, 10, False)
    assert not {row.id for row in first.rows} & {row.id for row in second.rows}


@pytest.mark.parametrize("who", ["alice", "bob", "quentin", "ines"])
def test_only_administrators_see_the_list(session: Session, people: People, course: int, who: str) -> None:
    with pytest.raises(NotAllowed):
        queries.page(session, getattr(people, who).actor, course, Wanted(), None)


@pytest.mark.parametrize("sign_up", [True, False])
def test_strangers_are_offered_the_courses_that_say_so(session: Session, tmp_path: Path, sign_up: bool) -> None:
    publish_tiny(session, DiskStorage(tmp_path / "blobs"), enrol=model.Enrol(True, sign_up))
    assert queries.open_to_strangers(session, "fr") == ({"tiny-course": "Petit cours"} if sign_up else {})
