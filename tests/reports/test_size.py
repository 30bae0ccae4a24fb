"""A page of the gradebook costs the same number of statements for ten trainees and for ten thousand."""

import pytest

from lms.app import create_app
from lms.catalogue import queries as catalogue
from lms.core.config import Settings
from lms.core.db import Database
from lms.core.storage import DiskStorage
from tests import many
from tests.client import Client
from tests.courses import publish_tiny
from tests.people import make_user
from tests.statements import counted

MOST = 10


@pytest.fixture
def instructor(settings: Settings, db: Database) -> Client:
    client = Client(create_app(settings, db))
    with db.writing() as session:
        publish_tiny(session, DiskStorage(settings.data_dir / "blobs"))
        bob = make_user(session, "Bob", ("instructor",))
    client.sign_in(bob.id)
    return client


def _grow(db: Database, first: int, last: int) -> None:
    with db.writing() as session:
        course = catalogue.course_by_key(session, "tiny-course")
        assert course and course.current_version_id
        order = catalogue.outline(session, course.current_version_id).order
        many.fill(session, course.id, course.current_version_id, order, first, last)


def _statements(client: Client, db: Database, path: str, shown: str) -> list[str]:
    catalogue.forget()
    with counted(db.engine) as sent:
        reply = client.get(path)
    assert reply.status_code == 200 and shown in reply.text
    return sent


@pytest.mark.parametrize("query", ["", "?status=in-progress", "?q=trainee"])
def test_a_page_takes_as_many_statements_for_ten_thousand(instructor: Client, db: Database, query: str) -> None:
    path = f"/gradebook/tiny-course{query}"
    _grow(db, 1, 10)
    few = _statements(instructor, db, path, "Trainee 1000010")
    _grow(db, 11, 10_000)
    crowd = _statements(instructor, db, path, "Trainee 1000050")
    assert len(crowd) == len(few) <= MOST
