"""A site with one small course and everybody on it, for the tests of its pages."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from flask import Flask

from lms.core.db import Database
from lms.core.storage import DiskStorage
from lms.learning import service
from tests.client import Client
from tests.courses import publish_tiny, tiny
from tests.people import People, make_people

NOW = datetime.now(UTC)


@dataclass
class Site:
    app: Flask
    people: People

    @property
    def db(self) -> Database:
        return self.app.extensions["lms"].db

    @property
    def storage(self) -> DiskStorage:
        return self.app.extensions["lms"].storage

    def as_(self, name: str) -> Client:
        client = Client(self.app)
        client.sign_in(getattr(self.people, name).id)
        return client

    def enrol(self, name: str = "alice", course: str = "tiny-course", due_at: datetime | None = None) -> int:
        with self.db.writing() as session:
            person, dora = getattr(self.people, name), self.people.dora.actor
            return service.join(session, dora, person.id, course, NOW, origin="person", due_at=due_at)

    def finish(self, reg: int, *, quiz: bool = True) -> None:
        with self.db.writing() as session:
            for key in ("doors", "hands"):
                service.set_state(session, reg, key, status="read", now=NOW, finished=True)
            if quiz:
                service.set_state(
                    session, reg, "tiny-quiz", status="passed", score=Decimal(85), evidence="graded", now=NOW
                )
            service.settle(session, reg, NOW)


@pytest.fixture
def site(app: Flask) -> Site:
    context = app.extensions["lms"]
    with context.db.writing() as session:
        people = make_people(session)
        publish_tiny(session, context.storage)
    return Site(app, people)


def publish(site: Site, **changed: object) -> None:
    with site.db.writing() as session:
        publish_tiny(session, site.storage, **changed)


def titled(title: str) -> dict[str, object]:
    return {locale: replace(text, title=title) for locale, text in tiny().texts.items()}
