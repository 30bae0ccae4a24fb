"""The people of an afternoon and what they have done before it, put into the database in bulk or by the services."""

import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert
from sqlalchemy.orm import Session

from lms.accounts import passwords, sessions
from lms.app import create_app
from lms.catalogue import folders, sync
from lms.catalogue import queries as catalogue
from lms.catalogue.outline import Outline
from lms.core.actor import system
from lms.core.config import Settings
from lms.core.db import Database
from lms.core.storage import Storage
from lms.learning import service as learning
from lms.learning.models import ActivityState
from tests.load import packages
from tests.load.afternoon import staff
from tests.load.afternoon.crowd import Person
from tests.load.packages import Page
from tests.load.scene import CSRF, LOCALES, ROOT
from tests.packages import SPACES, publish_package
from tests.people import PASSWORD, Someone, make_user

RUSH = "load-20-mb"
#: So many people in one transaction.
CHUNK = 250


@dataclass(slots=True)
class Seat:
    """Somebody of the programme; `page` is an open page of a package, where one is needed."""

    someone: Someone
    person: Person = field(default_factory=Person)
    page: Page | None = None


@dataclass(slots=True)
class Programme:
    """`rush` lists the files of the large package by its pages. `staff` have signed in already."""

    app: Flask
    db: Database
    settings: Settings
    course: str
    quiz: str
    lessons: list[str]
    rush: list[list[str]]
    staff: dict[str, Seat]

    @property
    def cookie(self) -> str:
        return str(self.app.config["SESSION_COOKIE_NAME"])


def programme(settings: Settings) -> Programme:
    """Publish the shipped courses, a package that many have open, and one of 20 MB."""
    app = create_app(settings)
    db, storage = app.extensions["lms"].db, app.extensions["lms"].storage
    now = datetime.now(UTC)
    for _name, loaded in sync.load_courses(folders.search([ROOT])):
        assert loaded.course, loaded.problems
        sync.bring(db, storage, system("load test"), loaded.course, now)
    with tempfile.TemporaryDirectory() as folder, db.writing() as session:
        packages.publish_one(session, storage, Path(folder))
        rush = publish_rush(session, storage, Path(folder))
    with db.writing() as session:
        outline = course_with_quiz(session)
        made = Programme(app, db, settings, outline.key, outline.quizzes()[0], outline.lessons(), rush, {})
        for role in staff.PAGES:
            made.staff[role] = Seat(make_user(session, f"Staff {role}", (role,)))
    sign_in(made, made.staff.values())
    return made


def course_with_quiz(session: Session) -> Outline:
    known = [one.current_version_id for one in catalogue.list_courses(session) if one.current_version_id]
    return next(found for found in catalogue.outlines(session, known).values() if found.quizzes())


def people(made: Programme, name: str, count: int) -> list[Seat]:
    """Trainees in the course, all lessons read, who can sign in with one password at the price of a real one."""
    hashed, seats = passwords.hash_password(PASSWORD), []
    for numbers in _chunks(range(count)):
        with made.db.writing() as session:
            outline, now = course_with_quiz(session), datetime.now(UTC)
            for number in numbers:
                locale = LOCALES[number % len(LOCALES)]
                someone = make_user(session, f"{name} {number:05}", password_hash=hashed, locale=locale)
                _joined(session, someone, outline, locale, now)
                seats.append(Seat(someone))
    return seats


def _joined(session: Session, someone: Someone, outline: Outline, locale: str, now: datetime) -> None:
    registration = learning.join(session, someone.actor, someone.id, outline.key, now, origin="self")
    row = {
        "registration_id": registration,
        "status": "read",
        "locale": locale,
        "data": {},
        "revision": 1,
        "evidence": "",
    }
    at = {"started_at": now, "changed_at": now, "finished_at": now}
    session.execute(insert(ActivityState), [row | at | {"activity_key": lesson} for lesson in outline.lessons()])
    learning.settle(session, registration, now)


def sign_in(made: Programme, seats: Any) -> None:
    """Sessions as if they had signed in before."""
    signer = made.app.session_interface.get_signing_serializer(made.app)  # type: ignore[attr-defined]
    for chunk in _chunks(list(seats)):
        with made.db.writing() as session:
            for seat in chunk:
                token = sessions.open_session(session, seat.someone.id, "load test", datetime.now(UTC), 72)
                seat.person.cookies[made.cookie] = signer.dumps({"_user_id": token, "csrf_token": CSRF})


def open_packages(made: Programme, seats: Sequence[Seat]) -> None:
    """A page of the package that many have open, its first SCO begun."""
    for chunk in _chunks(seats):
        with made.db.writing() as session:
            for seat in chunk:
                now = datetime.now(UTC)
                seat.page = packages.opened(session, made.settings, seat.someone, packages.ONE, now)


def join_rush(made: Programme, seats: Sequence[Seat]) -> None:
    for chunk in _chunks(seats):
        with made.db.writing() as session:
            for seat in chunk:
                now = datetime.now(UTC)
                learning.join(session, seat.someone.actor, seat.someone.id, RUSH, now, origin="self")


def _chunks(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (items[at : at + CHUNK] for at in range(0, len(items), CHUNK))


def publish_rush(session: Session, storage: Storage, folder: Path) -> list[list[str]]:
    """Ten pages with drawings, one of them with a film: 20 MB in 49 files."""
    chance = random.Random(20)
    words = " ".join(f"step{chance.randrange(9000)}" for _ in range(4_000))
    files: dict[str, bytes] = {}
    for number in range(10):
        files[f"page{number}.html"] = f"<!doctype html><title>Page {number}</title><p>{words[:20_000]}".encode()
        files |= {f"img/{number}-{place}.jpg": chance.randbytes(160_000) for place in range(4)}
    files |= {"js/player.js": f"/* {words * 8} */".encode(), "css/player.css": f"/* {words} */".encode()}
    files["img/film.mp4"] = chance.randbytes(20_000_000 - sum(map(len, files.values())))
    spaces, schema, kind = SPACES["1.2"]
    listed = "".join(f'<file href="{name}"/>' for name in files)
    manifest = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="rush" {spaces}><metadata>{schema}</metadata><organizations default="o"><organization
 identifier="o"><title>Rush</title><item identifier="i" identifierref="r"><title>Rush</title></item></organization>
</organizations><resources><resource identifier="r" type="webcontent" {kind} href="page0.html">{listed}</resource>
</resources></manifest>""".encode()
    publish_package(session, storage, folder, {"imsmanifest.xml": manifest, **files}, RUSH)
    pages = [[name for name in files if name.startswith((f"page{n}.", f"img/{n}-"))] for n in range(10)]
    pages[0] += ["js/player.js", "css/player.css"]
    pages[5].append("img/film.mp4")
    return pages
