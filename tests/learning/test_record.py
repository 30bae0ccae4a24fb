from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.engines.journal.operation import Limits, read_operation
from lms.learning import queries, service
from tests.learning.conftest import NOW

LATER = NOW + timedelta(hours=1)


def _set(session: Session, registration_id: int, **given: Any) -> queries.State:
    service.set_state(session, registration_id, "tiny-quiz", **({"now": NOW} | given))
    state = queries.state(session, registration_id, "tiny-quiz")
    assert state is not None
    return state


def test_a_state_begins(session: Session, joined: int) -> None:
    state = _set(session, joined, status="in-progress", data={"attempts": 1}, locale="fr")
    assert (state.status, state.score, state.data, state.locale) == ("in-progress", None, {"attempts": 1}, "fr")
    assert (state.started_at, state.finished_at, state.revision) == (NOW, None, 1)


@pytest.mark.parametrize("then", ["in-progress", "failed"])
@pytest.mark.parametrize("reached", ["read", "passed", "waived"])
def test_what_is_reached_stays(session: Session, joined: int, reached: str, then: str) -> None:
    _set(session, joined, status=reached, score=Decimal(90), evidence="graded", finished=True)
    state = _set(session, joined, status=then, evidence="reported", data={"attempts": 2}, now=LATER, finished=True)
    assert (state.status, state.score, state.evidence, state.finished_at) == (reached, 90, "graded", NOW)
    assert (state.data, state.started_at, state.changed_at) == ({"attempts": 2}, NOW, LATER)


def test_a_pass_after_a_failure_counts_from_then(session: Session, joined: int) -> None:
    _set(session, joined, status="failed", score=Decimal(40), evidence="graded", finished=True)
    state = _set(session, joined, status="passed", score=Decimal(75), evidence="graded", finished=True, now=LATER)
    assert (state.status, state.score, state.finished_at) == ("passed", 75, LATER)


def test_a_score_follows_the_policy_of_its_quiz(session: Session, joined: int) -> None:
    """With "last" the score may fall while the pass stands."""
    _set(session, joined, status="passed", score=Decimal(90), evidence="graded")
    assert _set(session, joined, status="failed", score=Decimal(40), evidence="graded").score == 40


@pytest.mark.parametrize(
    ("status", "score", "kept"),
    [
        ("passed", Decimal(75), ("passed", 80, "entered")),
        ("passed", Decimal(95), ("passed", 95, "graded")),
        ("failed", Decimal(20), ("passed", 80, "entered")),
    ],
)
def test_what_a_person_entered_gives_way_only_to_better(
    session: Session, joined: int, status: str, score: Decimal, kept: tuple[Any, ...]
) -> None:
    _set(session, joined, status="passed", score=Decimal(80), evidence="entered", decided=True)
    state = _set(session, joined, status=status, score=score, evidence="graded")
    assert (state.status, state.score, state.evidence) == kept


def test_a_named_person_may_correct_downwards(session: Session, joined: int) -> None:
    _set(session, joined, status="passed", score=Decimal(80), evidence="graded")
    state = _set(session, joined, status="failed", score=Decimal(30), evidence="entered", decided=True)
    assert (state.status, state.score, state.evidence) == ("failed", 30, "entered")


def test_data_left_out_stays(session: Session, joined: int) -> None:
    _set(session, joined, status="in-progress", data={"attempts": 1}, locale="ko")
    state = _set(session, joined, status="passed")
    assert (state.data, state.locale) == ({"attempts": 1}, "ko")


def test_each_write_raises_the_revision(session: Session, joined: int) -> None:
    _set(session, joined, status="in-progress")
    assert _set(session, joined, status="in-progress").revision == 2


def _event(registration_id: int, number: int, **given: Any) -> dict[str, Any]:
    columns = {"page_load": "p", "activity_key": "doors", "kind": "time", "body": {"seconds": 5}, "received_at": NOW}
    return service.event_row(registration_id=registration_id, number=number, **(columns | given))


def test_an_event_is_known_by_the_hash_of_its_operation(session: Session, joined: int) -> None:
    service.append_events(session, [_event(joined, 1)])
    operation = read_operation({"n": 1, "kind": "time", "seconds": 5, "at": "2026-11-21T14:02:00Z"}, Limits())
    assert service.stored_load(session, joined, "p").stored.hashes == {1: operation.body_hash}


def test_one_number_enters_once(session: Session, joined: int) -> None:
    service.append_events(session, [_event(joined, 1)])
    with pytest.raises(IntegrityError), session.begin_nested():
        service.append_events(session, [_event(joined, 1, body={"seconds": 6})])


def test_the_greatest_number_of_a_browser_fits(session: Session, joined: int) -> None:
    service.append_events(session, [_event(joined, 2**53 - 1)])
    assert service.stored_load(session, joined, "p").stored.last == 2**53 - 1


def test_server_events_never_meet(session: Session, joined: int) -> None:
    for _ in range(2):
        service.server_event(session, registration_id=joined, activity_key="", kind="close", body={}, now=NOW)
