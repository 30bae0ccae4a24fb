import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.audit.models import AuditEvent
from lms.catalogue import queries, service
from lms.catalogue.models import Blob, CourseVersion
from lms.catalogue.service.publish import NOTHING
from lms.core.actor import Actor, system
from lms.core.db import Database
from lms.core.errors import Conflict, Invalid, NotAllowed
from lms.core.storage import DiskStorage
from tests.courses import load_tiny, publish_tiny, tiny, tiny_folders

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
BOB = Actor(user_id=None, name="Bob", roles=frozenset({"instructor"}))
ALICE = Actor(user_id=None, name="Alice", roles=frozenset({"trainee"}))


@pytest.fixture
def storage(tmp_path: Path) -> DiskStorage:
    return DiskStorage(tmp_path / "blobs")


def test_it_works(session: Session, storage: DiskStorage) -> None:
    made = publish_tiny(session, storage)
    course = queries.course_by_key(session, "tiny-course")
    assert course and course.current_version_id == made.version_id
    assert (made.number, made.created) == (1, True)
    outline = queries.outline(session, made.version_id)
    assert outline.order == ["doors", "hands", "tiny-quiz"]
    assert outline.lessons() == ["doors", "hands"] and outline.quizzes() == ["tiny-quiz"]
    assert outline.title("fr") == "Petit cours" and outline.title("ko") == "Tiny course"


def test_same_content_makes_no_version(session: Session, storage: DiskStorage) -> None:
    first = publish_tiny(session, storage)
    again = publish_tiny(session, storage)
    assert (again.version_id, again.created) == (first.version_id, False)
    assert len(list(session.scalars(select(CourseVersion.id)))) == 1


def test_other_content_makes_the_next_version(session: Session, storage: DiskStorage) -> None:
    first = publish_tiny(session, storage)
    second = publish_tiny(session, storage, hours=2)
    course = queries.course_by_key(session, "tiny-course")
    assert second.number == 2 and course and course.current_version_id == second.version_id
    assert queries.outline(session, first.version_id).data["hours"] == 0.5


def test_going_back_moves_the_pointer_only(session: Session, storage: DiskStorage) -> None:
    first = publish_tiny(session, storage)
    publish_tiny(session, storage, hours=2)
    back = publish_tiny(session, storage)
    course = queries.course_by_key(session, "tiny-course")
    assert not back.created and course and course.current_version_id == first.version_id
    verbs = list(session.scalars(select(AuditEvent.verb).order_by(AuditEvent.id)))
    assert verbs == ["course.published", "course.published", "course.reverted"]


def test_files_are_stored_once(session: Session, storage: DiskStorage) -> None:
    publish_tiny(session, storage)
    second = publish_tiny(session, storage, hours=2)
    assert len(list(session.scalars(select(Blob.hash)))) == 1
    found = queries.files(session, second.version_id)["assets/doors.svg"]
    with storage.open(found.hash) as file:
        assert len(file.read()) == found.size
    assert queries.FileRow(*session.execute(queries.VERSION_FILE, {"digest": found.hash}).one()) == found


def test_it_requires_permission(session: Session, storage: DiskStorage) -> None:
    with pytest.raises(NotAllowed):
        service.publish(session, storage, ALICE, tiny(), NOW)


def test_a_person_decides_the_level(session: Session, storage: DiskStorage) -> None:
    made = service.publish(session, storage, BOB, tiny(), NOW, "New", level="major")
    assert queries.versions(session, made.course_id)[0].change_level == "major"
    with pytest.raises(Invalid):
        service.publish(session, storage, BOB, tiny(), NOW, level="huge")


def test_who_compared_with_an_older_version_loses(session: Session, storage: DiskStorage) -> None:
    first = publish_tiny(session, storage)
    publish_tiny(session, storage, hours=2)
    with pytest.raises(Conflict):
        service.publish(session, storage, BOB, tiny(hours=3), NOW, against=first.version_id)


def test_who_saw_no_version_yet_loses_to_the_first(session: Session, storage: DiskStorage) -> None:
    publish_tiny(session, storage)
    with pytest.raises(Conflict):
        service.publish(session, storage, BOB, tiny(hours=2), NOW, against=NOTHING)


def test_of_two_at_the_same_time_one_loses_cleanly(db: Database, storage: DiskStorage) -> None:
    with db.writing() as session:
        first = publish_tiny(session, storage)
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def publish(hours: float) -> None:
        together.wait()
        try:
            with db.writing() as session:
                service.publish(session, storage, BOB, tiny(hours=hours), NOW, against=first.version_id)
            outcomes.append("won")
        except Conflict:
            outcomes.append("lost")

    threads = [threading.Thread(target=publish, args=(hours,)) for hours in (2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["lost", "won"]


def test_of_two_who_publish_a_new_course_none_breaks(db: Database, storage: DiskStorage) -> None:
    outcomes: list[object] = []
    together = threading.Barrier(2)

    def publish() -> None:
        together.wait()
        try:
            with db.writing() as session:
                outcomes.append(service.publish(session, storage, system("sync"), tiny(), NOW).created)
        except Conflict:
            outcomes.append("lost")

    threads = [threading.Thread(target=publish) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(True) == 1
    with db.reading() as session:
        assert list(session.scalars(select(CourseVersion.number))) == [1]


def test_what_changed_is_kept_with_the_version(session: Session, storage: DiskStorage) -> None:
    publish_tiny(session, storage)
    course = tiny_folders().courses["tiny-course"].files["course.yaml"]
    harder = load_tiny({"course.yaml": course.replace(b"pass: 70", b"pass: 80")}).course
    assert harder
    made = service.publish(session, storage, BOB, harder, NOW)
    assert made.level == "major"
    assert [
        (one["kind"], one["what"], one["old"], one["new"]) for one in made.changes if one["kind"] == "threshold"
    ] == [("threshold", "pass", "70", "80")]


def test_a_bank_without_a_language_of_the_course_is_shown_in_its_own(session: Session, storage: DiskStorage) -> None:
    bank = tiny_folders().banks["tiny-bank"].files["bank.yaml"].replace(b"languages: [en, fr]", b"languages: [en]")
    course = load_tiny(bank={"bank.yaml": bank}).course
    assert course
    made = service.publish(session, storage, BOB, course, NOW)
    found = queries.question_texts(session, made.version_id, "tiny-bank", ["first-wash"], "fr")
    assert found["first-wash"]["shown_locale"] == "en"
