"""Issued once, printed as it was on that day, revoked only with a reason."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts.models import User
from lms.certificates import queries, service
from lms.certificates.models import Certificate
from lms.certificates.service.issue import _expiry
from lms.core.db import Database
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.jobs import Job
from lms.learning import service as learning
from tests.certificates.finished import NOON, complete_tiny
from tests.people import make_people, make_user


def test_completion_asks_for_a_certificate_once(session: Session, tmp_path: Path) -> None:
    registration = complete_tiny(session, make_user(session, "Alice"), tmp_path)
    learning.settle(session, registration, NOON)
    jobs = session.scalars(select(Job.payload).where(Job.name == "certificate.issue")).all()
    assert jobs == [{"registration_id": registration}]


def test_issued_with_what_counts(session: Session, tmp_path: Path) -> None:
    alice = make_user(session, "김민지", latin_name="Kim Minji", user_name="kim")
    number = service.issue(session, complete_tiny(session, alice, tmp_path), NOON)
    facts = queries.by_number(session, number).facts
    shown = {key: facts[key] for key in ("native_name", "latin_name", "score", "evidence", "version", "assurance")}
    assert shown == {
        "native_name": "김민지",
        "latin_name": "Kim Minji",
        "score": "91.6666",
        "evidence": "graded",
        "version": 1,
        "assurance": "self",
    }


def test_issuing_twice_gives_the_same_certificate(session: Session, tmp_path: Path) -> None:
    registration = complete_tiny(session, make_user(session, "Alice"), tmp_path)
    assert service.issue(session, registration, NOON) == service.issue(session, registration, NOON)


def test_two_workers_issue_one(db: Database, tmp_path: Path) -> None:
    with db.writing() as session:
        registration = complete_tiny(session, make_user(session, "Alice"), tmp_path)

    def work() -> None:
        try:
            with db.writing() as session:
                service.issue(session, registration, NOON)
        except IntegrityError:
            pass  # the loser's job is tried again

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Certificate)) == 1


def test_nothing_is_issued_before_completion(session: Session, tmp_path: Path) -> None:
    alice, bea = make_user(session, "Alice"), make_user(session, "Bea")
    complete_tiny(session, alice, tmp_path)
    unfinished = learning.join(session, bea.actor, bea.id, "tiny-course", NOON, origin="self")
    assert service.issue(session, unfinished, NOON) is None


def test_a_later_change_of_name_does_not_reach_it(session: Session, tmp_path: Path) -> None:
    alice = make_user(session, "Alice")
    number = service.issue(session, complete_tiny(session, alice, tmp_path), NOON)
    session.execute(update(User).where(User.id == alice.id).values(native_name="Alicia"))
    assert queries.by_number(session, number).facts["native_name"] == "Alice"


@pytest.mark.parametrize("typed", ["{}", " {} ", "{lower}", "{bare}"])
def test_a_number_is_found_as_people_type_it(session: Session, tmp_path: Path, typed: str) -> None:
    number = service.issue(session, complete_tiny(session, make_user(session, "Alice"), tmp_path), NOON)
    text = typed.format(number, lower=number.lower(), bare=number.replace("-", " "))
    assert queries.by_number(session, text).number == number


@pytest.mark.parametrize("role", ["dora", "quentin"])
def test_revoked_by_those_who_may(session: Session, tmp_path: Path, role: str) -> None:
    people = make_people(session)
    number = service.issue(session, complete_tiny(session, people.alice, tmp_path), NOON)
    service.revoke(session, getattr(people, role).actor, number, "Issued to the wrong person", NOON)
    assert queries.by_number(session, number).state(NOON) == "revoked"


@pytest.mark.parametrize("role", ["alice", "bob", "charlie", "ines"])
def test_not_revoked_by_others(session: Session, tmp_path: Path, role: str) -> None:
    people = make_people(session)
    number = service.issue(session, complete_tiny(session, people.alice, tmp_path), NOON)
    with pytest.raises(NotFound):
        service.revoke(session, getattr(people, role).actor, number, "because", NOON)


def test_no_revocation_without_a_reason(session: Session, tmp_path: Path) -> None:
    people = make_people(session)
    number = service.issue(session, complete_tiny(session, people.alice, tmp_path), NOON)
    with pytest.raises(Invalid):
        service.revoke(session, people.dora.actor, number, "  ", NOON)


def test_a_revoked_one_is_not_revoked_again(session: Session, tmp_path: Path) -> None:
    people = make_people(session)
    number = service.issue(session, complete_tiny(session, people.alice, tmp_path), NOON)
    service.revoke(session, people.dora.actor, number, "wrong person", NOON)
    with pytest.raises(Conflict):
        service.revoke(session, people.dora.actor, number, "again", NOON)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ((2026, 11, 21), 24, (2028, 11, 21)),
        ((2026, 8, 31), 6, (2027, 2, 28)),
        ((2027, 8, 31), 6, (2028, 2, 29)),
        ((2026, 12, 15), 1, (2027, 1, 15)),
    ],
)
def test_validity_ends_on_the_same_day(start: tuple[int, ...], months: int, end: tuple[int, ...]) -> None:
    assert _expiry(datetime(*start, tzinfo=UTC), months) == datetime(*end, tzinfo=UTC)
