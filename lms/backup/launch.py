"""A sample launch: the product itself, in this process, opens a lesson and starts a package. Nothing of it is kept."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import Client, TestResponse

from lms.accounts import permissions, sessions
from lms.accounts.service import people
from lms.app import create_app
from lms.catalogue import queries as catalogue
from lms.catalogue.outline import Outline
from lms.core import ids
from lms.core.actor import Actor, system
from lms.core.config import Settings
from lms.core.db import Database
from lms.learning.service import start
from lms.player.hosts import Hosts

#: So many courses of each kind are opened.
MOST = 5
FORM = re.compile(r'name="csrf_token" value="([^"]+)"')


class Rehearsal(Database):
    """Every session is a part of one transaction, which is never committed."""

    def __init__(self, db: Database) -> None:
        self.engine, self.dialect, self.turns = db.engine, db.dialect, None
        self._connection = db.engine.connect().execution_options(sqlite_begin="IMMEDIATE")
        self._whole = self._connection.begin()

    def read_session(self) -> Session:
        return Session(self._connection, autoflush=False, join_transaction_mode="create_savepoint")

    def page_session(self) -> Session:
        return self.read_session()

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        with self.read_session() as session:
            yield session

    def write_session(self) -> Session:
        return Session(self._connection, join_transaction_mode="create_savepoint")

    def close(self) -> None:
        self._whole.rollback()
        self._connection.close()


@dataclass(frozen=True, slots=True)
class Opened:
    """What was opened, as sentences; `failed` is what could not be."""

    done: tuple[str, ...]
    failed: tuple[str, ...]


def try_out(settings: Settings, db: Database, now: datetime) -> Opened:
    """A person made for this takes the courses, opens their first lessons and starts packages; all is rolled back."""
    catalogue.forget()
    rehearsal = Rehearsal(db)
    try:
        app = create_app(replace(settings, log_level="ERROR"), rehearsal)
        return _Trial(app, rehearsal, settings, now).run()
    finally:
        rehearsal.close()
        catalogue.forget()


class _Trial:
    def __init__(self, app: Flask, db: Database, settings: Settings, now: datetime) -> None:
        self.app, self.db, self.settings, self.now = app, db, settings, now
        self.done: list[str] = []
        self.failed: list[str] = []

    def run(self) -> Opened:
        with self.db.writing() as session:
            courses = catalogue.list_courses(session)
            found = [catalogue.outline(session, one.current_version_id) for one in courses if one.current_version_id]
            person = self._person(session, found)
            token = sessions.open_session(session, person, "restore", self.now, 1)
        lessons = [one for one in found if not one.packaged and one.lessons()][:MOST]
        packages = [one for one in found if one.packaged][:MOST]
        with self._signed_in(token) as browser:
            for outline in lessons:
                self._lesson(browser, outline)
            for outline in packages:
                self._package(browser, outline)
        if not lessons and not packages:
            self.done.append("there is no course in it that could be opened")
        return Opened(tuple(self.done), tuple(self.failed))

    def _person(self, session: Session, courses: list[Outline]) -> int:
        name = f"restore-{ids.short_id().lower()}"
        clerk = system("restore")
        person = people.Person(name, "Restore", roles=(permissions.TRAINEE,)).tidy()
        made = people.add(session, clerk, person, self.now, assurance=people.INSTITUTION)
        actor = Actor(made, "Restore", frozenset({permissions.TRAINEE}))
        for outline in courses:
            start.join(session, actor, made, outline.key, self.now, origin="person")
        return made

    @contextmanager
    def _signed_in(self, token: str) -> Iterator["_Browser"]:
        with self.app.test_client() as client:
            with client.session_transaction(base_url=self.settings.base_url) as cookie:
                cookie["_user_id"] = token
            yield _Browser(client, self.settings.base_url)

    def _lesson(self, browser: "_Browser", outline: Outline) -> None:
        lesson = outline.lessons()[0]
        title = outline.activity_title(lesson, outline.languages[0])
        answer = browser.get(f"/courses/{outline.key}/lessons/{lesson}")
        told = f'the lesson "{title}" of {outline.key}, version {outline.number}'
        self._note(told, answer, answer.status_code == 200 and "<h1" in answer.text)

    def _package(self, browser: "_Browser", outline: Outline) -> None:
        hosts: Hosts = self.app.extensions["lms"].extra["hosts"]
        told = f"the package {outline.key}, version {outline.number}"
        if not hosts.pattern:
            self.done.append(f"{told} was not started, because LMS_CONTENT_URL is not set")
            return
        page = browser.get(f"/courses/{outline.key}")
        form = FORM.search(page.text)
        begun = browser.post(f"/courses/{outline.key}/package", data={"csrf_token": form[1] if form else ""})
        where = urlsplit(begun.headers.get("Location", ""))
        if begun.status_code != 303 or not where.fragment:
            self._note(told, begun, False)
            return
        there = _Browser(Client(self.app.wsgi_app, TestResponse, use_cookies=False), f"{where.scheme}://{where.netloc}")
        self._play(there, told, outline, where.fragment)

    def _play(self, there: "_Browser", told: str, outline: Outline, code: str) -> None:
        exchanged = there.post("/x/exchange", json={"code": code})
        if exchanged.status_code != 200:
            self._note(told, exchanged, False)
            return
        bearer = {"Authorization": f"Bearer {exchanged.json['token']}"}  # type: ignore[index]
        taken = there.post("/x/take", json={}, headers=bearer)
        shell = there.get("/")
        if taken.status_code != 200 or shell.status_code != 200:
            self._note(told, shell if shell.status_code != 200 else taken, False)
            return
        delivery = (taken.json or {}).get("delivery")
        if not delivery or urlsplit(delivery["href"]).scheme:
            self.done.append(f"{told} (its player; it opens no file of its own at first)")
            return
        answer = there.get(delivery["href"].partition("#")[0])
        self._note(f'{told}, with the file of "{delivery["title"]}"', answer, answer.status_code == 200)

    def _note(self, told: str, answer: TestResponse, right: bool) -> None:
        (self.done if right else self.failed).append(told if right else f"{told} (status {answer.status_code})")


class _Browser:
    """Asks as a browser does: it names its origin, and reads answers to their end."""

    def __init__(self, client: Client, origin: str) -> None:
        self._client, self._origin = client, origin

    def get(self, path: str) -> TestResponse:
        return self._client.get(path, base_url=self._origin, buffered=True)

    def post(self, path: str, headers: dict[str, str] | None = None, **sent: Any) -> TestResponse:
        named = {"Origin": self._origin, **(headers or {})}
        return self._client.post(path, base_url=self._origin, headers=named, buffered=True, **sent)
