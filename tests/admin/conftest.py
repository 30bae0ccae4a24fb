"""The people and the tiny course, in a session that is rolled back and in the database of the pages."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from lms.core.storage import DiskStorage
from tests.client import Client
from tests.courses import publish_tiny
from tests.people import People, make_people

NOW = datetime(2026, 11, 21, 14, 2, tzinfo=UTC)


@pytest.fixture
def people(session: Session, tmp_path: Path) -> People:
    publish_tiny(session, DiskStorage(tmp_path / "blobs"))
    return make_people(session)


@pytest.fixture
def crowd(client: Client, tmp_path: Path) -> People:
    """The same in the pages' database; Dora is signed in."""
    with client.db.writing() as session:
        publish_tiny(session, DiskStorage(tmp_path / "blobs"))
        made = make_people(session)
    client.sign_in(made.dora.id)
    return made
