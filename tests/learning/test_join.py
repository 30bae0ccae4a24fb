from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.catalogue import service as catalogue
from lms.catalogue.service import Published
from lms.core.actor import Actor, system
from lms.core.db import Database
from lms.core.errors import NotFound
from lms.core.storage import DiskStorage
from lms.engines.content.model import Enrol
from lms.enrolments import service as enrolments
from lms.enrolments.models import Enrolment
from lms.learning import queries, service
from lms.learning.models import LearningEvent, Registration
from tests.courses import publish_tiny
from tests.learning.conftest import NOW
from tests.people import People, make_people


def test_a_person_joins_on_the_current_version(session: Session, people: People, tiny: Published, joined: int) -> None:
    reg = service.find_registration(session, people.alice.id, "tiny-course")
    assert reg is not None
    assert (reg.id, reg.version_id, reg.status, reg.due_at) == (joined, tiny.version_id, "not-started", None)


def test_the_record_names_the_version_joined(session: Session, tiny: Published, joined: int) -> None:
    body = session.scalar(select(LearningEvent.body).where(LearningEvent.registration_id == joined))
    assert body["version_id"] == tiny.version_id
    assert len(body["hash"]) == 64


def test_joining_again_changes_nothing(session: Session, people: People, joined: int) -> None:
    again = service.join(session, people.alice.actor, people.alice.id, "tiny-course", NOW, origin="self")
    assert again == joined
    assert session.scalar(select(func.count()).select_from(Registration)) == 1


def test_a_registration_stays_on_its_version(
    session: Session, people: People, storage: DiskStorage, tiny: Published, joined: int
) -> None:
    newer = publish_tiny(session, storage, hours=2)
    assert newer.version_id != tiny.version_id
    again = service.join(session, people.alice.actor, people.alice.id, "tiny-course", NOW, origin="self")
    reg = queries.registration(session, again)
    assert (reg.version_id, reg.current_version_id) == (tiny.version_id, newer.version_id)


def test_whoever_joins_later_gets_the_new_version(
    session: Session, people: People, storage: DiskStorage, joined: int
) -> None:
    newer = publish_tiny(session, storage, hours=2)
    other = service.join(session, people.charlie.actor, people.charlie.id, "tiny-course", NOW, origin="self")
    assert queries.registration(session, other).version_id == newer.version_id


@pytest.mark.parametrize("course_key", ["no-such-course", ""])
def test_nobody_joins_what_does_not_exist(session: Session, people: People, course_key: str) -> None:
    with pytest.raises(NotFound):
        service.join(session, people.alice.actor, people.alice.id, course_key, NOW, origin="self")


def test_a_retired_course_takes_nobody_new(session: Session, people: People, tiny: Published) -> None:
    catalogue.retire(session, system("test"), "tiny-course", "old", NOW)
    with pytest.raises(NotFound):
        service.join(session, people.alice.actor, people.alice.id, "tiny-course", NOW, origin="self")


def test_a_closed_course_is_not_joined_by_oneself(session: Session, people: People, storage: DiskStorage) -> None:
    publish_tiny(session, storage, enrol=Enrol(False, False))
    with pytest.raises(NotFound):
        service.join(session, people.alice.actor, people.alice.id, "tiny-course", NOW, origin="self")


def test_an_administrator_enrols_into_a_closed_course(session: Session, people: People, storage: DiskStorage) -> None:
    publish_tiny(session, storage, enrol=Enrol(False, False))
    due = NOW + timedelta(days=7)
    made = service.join(
        session, people.dora.actor, people.alice.id, "tiny-course", NOW, origin="person", due_at=due, reason="new staff"
    )
    assert queries.registration(session, made).due_at == due


@pytest.mark.parametrize("who", ["bob", "ines", "charlie"])
def test_only_who_may_enrols_others(session: Session, people: People, tiny: Published, who: str) -> None:
    actor = getattr(people, who).actor
    with pytest.raises(NotFound):
        service.join(session, actor, people.alice.id, "tiny-course", NOW, origin="person")


def test_nobody_joins_for_another_by_calling_it_self(session: Session, people: People, tiny: Published) -> None:
    with pytest.raises(NotFound):
        service.join(session, people.charlie.actor, people.alice.id, "tiny-course", NOW, origin="self")


def test_after_a_withdrawal_the_registration_is_gone_and_comes_back(
    session: Session, people: People, joined: int
) -> None:
    enrolment_id = session.scalar(select(Enrolment.id))
    enrolments.withdraw(session, people.dora.actor, enrolment_id, NOW, reason="left")
    assert service.find_registration(session, people.alice.id, "tiny-course") is None
    again = service.join(session, people.dora.actor, people.alice.id, "tiny-course", NOW, origin="person")
    assert again == joined
    assert service.find_registration(session, people.alice.id, "tiny-course").id == joined


def test_two_who_join_at_the_same_moment_make_one_registration(db: Database, storage: DiskStorage) -> None:
    with db.writing() as session:
        alice = make_people(session).alice
        publish_tiny(session, storage)
    barrier = Barrier(4)
    now = datetime(2026, 11, 21, tzinfo=UTC)

    def join(actor: Actor) -> int:
        barrier.wait(60)
        with db.writing() as session:
            return service.join(session, actor, alice.id, "tiny-course", now, origin="self")

    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(join, [alice.actor] * 4))
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Registration)) == 1
        assert session.scalar(select(func.count()).select_from(Enrolment)) == 1
        assert session.scalar(select(func.count()).select_from(LearningEvent)) == 1
    assert len(made) == 1
