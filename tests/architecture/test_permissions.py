"""Every address is played as every role. Who is not in the table's line gets 404, or is asked to sign in.

a: a stranger without an account, t: the trainee whose records these are, s: another trainee, i: instructor,
d: administrator, q: quality, n: inspector.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from lms.accounts import sessions
from lms.accounts.models import UserSession
from lms.catalogue import queries as catalogue
from lms.catalogue.service import drafts, uploads
from lms.certificates import service as certificates
from lms.core.clock import now
from lms.core.storage import DiskStorage
from lms.learning import service as learning
from lms.quizzes import service as quizzes
from lms.scorm.models import PackageLaunch
from tests.certificates.finished import complete_tiny
from tests.client import Client
from tests.courses import ROOT
from tests.packages import KEY, publish_package
from tests.people import make_people

EVERYBODY = "atsidqn"
SIGNED_IN = "tsidqn"
TABLE = {
    "accounts.accept_privacy": SIGNED_IN,
    "accounts.confirm": EVERYBODY,
    "accounts.confirmed": EVERYBODY,
    "accounts.email": SIGNED_IN,
    "accounts.end_other_sessions": SIGNED_IN,
    "accounts.end_session": "",
    "accounts.invite": EVERYBODY,
    "accounts.not_confirmed": EVERYBODY,
    "accounts.password": SIGNED_IN,
    "accounts.privacy": EVERYBODY,
    "accounts.profile": SIGNED_IN,
    "accounts.reset": EVERYBODY,
    "accounts.reset_asked": EVERYBODY,
    "accounts.reset_link": EVERYBODY,
    "accounts.sessions": SIGNED_IN,
    "accounts.sign_in": EVERYBODY,
    "accounts.sign_up": EVERYBODY,
    "audit.index": "qn",
    "certificates.check": EVERYBODY,
    "certificates.download": "tdqn",
    "certificates.mine": "ts",
    "certificates.revoke": "dq",
    "certificates.show": "tdqn",
    "certificates.verify": EVERYBODY,
    "check.index": EVERYBODY,
    "check.sample": EVERYBODY,
    "check.upload": EVERYBODY,
    "desk.announce": "i",
    "desk.chunk": "i",
    "desk.course": "i",
    "desk.decide_hosts": "d",
    "desk.discard": "i",
    "desk.discard_package": "i",
    "desk.draft": "i",
    "desk.hosts": "id",
    "desk.index": "i",
    "desk.package": "i",
    "desk.packages": "i",
    "desk.preview": "i",
    "desk.preview_activity": "i",
    "desk.preview_file": "i",
    "desk.publish": "i",
    "desk.publish_package": "i",
    "desk.pull_": "i",
    "desk.reopen": "i",
    "desk.retire": "i",
    "desk.upload": "i",
    "desk.upload_package": "i",
    "enrolments.course": "d",
    "enrolments.due": "d",
    "enrolments.index": "d",
    "enrolments.new": "d",
    "enrolments.withdraw": "d",
    "health.alive": EVERYBODY,
    "health.ready": EVERYBODY,
    "jobs.index": "d",
    "jobs.retry": "d",
    "keys.correct": "iq",
    "keys.courses": "iq",
    "keys.index": "iq",
    "keys.one": "iq",
    "learning.catalogue": EVERYBODY,
    "learning.course": EVERYBODY,
    "learning.file": "tidqn",
    "learning.join": "ts",
    "learning.mine": SIGNED_IN,
    "learning.start": EVERYBODY,
    "learning.why": "t",
    "lessons.act": "t",
    "lessons.operations": "t",
    "lessons.show": "t",
    "metrics.show": "",
    "operations.index": "d",
    "people.chosen": "d",
    "people.close": "d",
    "people.edit": "d",
    "people.export": "d",
    "people.index": "d",
    "people.link": "d",
    "people.look": "d",
    "people.mail_link": "d",
    "people.new": "d",
    "people.one": "d",
    "people.open_again": "d",
    "people.upload": "d",
    "player.start": "t",
    "quizzes.check": "t",
    "quizzes.evidence": "idqn",
    "quizzes.operations": "t",
    "quizzes.question": "t",
    "quizzes.review": "t",
    "quizzes.save_question": "t",
    "quizzes.send": "t",
    "quizzes.start": "t",
    "quizzes.start_page": "t",
    "quizzes.take_over": "t",
    "recorder.download": "idq",
    "recorder.index": "idqn",
    "recorder.one": "idqn",
    "reports.courses": "idqn",
    "reports.download": "idq",
    "reports.enter": "dq",
    "reports.evidence_of": "idqn",
    "reports.grades": "idqn",
}
#: Signing out ends the play; it is for everybody who is signed in.
LEFT_OUT = {"accounts.sign_out"}
#: These need a thing that only their own page makes; their features' tests play them.
ELSEWHERE = {
    "accounts.confirm",
    "accounts.end_session",
    "accounts.invite",
    "accounts.reset_link",
    "jobs.retry",
    "lessons.operations",
    "people.chosen",
    "people.look",
    "player.start",
    "quizzes.operations",
}


@dataclass
class Scene:
    client: Client
    people: Any
    values: dict[str, Any]


@pytest.fixture
def scene(client: Client, tmp_path: Path) -> Scene:
    storage = DiskStorage(client.app.extensions["lms"].settings.data_dir / "blobs")
    with client.db.writing() as session:
        people = make_people(session)
        registration = complete_tiny(session, people.alice, storage.root)
        attempt = quizzes.start(session, people.alice.actor, "tiny-course", "tiny-quiz", now(), "en")
        number = certificates.issue(session, registration, now())
        course = catalogue.course_by_key(session, "tiny-course")
        question = catalogue.questions(session, course.current_version_id, "tiny-bank")[0]["key"]
        digest = next(iter(catalogue.files(session, course.current_version_id).values()))
        found = drafts.check_upload(
            {p.relative_to(ROOT).as_posix(): p.read_bytes() for p in ROOT.rglob("*") if p.is_file()}
        )
        draft = drafts.add(session, people.bob.actor, drafts.prepare(storage, found, {}), "tiny.zip", now())[0]
        publish_package(session, storage, tmp_path)
        run = learning.join(session, people.alice.actor, people.alice.id, KEY, now(), origin="self")
        launch = _launched(session, run, people.alice.id)
        package = uploads.begin(session, people.bob.actor, "tiny.zip", 1, "", {"unscripted": "opened"}, now())
    values = {
        "attempt": attempt, "number": 1, "course": "tiny-course", "lesson": "doors", "quiz": "tiny-quiz",
        "digest": getattr(digest, "hash", None) or digest.digest, "name": "doors.svg", "registration": registration,
        "form": "csv", "code": "made-up", "user_id": people.charlie.id, "session_id": 1, "file": "made-up", "job_id": 1,
        "enrolment": 1, "key": "doors", "draft": draft, "certificate": number,
        "version": 1, "bank": "tiny-bank", "question": question, "upload": package,
        "run": run, "launch": launch,
    }  # fmt: skip
    return Scene(client, people, values)


def _launched(session: Session, registration: int, user_id: int) -> int:
    """One opening of a package's player."""
    sessions.open_session(session, user_id, "test", now(), 24)
    opened = session.scalar(select(func.max(UserSession.id)))
    given = {"registration_id": registration, "user_id": user_id, "session_id": opened, "code_hash": "x"}
    row = PackageLaunch(**given, code_until=now(), started_at=now())
    session.add(row)
    session.flush()
    return row.id


#: These exist for content packages only.
OF_PACKAGES = {"desk.decide_hosts", "desk.hosts", "recorder.download", "recorder.index", "recorder.one"}
WHO = {"t": "alice", "s": "charlie", "i": "bob", "d": "dora", "q": "quentin", "n": "ines"}


def _address(scene: Scene, rule: Rule) -> str:
    values = dict(scene.values)
    if rule.endpoint.startswith("certificates."):
        values["number"] = values["certificate"]
    if rule.endpoint in OF_PACKAGES:
        values |= {"course": KEY, "registration": values["run"]}
    if rule.endpoint.startswith("desk."):
        values["number"] = values["draft"]
    with scene.client.app.test_request_context(base_url="http://localhost:8000"):
        built = rule.build({name: values[name] for name in rule.arguments}, append_unknown=False)
    assert built is not None
    return built[1]


def _opens(scene: Scene, rule: Rule, method: str) -> bool:
    address = _address(scene, rule)
    answer = scene.client.get(address) if method == "GET" else scene.client.post(address, {})
    assert answer.status_code < 500, (address, answer.status_code)
    to_sign_in = answer.status_code in (302, 303) and "/sign-in" in answer.headers["Location"]
    return answer.status_code not in (401, 403, 404) and not (to_sign_in and rule.endpoint != "accounts.sign_in")


def _rules(client: Client) -> list[tuple[Rule, str]]:
    """GETs first, since a POST may change what is there; withdrawing and revoking at the very end."""
    pairs = [
        (rule, method)
        for rule in client.app.url_map.iter_rules()
        for method in ("GET", "POST")
        if method in (rule.methods or ()) and rule.endpoint not in LEFT_OUT | ELSEWHERE
    ]
    last = (
        "desk.discard",
        "desk.discard_package",
        "enrolments.withdraw",
        "learning.join",
        "people.close",
        "quizzes.send",
    )
    return sorted(pairs, key=lambda pair: (pair[1] == "POST", pair[0].endpoint in last, pair[0].endpoint))


def test_the_table_names_every_address(client: Client) -> None:
    endpoints = {rule.endpoint for rule in client.app.url_map.iter_rules()} - LEFT_OUT
    assert endpoints == set(TABLE)


@pytest.mark.parametrize("who", EVERYBODY)
def test_each_role_opens_what_the_table_says_and_no_more(scene: Scene, who: str) -> None:
    if who != "a":
        scene.client.sign_in(getattr(scene.people, WHO[who]).id)
    wrong = {
        f"{method} {rule.endpoint}": ("opens" if opened else "is shut")
        for rule, method in _rules(scene.client)
        if (opened := _opens(scene, rule, method)) != (who in TABLE[rule.endpoint])
    }
    assert wrong == {}
