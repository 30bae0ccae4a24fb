"""The people, and hashing at the least cost: what it costs in earnest, one test checks."""

from datetime import UTC, datetime

import pytest
from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from lms.accounts import passwords
from tests.client import Client
from tests.people import People, make_people

NOW = datetime(2026, 11, 21, 14, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def cheap_hashing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "real_hashing" not in request.keywords:
        monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def people(session: Session) -> People:
    return make_people(session)


@pytest.fixture
def crowd(client: Client) -> People:
    """The same six in the database of the pages."""
    with client.db.writing() as session:
        return make_people(session)
