from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.audit.models import AuditDetail, AuditEvent
from lms.core.errors import Invalid, NotFound
from lms.learning import queries, service
from lms.learning.models import LearningEvent
from tests.learning.conftest import NOW
from tests.people import People, make_user


def _enter(session: Session, actor: Any, registration_id: int, **given: Any) -> None:
    values = {"activity_key": "tiny-quiz", "score": Decimal(82), "reason": "paper quiz of 20 November", "now": NOW}
    values |= given
    service.enter(session, actor, registration_id, values.pop("activity_key"), **values)


@pytest.mark.parametrize(
    ("score", "status"), [("82", "passed"), ("70", "passed"), ("69.99", "failed"), ("0", "failed")]
)
def test_the_pass_mark_decides(session: Session, people: People, joined: int, score: str, status: str) -> None:
    _enter(session, people.dora.actor, joined, score=Decimal(score))
    state = queries.state(session, joined, "tiny-quiz")
    assert (state.status, state.score, state.evidence) == (status, Decimal(score), "entered")


def test_a_lesson_can_be_waived(session: Session, people: People, joined: int) -> None:
    _enter(session, people.quentin.actor, joined, activity_key="doors", score=None, status="waived")
    assert queries.state(session, joined, "doors").status == "waived"
    assert queries.registration(session, joined).progress == Decimal("33.3333")


def test_entered_results_complete_a_course(session: Session, people: People, joined: int) -> None:
    for key in ("doors", "hands"):
        _enter(session, people.dora.actor, joined, activity_key=key, score=None, status="waived")
    _enter(session, people.dora.actor, joined)
    assert queries.registration(session, joined).complete


def test_who_and_why_are_recorded(session: Session, people: People, joined: int) -> None:
    _enter(session, people.dora.actor, joined)
    event = session.execute(select(LearningEvent).where(LearningEvent.kind == "entered")).scalar_one()
    assert (event.actor_id, event.body["reason"]) == (people.dora.id, "paper quiz of 20 November")
    audit, detail = session.execute(
        select(AuditEvent, AuditDetail).join(AuditDetail).where(AuditEvent.verb == "grade.entered")
    ).one()
    assert (audit.actor_id, detail.reason) == (people.dora.id, "paper quiz of 20 November")
    assert detail.new == {"status": "passed", "score": "82", "activity": "tiny-quiz"}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"score": Decimal("100.01")}, "score"),
        ({"score": Decimal("-1")}, "score"),
        ({"score": Decimal("NaN")}, "score"),
        ({"score": Decimal("Infinity")}, "score"),
        ({"score": None}, "status"),
        ({"score": None, "status": "read"}, "status"),
        ({"score": None, "status": "anything"}, "status"),
        ({"activity_key": "doors", "score": Decimal(50), "status": "read"}, "score"),
    ],
)
def test_what_makes_no_sense_is_refused(
    session: Session, people: People, joined: int, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        _enter(session, people.dora.actor, joined, **given)
    assert field in refused.value.fields


@pytest.mark.parametrize("who", ["alice", "bob", "ines", "charlie"])
def test_only_administrators_and_quality_enter(session: Session, people: People, joined: int, who: str) -> None:
    with pytest.raises(NotFound):
        _enter(session, getattr(people, who).actor, joined)


def test_nobody_enters_a_result_of_their_own(session: Session, people: People, tiny: Any) -> None:
    both = make_user(session, "Emil", ("trainee", "administrator"))
    own = service.join(session, both.actor, both.id, "tiny-course", NOW, origin="self")
    with pytest.raises(NotFound):
        _enter(session, both.actor, own)


@pytest.mark.parametrize(("registration_id", "key"), [(999_999, "tiny-quiz"), (None, "no-such-activity")])
def test_what_does_not_exist_is_not_found(
    session: Session, people: People, joined: int, registration_id: int | None, key: str
) -> None:
    with pytest.raises(NotFound):
        _enter(session, people.dora.actor, registration_id or joined, activity_key=key)


def test_a_result_of_zero_can_be_replaced(session: Session, people: People, joined: int) -> None:
    _enter(session, people.dora.actor, joined, score=Decimal(0))
    _enter(session, people.dora.actor, joined, score=Decimal(90))
    assert queries.state(session, joined, "tiny-quiz").status == "passed"


@pytest.mark.parametrize(
    ("score", "kept"), [("69.99999", "69.9999"), ("1e-999999", "0"), ("-0", "0"), ("0", "0"), ("1E+1", "10")]
)
def test_a_score_has_four_places_and_is_never_rounded_up(
    session: Session, people: People, joined: int, score: str, kept: str
) -> None:
    _enter(session, people.dora.actor, joined, score=Decimal(score))
    session.expire_all()
    assert queries.state(session, joined, "tiny-quiz").score == Decimal(kept)


def _entries(session: Session) -> list[tuple[int | None, str]]:
    events = session.scalars(select(LearningEvent).where(LearningEvent.kind == "entered"))
    return sorted((one.actor_id, one.body["reason"]) for one in events)


def test_a_form_sent_twice_is_one_entry(session: Session, people: People, joined: int) -> None:
    for _ in range(2):
        _enter(session, people.dora.actor, joined, reason="paper")
    assert _entries(session) == [(people.dora.id, "paper")]


@pytest.mark.parametrize("other", [{"reason": "second look"}, {"reason": "paper", "score": Decimal(90)}])
def test_what_differs_is_another_entry(session: Session, people: People, joined: int, other: dict[str, Any]) -> None:
    _enter(session, people.dora.actor, joined, reason="paper")
    _enter(session, people.dora.actor, joined, **other)
    assert _entries(session) == [(people.dora.id, "paper"), (people.dora.id, other["reason"])]
