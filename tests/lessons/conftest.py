"""Alice takes the tiny course, in a database of the application's own."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from lms.app import create_app
from lms.core.config import Settings
from lms.core.db import Database
from lms.core.storage import DiskStorage
from lms.learning import queries, service
from tests.client import Client
from tests.courses import publish_tiny
from tests.people import People, make_people


@dataclass
class World:
    """The application with its people and Alice's registration."""

    app: Flask
    people: People
    reg: int

    @property
    def db(self) -> Database:
        return self.app.extensions["lms"].db

    def state(self, key: str) -> queries.State | None:
        with self.db.reading() as session:
            return queries.state(session, self.reg, key)

    def registration(self) -> queries.Reg:
        with self.db.reading() as session:
            found = queries.registration(session, self.reg)
            assert found
            return found

    def as_(self, name: str) -> Client:
        client = Client(self.app)
        client.sign_in(getattr(self.people, name).id)
        return client

    def page_load(self, client: Client, lesson: str = "doors") -> str:
        page = client.get(f"/courses/tiny-course/lessons/{lesson}").text
        return page.partition('data-page-load="')[2].partition('"')[0]

    def send(self, client: Client, page_load: str, *operations: Any, lesson: str = "doors") -> Any:
        """A batch as the page sends it; operations are (number, kind, body)."""
        sent = [{"n": n, "kind": kind, "body": body, "at": "2026-11-21T14:02:00Z"} for n, kind, body in operations]
        path = f"/courses/tiny-course/lessons/{lesson}/operations"
        return client.post(path, json={"page_load": page_load, "lease": None, "ops": sent})


@pytest.fixture
def app(settings: Settings, db: Database) -> Flask:
    """On both databases, because two tabs meet differently in each."""
    return create_app(settings, db)


@pytest.fixture
def world(app: Flask) -> World:
    context = app.extensions["lms"]
    with context.db.writing() as session:
        people = make_people(session)
        publish_tiny(session, DiskStorage(context.settings.data_dir / "blobs"))
        now = datetime.now(UTC)
        reg = service.join(session, people.alice.actor, people.alice.id, "tiny-course", now, origin="self")
    return World(app, people, reg)


@pytest.fixture
def alice(world: World) -> Client:
    return world.as_("alice")
