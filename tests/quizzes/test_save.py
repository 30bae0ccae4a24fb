"""Saving answers: once, in order, from one pen, in time; what cannot count is kept.

Each of these fails when its guard is taken out: the fence (`test_an_older_tab_…`), the idempotency key
(`test_sent_twice_…`, `test_the_same_number_…`), the clock (`test_after_the_deadline_…`).
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.errors import NotFound
from lms.learning.models import LearningEvent
from lms.quizzes import queries, service
from lms.quizzes.queries import AttemptRow
from lms.quizzes.service import Saved
from tests.people import make_user
from tests.quizzes.scene import MINUTE, NOON, SECOND, Scene, answer, operation, registered, save, started

DEADLINE = NOON + 20 * MINUTE


@pytest.fixture
def scene(session: Session, tmp_path: Path) -> Scene:
    return registered(session, tmp_path)


@pytest.fixture
def attempt(session: Session, scene: Scene) -> AttemptRow:
    return started(session, scene)


def _stored(session: Session, attempt: AttemptRow, key: str) -> Any:
    row = queries.responses(session, attempt.id).get(key)
    return row.response if row else "nothing"


def _fates(saved: Saved) -> list[tuple[int, str, str]]:
    return [(one.number, one.outcome, one.reason) for one in saved.fates]


def _events(session: Session, attempt: AttemptRow) -> int:
    return session.scalar(
        select(func.count()).where(LearningEvent.attempt_id == attempt.id, LearningEvent.kind == "answer")
    )


def test_an_answer_is_stored_and_acknowledged(session: Session, scene: Scene, attempt: AttemptRow) -> None:
    key = attempt.keys[0]
    saved = save(session, scene, attempt, [operation(1, key, answer(session, attempt, key))])
    assert (saved.acked, _fates(saved), _stored(session, attempt, key) is not None) == (1, [(1, "applied", "")], True)


def test_sent_twice_it_counts_once(session: Session, scene: Scene, attempt: AttemptRow) -> None:
    batch = [operation(1, attempt.keys[0], answer(session, attempt, attempt.keys[0]))]
    save(session, scene, attempt, batch)
    again = save(session, scene, attempt, batch)
    assert (_fates(again), again.acked, _events(session, attempt)) == ([(1, "duplicate", "")], 1, 1)


def test_the_same_number_with_another_body_is_an_error(session: Session, scene: Scene, attempt: AttemptRow) -> None:
    key = attempt.keys[0]
    right, wrong = answer(session, attempt, key), answer(session, attempt, key, right=False)
    save(session, scene, attempt, [operation(1, key, right)])
    before = _stored(session, attempt, key)
    saved = save(session, scene, attempt, [operation(1, key, wrong)])
    assert (_fates(saved), _stored(session, attempt, key)) == ([(1, "conflict", "other-body")], before)


def test_the_same_number_of_another_page_is_another_operation(
    session: Session, scene: Scene, attempt: AttemptRow
) -> None:
    for page in ("page-1", "page-2"):
        save(session, scene, attempt, [operation(1, attempt.keys[0], None)], page_load=page)
    assert _events(session, attempt) == 2


def test_out_of_order_the_later_number_stays(session: Session, scene: Scene, attempt: AttemptRow) -> None:
    key = attempt.keys[0]
    save(session, scene, attempt, [operation(2, key, answer(session, attempt, key))])
    later = _stored(session, attempt, key)
    saved = save(session, scene, attempt, [operation(1, key, answer(session, attempt, key, right=False))])
    assert (saved.acked, _stored(session, attempt, key)) == (2, later)


def test_out_of_order_it_replaces_what_an_earlier_page_has_saved(
    session: Session, scene: Scene, attempt: AttemptRow
) -> None:
    key, other = attempt.keys[:2]
    save(session, scene, attempt, [operation(1, key, answer(session, attempt, key))], page_load="page-1")
    save(session, scene, attempt, [operation(2, other, None)], page_load="page-2")
    before = _stored(session, attempt, key)
    save(session, scene, attempt, [operation(1, key, answer(session, attempt, key, right=False))], page_load="page-2")
    assert _stored(session, attempt, key) not in (before, None)


def test_out_of_order_a_cleared_answer_stays_cleared(session: Session, scene: Scene, attempt: AttemptRow) -> None:
    key = attempt.keys[0]
    save(session, scene, attempt, [operation(2, key, None)])
    save(session, scene, attempt, [operation(1, key, answer(session, attempt, key))])
    assert _stored(session, attempt, key) is None


def test_out_of_order_a_flag_is_set_where_an_answer_stands(session: Session, scene: Scene, attempt: AttemptRow) -> None:
    key = attempt.keys[0]
    save(session, scene, attempt, [operation(2, key, answer(session, attempt, key))])
    save(session, scene, attempt, [{"n": 1, "kind": "flag", "body": {"question": key, "flagged": True}}])
    assert queries.responses(session, attempt.id)[key].flagged


def test_a_gap_in_the_numbers_is_named(session: Session, scene: Scene, attempt: AttemptRow) -> None:
    saved = save(session, scene, attempt, [operation(3, attempt.keys[0], None)])
    assert (saved.acked, list(saved.missing)) == (0, [1, 2])


def test_a_cleared_answer_is_kept_as_cleared(session: Session, scene: Scene, attempt: AttemptRow) -> None:
    key = attempt.keys[0]
    save(session, scene, attempt, [operation(1, key, answer(session, attempt, key)), operation(2, key, None)])
    assert _stored(session, attempt, key) is None


def test_a_flag_leaves_the_answer_alone(session: Session, scene: Scene, attempt: AttemptRow) -> None:
    key = attempt.keys[0]
    flag = {"n": 2, "kind": "flag", "body": {"question": key, "flagged": True}}
    save(session, scene, attempt, [operation(1, key, answer(session, attempt, key)), flag])
    row = queries.responses(session, attempt.id)[key]
    assert (row.flagged, row.response is None) == (True, False)


def test_an_older_tab_is_told_and_kept_aside_once_a_newer_has_written(
    session: Session, scene: Scene, attempt: AttemptRow
) -> None:
    key = attempt.keys[0]
    newer = service.take_over(session, scene.alice.actor, attempt.id)
    save(session, scene, attempt, [operation(1, key, answer(session, attempt, key))], page_load="page-2", lease=newer)
    kept = _stored(session, attempt, key)
    saved = save(session, scene, attempt, [operation(1, key, None)], lease=1)
    assert (_fates(saved), saved.fenced, _stored(session, attempt, key)) == ([(1, "late", "fenced")], True, kept)


def test_an_older_tab_still_counts_while_no_newer_has_written(
    session: Session, scene: Scene, attempt: AttemptRow
) -> None:
    key = attempt.keys[0]
    service.take_over(session, scene.alice.actor, attempt.id)
    saved = save(session, scene, attempt, [operation(1, key, answer(session, attempt, key))], lease=1)
    assert (_fates(saved), saved.fenced) == ([(1, "applied", "fenced-unwritten")], True)


def test_a_lease_that_was_never_given_out_is_refused(session: Session, scene: Scene, attempt: AttemptRow) -> None:
    saved = save(session, scene, attempt, [operation(1, attempt.keys[0], None)], lease=99)
    assert _fates(saved) == [(1, "refused", "unknown-lease")]


@pytest.mark.parametrize(
    ("received", "fate"),
    [
        (DEADLINE, (1, "applied", "")),
        (DEADLINE + SECOND, (1, "late", "after-deadline")),
        (DEADLINE + timedelta(days=1), (1, "late", "after-deadline")),
    ],
)
def test_the_servers_clock_decides(
    session: Session, scene: Scene, attempt: AttemptRow, received: Any, fate: Any
) -> None:
    saved = save(session, scene, attempt, [operation(1, attempt.keys[0], None, at=NOON)], now=received)
    assert _fates(saved) == [fate]


def test_after_the_deadline_it_is_kept_with_both_times(session: Session, scene: Scene, attempt: AttemptRow) -> None:
    batch = [operation(1, attempt.keys[0], answer(session, attempt, attempt.keys[0]), at=DEADLINE - SECOND)]
    save(session, scene, attempt, batch, now=DEADLINE + MINUTE)
    (event,) = queries.kept_aside(session, attempt)
    assert (event.occurred_at, event.received_at) == (DEADLINE - SECOND, DEADLINE + MINUTE)


def test_after_it_is_sent_nothing_changes_it(session: Session, scene: Scene, attempt: AttemptRow) -> None:
    service.send(session, scene.alice.actor, attempt.id, NOON + MINUTE)
    saved = save(session, scene, attempt, [operation(1, attempt.keys[0], answer(session, attempt, attempt.keys[0]))])
    assert (_fates(saved), _stored(session, attempt, attempt.keys[0])) == ([(1, "late", "after-close")], "nothing")


@pytest.mark.parametrize(
    ("question", "response", "reason"),
    [
        ("no-such-question", {"choice": "a"}, "question-not-drawn"),
        (None, {"choice": "a"}, "question-not-drawn"),
        ("first", {"choice": "right"}, "unknown-option"),
        ("first", "x" * 20_000, "too-large"),
        ("first", [1, 2], "wrong-shape"),
    ],
)
def test_nonsense_is_refused_with_its_reason_and_the_rest_applies(
    session: Session, scene: Scene, attempt: AttemptRow, question: Any, response: Any, reason: str
) -> None:
    single = next(key for key in attempt.keys if "choice" in answer(session, attempt, key))
    bad = operation(1, single if question == "first" else question, response)
    good = operation(2, single, answer(session, attempt, single))
    saved = save(session, scene, attempt, [bad, good])
    assert _fates(saved) == [(1, "refused", reason), (2, "applied", "")]


def test_what_was_refused_is_refused_again_when_the_reply_was_lost(
    session: Session, scene: Scene, attempt: AttemptRow
) -> None:
    """Else the page would take it for stored, and forget it."""
    batch = [operation(1, "no-such-question", {"choice": "a"})]
    assert _fates(save(session, scene, attempt, batch)) == _fates(save(session, scene, attempt, batch))


@pytest.mark.parametrize("operations", [None, "x", 7, {}, [1], [None], [{"n": 0}], [{"n": 1.5}], [{"kind": "answer"}]])
def test_no_json_breaks_it(session: Session, scene: Scene, attempt: AttemptRow, operations: Any) -> None:
    saved = save(session, scene, attempt, operations)
    assert saved.refusal or all(one.outcome == "refused" for one in saved.fates)


def test_a_real_option_id_is_not_an_answer(session: Session, scene: Scene, attempt: AttemptRow) -> None:
    """Pages know options by names of their attempt only; ids such as `right` would tell."""
    single = next(key for key in attempt.keys if "choice" in answer(session, attempt, key))
    saved = save(session, scene, attempt, [operation(1, single, {"choice": attempt.options(single)[0]})])
    assert _fates(saved) == [(1, "refused", "unknown-option")]


def test_a_stranger_cannot_save(session: Session, scene: Scene, attempt: AttemptRow) -> None:
    charlie = make_user(session, "Charlie")
    with pytest.raises(NotFound):
        service.save_batch(session, charlie.actor, attempt.id, "page-1", 1, [], NOON)


def test_two_hundred_operations_at_once_are_refused_whole(session: Session, scene: Scene, attempt: AttemptRow) -> None:
    batch = [operation(number, attempt.keys[0], None) for number in range(1, 202)]
    assert save(session, scene, attempt, batch).refusal == "too-many-operations"
