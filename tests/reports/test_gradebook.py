"""Pages by key over any number of trainees, and filters that mean what they say."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from lms.catalogue import queries as catalogue
from lms.core.storage import DiskStorage
from lms.enrolments import service as enrolments
from lms.learning import queries as learning_queries
from lms.learning import service as learning
from lms.reports import gradebook
from lms.reports.gradebook import Filters, Page
from lms.web.paging import Cursor
from tests.certificates.finished import complete_tiny
from tests.courses import publish_tiny
from tests.people import make_user

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
NAMES = ["Aminata Diallo", "Émile Zola", "Kim Minji", "Sok Vannak", "ታደሰ ገብረ"]


@pytest.fixture
def course_id(session: Session, tmp_path: Path) -> int:
    publish_tiny(session, DiskStorage(tmp_path))
    for name in NAMES:
        someone = make_user(session, name, country="KR" if name == "Kim Minji" else "SN")
        learning.join(session, someone.actor, someone.id, "tiny-course", NOON, origin="self")
    return catalogue.course_by_key(session, "tiny-course").id


def _names(page: Page) -> list[str]:
    return [entry.native_name for entry in page.rows]


def test_rows_stand_in_order_of_folded_names(session: Session, course_id: int) -> None:
    assert _names(gradebook.page(session, course_id, Filters(), NOON)) == NAMES


def test_pages_follow_each_other_without_gap_or_repeat(session: Session, course_id: int) -> None:
    seen, place = [], None
    while True:
        page = gradebook.page(session, course_id, Filters(), NOON, place, size=2)
        seen += _names(page)
        if not page.more_after:
            break
        place = Cursor(page.rows[-1].sort_name, page.rows[-1].registration_id)
    assert seen == NAMES


def test_going_back_gives_the_page_before(session: Session, course_id: int) -> None:
    second = gradebook.page(session, course_id, Filters(), NOON, size=5).rows[2]
    place = Cursor(second.sort_name, second.registration_id, back=True)
    page = gradebook.page(session, course_id, Filters(), NOON, place, size=2)
    assert (_names(page), page.more_before, page.more_after) == (NAMES[:2], False, True)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(q="emile"), ["Émile Zola"]),
        (Filters(q="ZOLA"), ["Émile Zola"]),
        (Filters(q="ገብረ"), ["ታደሰ ገብረ"]),
        (Filters(q="%"), []),
        (Filters(country="KR"), ["Kim Minji"]),
        (Filters(status="not-started"), NAMES),
        (Filters(status="complete"), []),
        (Filters(q="minji", country="SN"), []),
    ],
)
def test_filters(session: Session, course_id: int, filters: Filters, found: list[str]) -> None:
    page = gradebook.page(session, course_id, filters, NOON)
    assert (_names(page), page.total) == (found, len(found))


def test_overdue_is_who_is_late_and_not_complete(session: Session, course_id: int) -> None:
    late = make_user(session, "Late Lee")
    learning.join(session, late.actor, late.id, "tiny-course", NOON, origin="self", due_at=NOON - timedelta(days=1))
    page = gradebook.page(session, course_id, Filters(status="overdue"), NOON)
    assert (_names(page), page.rows[0].state(NOON)) == (["Late Lee"], "overdue")


def test_the_withdrawn_stay_in_the_book(session: Session, course_id: int) -> None:
    kim = gradebook.page(session, course_id, Filters(q="minji"), NOON).rows[0]
    dora = make_user(session, "Dora", ("administrator",))
    enrolment = learning_queries.registration(session, kim.registration_id).enrolment_id
    enrolments.withdraw(session, dora.actor, enrolment, NOON, reason="left the institute")
    assert _names(gradebook.page(session, course_id, Filters(status="withdrawn"), NOON)) == ["Kim Minji"]


def test_a_completed_row_says_its_score_and_evidence(session: Session, tmp_path: Path) -> None:
    registration = complete_tiny(session, make_user(session, "Alice"), tmp_path)
    course = catalogue.course_by_key(session, "tiny-course")
    entry = gradebook.entry(session, course.id, registration)
    assert (entry.state(NOON), str(entry.score), entry.evidence) == ("complete", "91.6666", "graded")


def test_another_courses_registration_is_not_found(session: Session, tmp_path: Path) -> None:
    registration = complete_tiny(session, make_user(session, "Alice"), tmp_path)
    assert gradebook.entry(session, 999_999, registration) is None
