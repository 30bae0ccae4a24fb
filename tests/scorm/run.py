"""A package's run by its services alone, on any database: start, exchange, take, send."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import sessions
from lms.accounts.models import UserSession
from lms.core.storage import DiskStorage
from lms.learning import page_loads
from lms.learning import service as learning
from lms.scorm import service
from lms.scorm.service import Received, Sender, Taken
from tests.packages import KEY, files, publish_package
from tests.people import Someone, make_user

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SECRET = "tests only: 0123456789 abcdefghijklmnop"
Json = dict[str, Any]


def takes(session: Session, folder: Path, someone: Someone, contents: dict[str, bytes], course: str = KEY) -> int:
    publish_package(session, DiskStorage(folder / "blobs"), folder, contents, course)
    return learning.join(session, someone.actor, someone.id, course, NOON, origin="self")


class Run:
    """One page of one person."""

    def __init__(self, session: Session, someone: Someone, course: str = KEY, now: datetime = NOON) -> None:
        self.session, self.now, self.number = session, now, 0
        started = service.start(session, someone.actor, course, now, secret_key=SECRET, device="test")
        found = service.exchange(session, started.label, started.code, now)
        assert found
        self.sender = Sender(found.launch_id, found.registration_id, started.label, 60)
        self.actor = someone.actor
        self.take()

    def take(self) -> Taken:
        sender = self.sender
        self.taken = service.take(self.session, self.actor, sender.registration_id, sender.launch_id, self.now, SECRET)
        self.shown = self.taken.shown
        name = page_loads.check(SECRET, self.taken.page_load, sender.registration_id, service.scope(self.taken.lease))
        assert name
        self.page_load, self.number = name, 0
        return self.taken

    def op(self, kind: str, **body: Any) -> Json:
        self.number += 1
        on_show = self.shown.delivery
        about = {"k": on_show.key, "a": on_show.attempt} if on_show else {}
        return {"n": self.number, "kind": kind, "at": None, "body": about | body}

    def set(self, name: str, value: str) -> Json:
        return self.op("set", e=name, v=value)

    def send(self, *operations: Json) -> Received:
        self.now += timedelta(seconds=1)
        person, received = service.receive(
            self.session, self.sender, self.page_load, self.taken.lease, list(operations), self.now
        )
        assert person
        if received.shown and received.shown.navigated:
            self.shown = received.shown
        return received

    def nav(self, request: str, target: str = "") -> Received:
        return self.send(self.op("nav", request=request, target=target))

    @property
    def at(self) -> str:
        return self.shown.delivery.key if self.shown.delivery else ""

    @property
    def values(self) -> dict[str, str]:
        assert self.shown.delivery
        return self.shown.delivery.session["values"]


def signed_in(session: Session, name: str = "Alice") -> Someone:
    """With a session row, which a launch refers to."""
    someone = make_user(session, name)
    sessions.open_session(session, someone.id, "test", NOON, 24)
    number = session.scalars(select(UserSession.id).where(UserSession.user_id == someone.id)).one()
    return replace(someone, actor=replace(someone.actor, session_id=number))


__all__ = ["NOON", "Run", "files", "signed_in", "takes"]
