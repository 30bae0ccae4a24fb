"""A package's page without a browser: it starts, takes the pen and posts batches, as the script does."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from lms.core import clock
from lms.core.storage import DiskStorage
from lms.learning import service as learning
from tests.client import Client
from tests.packages import KEY, files, publish_package
from tests.people import Someone, make_user

Json = dict[str, Any]


class Moving:
    """The server's clock: it stands still until told to go on."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now = clock.now()
        for module in ("lms.player.runtime", "lms.player.views", "lms.web.identity"):
            patch.setattr(f"{module}.now", lambda: self.now)

    def on(self, **passed: float) -> None:
        self.now += timedelta(**passed)


class Desk:
    """Somebody's page of a package: `host` is where it runs, `take` what it was given last."""

    def __init__(self, client: Client, course: str = KEY) -> None:
        self.client = client
        self.course = course
        self.token = self.page_load = ""
        self.lease = self.number = 0
        self.shown: Json = {}

    def start(self) -> Desk:
        """By the button of the course page; then as the shell does."""
        answer = self.client.post(f"/courses/{self.course}/package", {})
        assert answer.status_code == 303, answer.status_code
        self.host, _, self.code = answer.headers["Location"].partition("/#")
        return self

    def exchange(self) -> Desk:
        reply = self.post("exchange", {"code": self.code})
        assert reply.status_code == 200, reply.text
        self.token = reply.json["token"]
        return self

    def take(self) -> Json:
        reply = self.post("take", {})
        assert reply.status_code == 200, reply.text
        self.number = 0
        self.page_load, self.lease = reply.json["page_load"], reply.json["lease"]
        return self._hear(reply)

    def open(self) -> Desk:
        self.start().exchange().take()
        return self

    @property
    def delivery(self) -> Json:
        assert self.shown["delivery"], self.shown
        return self.shown["delivery"]

    def post(self, address: str, body: Any, **headers: str) -> TestResponse:
        given = {"Origin": self.host, "Authorization": f"Bearer {self.token}"} | headers
        return self.client.http.post(f"/x/{address}", base_url=self.host, json=body, headers=given)

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.http.get(path, base_url=self.host, headers=headers, buffered=True)

    def op(self, kind: str, **body: Any) -> Json:
        """The next operation, about the activity on show."""
        self.number += 1
        on_show = self.shown["delivery"]
        about = {"k": on_show["key"], "a": on_show["attempt"]} if on_show else {}
        return {"n": self.number, "kind": kind, "at": None, "body": about | body}

    def sets(self, **values: str) -> list[Json]:
        """Names of elements with __ for dots."""
        return [self.op("set", e=name.replace("__", "."), v=value) for name, value in values.items()]

    def batch(self, *operations: Json, **changed: Any) -> Json:
        return {"page_load": self.page_load, "lease": self.lease, "ops": list(operations)} | changed

    def send(self, *operations: Json, **changed: Any) -> Json:
        reply = self.post("operations", self.batch(*operations, **changed))
        assert reply.status_code == 200, reply.text
        return self._hear(reply)

    def nav(self, request: str, target: str = "") -> Json:
        aim = {"target": target} if target else {}
        return self.send(self.op("nav", request=request, **aim))

    def _hear(self, reply: TestResponse) -> Json:
        self.token = reply.json.get("token", self.token)
        if "delivery" in reply.json:
            self.shown = reply.json
        return reply.json


def alice_takes(client: Client, folder: Path, standard: str = "1.2", course: str = KEY, **about: str) -> Someone:
    with client.db.writing() as session:
        storage = DiskStorage(client.app.extensions["lms"].settings.data_dir / "blobs")
        publish_package(session, storage, folder, files(standard, **about), course)
        alice = make_user(session, "Alice")
        learning.join(session, alice.actor, alice.id, course, clock.now(), origin="self")
    client.sign_in(alice.id)
    return alice
