"""The people and the tiny course."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from lms.catalogue import queries as catalogue
from lms.core.storage import DiskStorage
from tests.courses import publish_tiny
from tests.people import People, make_people

NOW = datetime(2026, 11, 21, 14, 2, tzinfo=UTC)


@pytest.fixture
def people(session: Session) -> People:
    return make_people(session)


@pytest.fixture
def course(session: Session, tmp_path: Path) -> int:
    publish_tiny(session, DiskStorage(tmp_path / "blobs"))
    row = catalogue.course_by_key(session, "tiny-course")
    assert row is not None
    return row.id
