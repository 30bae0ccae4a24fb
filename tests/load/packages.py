"""Packages for the load run: one SCO of SCORM 1.2 that many have open, and trees of SCORM 2004 to walk through."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from lms.accounts import sessions
from lms.core.config import Settings
from lms.core.storage import Storage
from lms.learning import page_loads
from lms.learning import service as learning
from lms.player import hosts, tokens
from lms.scorm import queries, service
from lms.scorm.service import Sender
from tests.packages import FLOW, SPACES, publish_package
from tests.people import Someone

#: Trees to navigate, by how many activities they have.
TREES = (200, 2_000)
ONE = "load-one-sco"
#: So many leaves a chapter.
CHAPTER = 9


@dataclass(slots=True)
class Page:
    """An open page of a package: what it needs to post."""

    host: str
    token: str
    page_load: str
    lease: int
    number: int = 0


def tree_key(activities: int) -> str:
    return f"load-tree-{activities}"


def publish_one(session: Session, storage: Storage, folder: Path) -> None:
    publish_package(session, storage, folder, _files(_one()), ONE)


def publish_all(session: Session, storage: Storage, folder: Path) -> None:
    publish_one(session, storage, folder)
    for activities in TREES:
        publish_package(session, storage, folder, _files(_tree(activities)), tree_key(activities))


def opened(session: Session, settings: Settings, someone: Someone, course: str, now: datetime) -> Page:
    """Enrolled, started, and its first SCO initialised: as the player does it."""
    secret = settings.secret_key
    learning.join(session, someone.actor, someone.id, course, now, origin="self")
    signed_in = sessions.open_session(session, someone.id, "load test", now, 24)
    person = sessions.load(session, signed_in, now, settings.idle_minutes)
    assert person
    started = service.start(session, person.actor, course, now, secret_key=secret, device="load test")
    launch = service.exchange(session, started.label, started.code, now)
    assert launch
    taken = service.take(session, person.actor, launch.registration_id, launch.launch_id, now, secret)
    origin = hosts.hosts_of(settings.content_url, settings.base_url).origin(started.label)
    token = tokens.write_token(secret, launch.launch_id, launch.registration_id, now)
    page = Page(origin.partition("://")[2], token, taken.page_load, taken.lease)
    run = queries.run(session, launch.registration_id)
    assert run
    page.number = 1
    begin = {"n": 1, "kind": "init", "at": None, "body": {"k": run.current, "a": 1}}
    sender = Sender(launch.launch_id, launch.registration_id, started.label, settings.idle_minutes)
    name = page_loads.check(secret, taken.page_load, launch.registration_id, service.scope(taken.lease))
    assert name
    _person, received = service.receive(session, sender, name, taken.lease, [begin], now)
    assert received.fates[0].outcome == "applied", received
    return page


def _files(manifest: bytes) -> dict[str, bytes]:
    return {"imsmanifest.xml": manifest, "page.html": b"<!doctype html><title>Page</title>"}


def _one() -> bytes:
    return _manifest("1.2", '<item identifier="i1" identifierref="r"><title>One</title></item>')


def _tree(activities: int) -> bytes:
    """Chapters of nine leaves; each leaf has a rule that is asked for at every step, as authoring tools write them."""
    rule = (
        "<imsss:sequencing><imsss:sequencingRules><imsss:preConditionRule><imsss:ruleConditions>"
        '<imsss:ruleCondition condition="attemptLimitExceeded"/></imsss:ruleConditions>'
        '<imsss:ruleAction action="disabled"/></imsss:preConditionRule></imsss:sequencingRules></imsss:sequencing>'
    )
    items, made, chapter = [], 0, 0
    while made < activities:
        chapter += 1
        leaves = range(min(CHAPTER, max(1, activities - made - 1)))
        inside = "".join(
            f'<item identifier="c{chapter}-{leaf}" identifierref="r"><title>Page {leaf}</title>{rule}</item>'
            for leaf in leaves
        )
        items.append(f'<item identifier="c{chapter}"><title>Chapter {chapter}</title>{inside}{FLOW}</item>')
        made += 1 + len(leaves)
    return _manifest("2004", "".join(items))


def _manifest(standard: str, items: str) -> bytes:
    spaces, schema, kind = SPACES[standard]
    flow = FLOW if standard == "2004" else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="load" {spaces}><metadata>{schema}</metadata>
<organizations default="o"><organization identifier="o"><title>Load</title>{items}{flow}</organization></organizations>
<resources><resource identifier="r" type="webcontent" {kind} href="page.html"><file href="page.html"/></resource>
</resources></manifest>""".encode()
