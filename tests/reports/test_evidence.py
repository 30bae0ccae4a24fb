"""The history on the page of the evidence: all of it, page by page, with both times."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from lms.catalogue import queries as catalogue
from lms.core.actor import system
from lms.core.storage import DiskStorage
from lms.learning import service as learning
from lms.reports import evidence, gradebook
from lms.reports.evidence import Before
from tests.client import Client
from tests.courses import publish_tiny
from tests.people import make_people, make_user

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
MANY = 2 * evidence.EVENTS_A_PAGE + 50


def _registered(session: Session, folder: Path) -> int:
    publish_tiny(session, DiskStorage(folder))
    someone = make_user(session, "Aminata")
    return learning.join(session, someone.actor, someone.id, "tiny-course", NOON, origin="self")


def _event(registration: int, number: int, received_at: datetime) -> dict:
    return learning.event_row(
        registration_id=registration, page_load="page-1", number=number, activity_key="doors", kind="time",
        body={"seconds": number}, hashed=f"{number:064}", received_at=received_at,
        occurred_at=received_at - timedelta(minutes=7), actor=system("test"), attempt_id=None, outcome="applied",
        reason="",
    )  # fmt: skip


def _history(session: Session, registration: int, moments: int) -> None:
    """Events of which several share a moment, as those of one batch do."""
    rows = [_event(registration, n, NOON + timedelta(minutes=n % moments)) for n in range(1, MANY)]
    learning.append_events(session, rows)


@pytest.mark.parametrize("moments", [1, 3, MANY])
def test_pages_follow_each_other_without_gap_or_repeat(session: Session, tmp_path: Path, moments: int) -> None:
    registration = _registered(session, tmp_path)
    _history(session, registration, moments)
    course = catalogue.course_by_key(session, "tiny-course")
    entry = gradebook.entry(session, course.id, registration)
    seen, place, pages = [], None, 0
    while pages == 0 or place:
        file = evidence.of(session, entry, Before.read(str(place) if place else None))
        seen += [(event.received_at, event.page_load, event.number) for event in file.events]
        place, pages = file.older, pages + 1
    assert (len(set(seen)), len(seen), pages, file.total) == (MANY, MANY, 3, MANY)
    assert seen == sorted(seen, reverse=True)


@pytest.mark.parametrize("text", ["", "nonsense", "WyJub29uIiwxLGZhbHNlXQ", "WyIyMDI2LTExLTIxVDEyOjAwIHAiLDEsZmFsc2Vd"])
def test_an_address_that_names_no_place_means_the_newest(text: str) -> None:
    assert Before.read(text) is None


def test_the_page_leads_to_older_operations_and_back(client: Client, tmp_path: Path) -> None:
    with client.db.writing() as session:
        registration = _registered(session, tmp_path)
        _history(session, registration, MANY)
        ines = make_people(session).ines
    client.sign_in(ines.id)
    path = f"/gradebook/tiny-course/{registration}"
    page = client.get(path).text
    assert "Older operations" in page and "The newest operations" not in page
    older = client.get(page.split(f'href="{path}?at=')[1].split("#")[0].join((f"{path}?at=", ""))).text
    assert "The newest operations" in older and page.count('<code class="hash">') == evidence.EVENTS_A_PAGE


def test_both_times_are_shown(client: Client, tmp_path: Path) -> None:
    with client.db.writing() as session:
        registration = _registered(session, tmp_path)
        learning.append_events(session, [_event(registration, 1, NOON)])
        ines = make_people(session).ines
    client.sign_in(ines.id)
    page = client.get(f"/gradebook/tiny-course/{registration}").text
    assert "21 Nov 2026 12:00" in page and 'data-label="On the device">21 Nov 2026 11:53<' in page
