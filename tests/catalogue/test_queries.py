from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from lms.catalogue import queries, service
from lms.core.actor import Actor, system
from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.core.storage import DiskStorage
from tests.courses import PUBLISHED_AT, publish_tiny

QUENTIN = Actor(user_id=None, name="Quentin", roles=frozenset({"quality"}))
ALICE = Actor(user_id=None, name="Alice", roles=frozenset({"trainee"}))


@pytest.fixture
def version(session: Session, tmp_path: Path) -> int:
    return publish_tiny(session, DiskStorage(tmp_path)).version_id


def _statements(session: Session, act) -> int:
    seen: list[str] = []

    def note(*args: object) -> None:
        seen.append(str(args[2]))

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    act()
    event.remove(connection, "before_cursor_execute", note)
    return len(seen)


def test_an_outline_is_read_once(session: Session, version: int) -> None:
    assert _statements(session, lambda: queries.outline(session, version)) == 1
    assert _statements(session, lambda: queries.outline(session, version)) == 0


def test_many_outlines_are_one_statement(session: Session, tmp_path: Path, version: int) -> None:
    second = publish_tiny(session, DiskStorage(tmp_path), hours=2).version_id
    assert _statements(session, lambda: queries.outlines(session, [version, second])) == 1


def test_an_unknown_version_has_no_outline(session: Session, version: int) -> None:
    with pytest.raises(KeyError):
        queries.outline(session, version + 1000)


@pytest.mark.parametrize(
    ("locale", "title"),
    [("en", "Two doors"), ("fr", "Deux portes"), ("km", "Two doors")],
    ids=["own", "other", "unknown"],
)
def test_a_lesson_is_read_in_the_language_or_the_original(
    session: Session, version: int, locale: str, title: str
) -> None:
    found = queries.lesson_text(session, version, "doors", locale)
    assert found and found.title == title and 'id="p1"' in found.html


def test_a_lesson_that_is_not_there(session: Session, version: int) -> None:
    assert queries.lesson_text(session, version, "windows", "en") is None


def test_questions_come_with_keys_and_by_name(session: Session, version: int) -> None:
    every = queries.questions(session, version, "tiny-bank")
    assert [one["key"] for one in every] == sorted(one["key"] for one in every) and len(every) == 6
    some = queries.questions(session, version, "tiny-bank", ["first-wash"])
    assert some[0]["source"]["answers"][0] == {"id": "wash", "right": True}


def test_public_texts_tell_no_key(session: Session, version: int) -> None:
    found = queries.question_texts(session, version, "tiny-bank", ["first-wash"], "en")
    assert found["first-wash"]["shown_locale"] == "en"
    assert "right" not in str(found) and "Disinfectant does not work" not in str(found)


def test_feedback_is_asked_for_by_itself(session: Session, version: int) -> None:
    found = queries.question_feedback(session, version, "tiny-bank", ["first-wash"], "ko")
    assert "Washing" in found["first-wash"]["right"]


def test_a_retired_course_is_not_listed(session: Session, version: int) -> None:
    assert [row.key for row in queries.list_courses(session)] == ["tiny-course"]
    service.retire(session, system("test"), "tiny-course", "over", PUBLISHED_AT)
    assert queries.list_courses(session) == []
    assert [row.key for row in queries.list_courses(session, retired=True)] == ["tiny-course"]


def _corrected(session: Session, version: int) -> dict:
    source = queries.questions(session, version, "tiny-bank", ["open-doors"])[0]["source"]
    return source | {"answers": [{"id": "one", "right": False}, {"id": "two", "right": True}]}


def test_a_corrected_key_is_a_record_beside_the_version(session: Session, version: int) -> None:
    new = _corrected(session, version)
    service.correct_key(session, QUENTIN, version, "tiny-bank", "open-doors", new, "It was wrong", PUBLISHED_AT)
    (found,) = queries.corrections(session, version, "tiny-bank")
    assert (found["question_key"], found["new_key"], found["reason"]) == ("open-doors", new, "It was wrong")
    assert queries.questions(session, version, "tiny-bank", ["open-doors"])[0]["source"] == found["old_key"]


def test_the_second_correction_starts_from_the_first(session: Session, version: int) -> None:
    new = _corrected(session, version)
    service.correct_key(session, QUENTIN, version, "tiny-bank", "open-doors", new, "Wrong", PUBLISHED_AT)
    with pytest.raises(Conflict):
        service.correct_key(session, QUENTIN, version, "tiny-bank", "open-doors", new, "Again", PUBLISHED_AT)
    both = new | {"answers": [{"id": "one", "right": True}, {"id": "two", "right": True}]}
    service.correct_key(session, QUENTIN, version, "tiny-bank", "open-doors", both, "Both", PUBLISHED_AT)
    assert [one["old_key"] == new for one in queries.corrections(session, version, "tiny-bank")] == [False, True]


@pytest.mark.parametrize(
    ("actor", "question", "change", "reason", "error"),
    [
        (ALICE, "open-doors", {}, "why", NotAllowed),
        (QUENTIN, "no-such-question", {}, "why", NotFound),
        (QUENTIN, "open-doors", {"kind": "multiple"}, "why", Invalid),
        (QUENTIN, "open-doors", {"points": 3}, "why", Invalid),
        (QUENTIN, "open-doors", {"answers": [{"id": "five", "right": True}]}, "why", Invalid),
        (QUENTIN, "open-doors", {}, "  ", Invalid),
    ],
    ids=["not allowed", "no question", "other kind", "other points", "other options", "no reason"],
)
def test_what_is_no_correction(
    session: Session, version: int, actor: Actor, question: str, change: dict, reason: str, error: type[Exception]
) -> None:
    new = _corrected(session, version) | change
    with pytest.raises(error):
        service.correct_key(session, actor, version, "tiny-bank", question, new, reason, PUBLISHED_AT)
