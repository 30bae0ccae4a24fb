"""A site with people in the middle of a quiz and of a package, made by the services: they alone act later."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask

from lms.app import create_app
from lms.core import config
from lms.core.clock import now
from lms.core.db import Database
from lms.core.storage import DiskStorage
from lms.learning import page_loads
from lms.learning import service as learning
from tests.client import Client
from tests.courses import publish_tiny
from tests.packages import KEY, files, publish_package
from tests.people import make_user
from tests.player.desk import Desk
from tests.quizzes.scene import Scene, answer, started

SECRET = "growth only: 0123456789 abcdefghijklmnop"


@dataclass(slots=True)
class Pen:
    """An open attempt and the browser it is open in."""

    client: Client
    registration: int
    attempt: int
    bodies: list[dict[str, Any]]
    page_load: str = ""
    number: int = 0

    def save(self) -> None:
        """One answer; every third begins a new page."""
        if self.number % 3 == 0:
            self.page_load = page_loads.issue(SECRET, self.attempt, f"attempt:{self.attempt}", now())
            self.number = 0
        body = self.bodies[self.number % len(self.bodies)]
        self.number += 1
        operation = {"n": self.number, "kind": "answer", "body": body, "at": now().isoformat()}
        batch = {"page_load": self.page_load, "lease": 1, "ops": [operation]}
        reply = self.client.post(f"/attempts/{self.attempt}/operations", json=batch)
        assert reply.status_code == 200, reply.text


@dataclass(slots=True)
class Site:
    app: Flask
    db: Database
    pens: list[Pen] = field(default_factory=list)
    desk: Desk | None = None
    #: By role.
    staff: dict[str, Client] = field(default_factory=dict)


def build(url: str, folder: Path, pens: int) -> Site:
    """Registrations of the pens have the numbers 1 to `pens`."""
    settings = config.load(
        {}, mode="test", data_dir=str(folder), database_url=url, secret_key=SECRET, log_level="ERROR"
    )
    app = create_app(settings)
    site = Site(app, app.extensions["lms"].db)
    with site.db.writing() as session:
        storage = DiskStorage(settings.data_dir / "blobs")
        version = publish_tiny(session, storage).version_id
        people = [make_user(session, f"Pen {number:05}") for number in range(pens)]
        begun = [(one, *_begun(session, one, version)) for one in people]
        publish_package(session, storage, folder, files("1.2"), KEY)
        walker = make_user(session, "Walker")
        learning.join(session, walker.actor, walker.id, KEY, now(), origin="self")
        staff = {role: make_user(session, role.title(), (role,)) for role in ("instructor", "quality", "administrator")}
    for one, registration, attempt, bodies in begun:
        site.pens.append(Pen(_client(app, one.id), registration, attempt, bodies))
    site.staff = {role: _client(app, one.id) for role, one in staff.items()}
    site.pens[0].save()  # so that every table has a row after which others are made
    site.desk = Desk(_client(app, walker.id), KEY).open()
    return site


def _client(app: Flask, user_id: int) -> Client:
    client = Client(app)
    client.sign_in(user_id)
    return client


def _begun(session: Any, one: Any, version: int) -> tuple[int, int, list[dict[str, Any]]]:
    moment = datetime.now(UTC)
    registration = learning.join(session, one.actor, one.id, "tiny-course", moment, origin="self")
    for lesson in ("doors", "hands"):
        learning.set_state(session, registration, lesson, status="read", now=moment, locale="en", finished=True)
    attempt = started(session, Scene(one, registration, version), moment)
    bodies = [{"question": key, "response": answer(session, attempt, key)} for key in attempt.keys]
    return registration, attempt.id, bodies
