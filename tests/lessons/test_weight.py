"""What a lesson costs on a poor line: every shipped lesson, in every language, cold and warm."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from lms.accounts.models import User
from lms.app import create_app
from lms.catalogue import folders, loading
from lms.catalogue import service as catalogue
from lms.core import config
from lms.core.actor import system
from lms.core.clock import now
from lms.core.db import Database
from lms.core.migrate import ROOT, upgrade
from lms.engines.content.model import Course, Lesson
from lms.learning import service
from tests.client import BASE, Client
from tests.people import make_user

COLD, WARM, REQUESTS = 60_000, 20_000, 6
FOUND = folders.search([ROOT], shown_from=ROOT)
LOADED = '/static/[^"#]+|/files/[^"#]+'


def _course(key: str) -> Course:
    course = loading.load(FOUND.courses[key], FOUND.banks).course
    assert course
    return course


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, list[Course], int]]:
    """A trainee of every shipped course."""
    folder = tmp_path_factory.mktemp("shipped")
    settings = config.load({}, mode="test", data_dir=str(folder), log_level="ERROR")
    db = Database(f"sqlite:///{folder / 'lms.db'}")
    upgrade(db)
    app: Flask = create_app(settings, db)
    courses = [_course(key) for key in FOUND.courses]
    with db.writing() as session:
        alice = make_user(session, "Alice")
        for course in courses:
            catalogue.publish(session, app.extensions["lms"].storage, system("test"), course, now())
            service.join(session, system("test"), alice.id, course.id, now(), origin="person")
    client = Client(app)
    client.sign_in(alice.id)
    yield client, courses, alice.id
    db.close()


def _bytes(client: Client, path: str) -> int:
    reply = client.http.get(path, base_url=BASE, headers={"Accept-Encoding": "gzip"})
    assert reply.status_code == 200, path
    size = len(reply.data) + len(str(reply.headers))
    reply.close()
    return size


@pytest.mark.parametrize("locale", ["en", "ko", "fr"])
def test_a_lesson_is_light(shipped: tuple[Client, list[Course], int], locale: str) -> None:
    client, courses, user_id = shipped
    with client.db.writing() as session:
        session.get_one(User, user_id).locale = locale
    heavy = {}
    for course in courses:
        for lesson in (one.id for one in course.activities if isinstance(one, Lesson)):
            path = f"/courses/{course.id}/lessons/{lesson}"
            page = client.get(path).text
            parts = set(re.findall(f'(?:href|src)="({LOADED})', page.partition("<body")[0]))
            parts |= set(re.findall(f'<(?:use href|img[^>]* src)="({LOADED})', page))
            warm = _bytes(client, path)
            cold = warm + sum(_bytes(client, part) for part in parts)
            if warm > WARM or cold > COLD or 1 + len(parts) > REQUESTS:
                heavy[path] = (warm, cold, len(parts))
    assert heavy == {}
