"""The people, and the tiny course published."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from lms.catalogue.service import Published
from lms.core.storage import DiskStorage
from lms.learning import service
from tests.courses import publish_tiny
from tests.people import People, make_people

NOW = datetime(2026, 11, 21, 14, 2, tzinfo=UTC)


@pytest.fixture
def storage(tmp_path: Path) -> DiskStorage:
    return DiskStorage(tmp_path / "blobs")


@pytest.fixture
def people(session: Session) -> People:
    return make_people(session)


@pytest.fixture
def tiny(session: Session, storage: DiskStorage) -> Published:
    return publish_tiny(session, storage)


@pytest.fixture
def joined(session: Session, people: People, tiny: Published) -> int:
    """Alice's registration in the tiny course."""
    return service.join(session, people.alice.actor, people.alice.id, "tiny-course", NOW, origin="self")
