"""Every kind of page in a real browser: valid HTML, no axe violation in both themes, nothing sideways at 360 px."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import html5lib
import pytest
from playwright.sync_api import Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import sessions
from lms.accounts.models import UserSession
from lms.accounts.notices import latest
from lms.accounts.service import privacy
from lms.catalogue import judging
from lms.catalogue.packages import LIMITS, Options
from lms.catalogue.service import drafts, uploads
from lms.certificates import service as certificates
from lms.core.clock import now
from lms.learning import service as learning
from lms.quizzes import service as quizzes
from lms.scorm.models import PackageLaunch
from lms.scorm.service.trace import trace
from tests.browser.barriers import barriers
from tests.browser.conftest import Complaints, NewContext
from tests.browser.people import sign_in
from tests.browser.server import Server
from tests.certificates.finished import complete_tiny
from tests.courses import ROOT
from tests.packages import KEY, publish_package, zipped
from tests.packages import files as package_files
from tests.people import People, make_people, make_user


@dataclass
class World:
    server: Server
    tokens: dict[str, str]
    values: dict[str, Any]

    def address(self, path: str) -> str:
        return self.server.url + path.format(**self.values)


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("every-page")
    shutil.copy(sqlite_template, folder / "lms.db")
    server = Server(folder)
    with server.db.writing() as session:
        people = make_people(session)
        registration = complete_tiny(session, people.alice, server.storage.root)
        sent = quizzes.start(session, people.alice.actor, "tiny-course", "tiny-quiz", now(), "en")
        quizzes.send(session, people.alice.actor, sent, now())
        number = certificates.issue(session, registration, now())
        amina = make_user(session, "ታደሰ ገብረ", user_name="amina", latin_name="Tadesse Gebre", country="ET")
        learning.join(session, amina.actor, amina.id, "tiny-course", now(), origin="self")
        for lesson in ("doors", "hands"):
            other = learning.find_registration(session, amina.id, "tiny-course").id
            learning.set_state(session, other, lesson, status="read", now=now(), locale="en", finished=True)
        attempt = quizzes.start(session, amina.actor, "tiny-course", "tiny-quiz", now(), "en")
        files = {p.relative_to(ROOT).as_posix(): p.read_bytes() for p in ROOT.rglob("*") if p.is_file()}
        broken = files | {"modules/tiny-course/course.yaml": files["modules/tiny-course/course.yaml"] + b"\nwrong: 1\n"}
        made = []
        for one in (files, broken):
            prepared = drafts.prepare(server.storage, drafts.check_upload(one), {})
            made += drafts.add(session, people.bob.actor, prepared, "tiny.zip", now())
        packaged = _packages(session, server, folder, people)
        everyone = {name: getattr(people, name).id for name in ("alice", "bob", "charlie", "dora", "quentin", "ines")}
        for user_id in (*everyone.values(), amina.id):
            privacy.accept(session, user_id, latest("en"), now())
        tokens = {
            name: sessions.open_session(session, user_id, "test", now(), 24)
            for name, user_id in (everyone | {"amina": amina.id}).items()
        }
    server.start()
    values = {
        "registration": registration, "certificate": number, "attempt": attempt, "sent": sent,
        **packaged, "user": everyone["charlie"], "draft": made[0], "broken": made[1],
    }  # fmt: skip
    yield World(server, tokens, values)
    server.stop()


def _packages(session: Session, server: Server, folder: Path, people: People) -> dict[str, Any]:
    """A package that Alice has opened in two windows, and Bob's uploads in each of their states."""
    elsewhere = b'<script src="https://cdn.example.org/a.js"></script>'
    publish_package(session, server.storage, folder, package_files() | {"wash.html": elsewhere})
    run = learning.join(session, people.alice.actor, people.alice.id, KEY, now(), origin="self")
    opened = sessions.open_session(session, people.alice.id, "test", now(), 24)
    launch = PackageLaunch(
        registration_id=run,
        user_id=people.alice.id,
        session_id=session.scalar(select(UserSession.id).where(UserSession.user_id == people.alice.id)),
        code_hash=opened[:60],
        code_until=now(),
        exchanged_at=now(),
        started_at=now(),
        page_load="load-1",
    )
    session.add(launch)
    session.flush()
    trace(session, launch.id, CALLS, now())
    for number, call in enumerate(CALLS, start=1):
        body = {"k": "sco-1", "a": 1} | ({"e": call[2], "v": call[3]} if call[2] else {})
        learning.append_event(
            session,
            registration_id=run,
            page_load="load-1",
            number=number,
            activity_key="sco-1",
            kind="set" if call[2] else "init",
            body=body,
            received_at=now(),
            occurred_at=now(),
            outcome="late" if number == 3 else "applied",
            reason="fenced" if number == 3 else "",
        )
    found = {name: _upload(session, folder, people, data) for name, data in UPLOADS.items()}
    return {"run": run, "launch": launch.id, **found}


CALLS = [
    [3, "LMSInitialize", "", "", "true", "0"],
    [9, "LMSSetValue", "cmi.core.lesson_status", "completed", "true", "0"],
    [12, "LMSSetValue", "cmi.suspend_data", "a-long-word-without-any-place-to-break-it" * 4, "true", "0"],
    [15, "LMSSetValue", "cmi.core.score.raw", "very good", "false", "405"],
]
UPLOADS = {"checked": package_files(), "refused": {"index.html": b"x"}, "receiving": None}


def _upload(session: Session, folder: Path, people: People, files: dict[str, bytes] | None) -> str:
    name = "a-package-with-a-name-that-is-much-longer-than-a-telephone-is-wide.zip"
    made = uploads.begin(session, people.bob.actor, name, 1000, "", {"unscripted": "opened"}, now())
    row = uploads.own(session, people.bob.actor, made)
    if files is None:
        uploads.advance(session, people.bob.actor, row, 300, now())
        return made
    uploads.advance(session, people.bob.actor, row, 1000, now())
    path = zipped(folder / f"{made}.zip", files)
    uploads.judge(session, made, judging.judge(path, name, Options(), LIMITS), now())
    return made


PAGES = (
    ("", "/"),
    ("", "/sign-in"),
    ("", "/sign-up"),
    ("", "/reset"),
    ("", "/privacy"),
    ("", "/courses"),
    ("", "/courses/tiny-course"),
    ("", "/check"),
    ("", "/verify"),
    ("", "/verify/{certificate}"),
    ("", "/verify/AAAA-BBBB"),
    ("alice", "/learning"),
    ("charlie", "/learning"),
    ("alice", "/courses/tiny-course"),
    ("alice", "/courses/tiny-course/why"),
    ("amina", "/courses/tiny-course/why"),
    ("alice", "/courses/tiny-course/lessons/doors"),
    ("amina", "/courses/tiny-course/lessons/hands?lang=ko"),
    ("amina", "/courses/tiny-course/quizzes/tiny-quiz"),
    ("amina", "/attempts/{attempt}/questions/1"),
    ("amina", "/attempts/{attempt}/check"),
    ("alice", "/attempts/{sent}/review"),
    ("alice", "/records"),
    ("charlie", "/records"),
    ("alice", "/certificates/{certificate}"),
    ("alice", "/profile"),
    ("alice", "/profile/sessions"),
    ("alice", "/profile/password"),
    ("alice", "/profile/email"),
    ("alice", "/nowhere"),
    ("bob", "/desk"),
    ("bob", "/desk/courses/tiny-course"),
    ("bob", "/desk/courses/tiny-course/retire"),
    ("bob", "/desk/packages"),
    ("bob", "/desk/packages/{checked}"),
    ("bob", "/desk/packages/{refused}"),
    ("bob", "/desk/packages/{receiving}"),
    ("bob", "/desk/courses/hand-hygiene"),
    ("bob", "/desk/courses/hand-hygiene/hosts"),
    ("dora", "/desk/courses/hand-hygiene/hosts"),
    ("dora", "/desk/courses/hand-hygiene/hosts/1"),
    ("alice", "/courses/hand-hygiene"),
    ("dora", "/gradebook/hand-hygiene/{run}"),
    ("dora", "/gradebook/hand-hygiene/{run}/launches"),
    ("dora", "/gradebook/hand-hygiene/{run}/launches/{launch}"),
    ("quentin", "/questions"),
    ("bob", "/desk/drafts/{draft}"),
    ("bob", "/desk/drafts/{broken}"),
    ("bob", "/desk/drafts/{draft}/preview"),
    ("bob", "/desk/drafts/{draft}/preview/doors"),
    ("dora", "/people"),
    ("dora", "/people/new"),
    ("dora", "/people/import"),
    ("dora", "/people/{user}"),
    ("dora", "/people/{user}/edit"),
    ("dora", "/people/{user}/close"),
    ("dora", "/enrolments"),
    ("dora", "/enrolments/tiny-course"),
    ("dora", "/enrolments/new"),
    ("dora", "/jobs"),
    ("dora", "/admin/operations"),
    ("dora", "/gradebook"),
    ("dora", "/gradebook/tiny-course"),
    ("dora", "/gradebook/tiny-course?q=nobody"),
    ("dora", "/gradebook/tiny-course/{registration}"),
    ("ines", "/audit"),
    ("ines", "/attempts/{sent}/evidence"),
)
SHAPES = (
    {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"},
)


@pytest.fixture(params=SHAPES, ids=["1280-light", "360-dark"])
def shaped(request: pytest.FixtureRequest, new_context: NewContext, complaints: Complaints) -> Page:
    complaints.expect("404 (NOT FOUND)")
    return new_context(**request.param, reduced_motion="reduce").new_page()


@pytest.mark.parametrize(("who", "path"), PAGES)
def test_a_page_is_whole(world: World, shaped: Page, who: str, path: str) -> None:
    if who:
        sign_in(shaped.context, world.tokens[who])
    answer = shaped.goto(world.address(path))
    assert answer is not None and answer.status < 500
    assert _faults(shaped, answer.text()) == []


def _faults(page: Page, html: str) -> list[str]:
    found = [f"axe {one['id']}: {[node['target'] for node in one['nodes']][:3]}" for one in barriers(page)]
    found += [f"html: {code} at {place}" for place, code, _facts in _parse_errors(html)]
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    found += [f"{width} px sideways"] if width > 0 else []
    heads = page.locator("h1").all_inner_texts()
    title = _plain(page.title()).removeprefix("Problem: ")
    if len(heads) != 1:
        found.append(f"{len(heads)} h1")
    elif not _plain(title).startswith(_plain(heads[0])[:20]):
        found.append(f"the title {page.title()!r} does not begin with the h1 {heads[0]!r}")
    return found


def _parse_errors(html: str) -> list[tuple[Any, str, Any]]:
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(html)
    return parser.errors


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
