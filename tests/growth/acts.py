"""What people do all day, by the pages and services themselves, and how much of the database each may touch.

The bounds hold however many events there are. A page that shows a whole course is bounded by the size of the course.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lms.core import jobs
from lms.core.clock import now
from lms.learning import page_loads
from lms.lessons import service as lessons
from tests.client import Client
from tests.growth.site import SECRET, Site
from tests.people import PASSWORD


@dataclass(frozen=True, slots=True)
class Act:
    """`rows` that one statement may look at, `blocks` that it may touch."""

    do: Callable[[Site], Any]
    rows: int = 100
    blocks: int = 120


def _page(path: str, role: str = "") -> Callable[[Site], Any]:
    def get(site: Site) -> None:
        client = site.staff[role] if role else site.pens[1].client
        reply = client.get(path.format(attempt=site.pens[1].attempt, registration=site.pens[1].registration))
        assert reply.status_code == 200, reply.status

    return get


def _lesson(site: Site) -> None:
    pen = site.pens[1]
    page_load = page_loads.issue(SECRET, pen.registration, lessons.scope("doors", "en"), now())
    operation = {"n": 1, "kind": "place", "block": 1, "at": now().isoformat()}
    batch = {"page_load": page_load, "ops": [operation]}
    reply = pen.client.post("/courses/tiny-course/lessons/doors/operations", json=batch)
    assert reply.status_code == 200, reply.text


def _sign_in(site: Site) -> None:
    client = Client(site.app)
    reply = client.post("/sign-in", {"name": "pen.00001", "password": PASSWORD})
    assert reply.status_code == 303, reply.status


def _package(site: Site) -> None:
    assert site.desk
    site.desk.send(*site.desk.sets(cmi__core__lesson_location="7", cmi__suspend_data="x"))


def _launch(site: Site) -> None:
    assert site.desk
    site.desk.open()


def _claim(site: Site) -> None:
    with site.db.writing() as session:
        jobs.enqueue(session, "note", {}, now())
    with site.db.writing() as session:
        assert jobs.claim(session, now(), ("package.check",))


def _send(site: Site) -> None:
    pen = site.pens[2]
    reply = pen.client.post(f"/attempts/{pen.attempt}/send", {})
    assert reply.status_code in (302, 303), reply.status


ACTS = {
    "sign in": Act(_sign_in),
    "my learning": Act(_page("/learning")),
    "course page": Act(_page("/courses/tiny-course")),
    "lesson page": Act(_page("/courses/tiny-course/lessons/doors")),
    "save of a lesson": Act(_lesson),
    "question page": Act(_page("/attempts/{attempt}/questions/1")),
    "save of an answer": Act(lambda site: site.pens[1].save()),
    "end of a quiz": Act(_send),
    "launch of a package": Act(_launch),
    "save of a package": Act(_package),
    "claim of a job": Act(_claim),
    "evidence page": Act(_page("/gradebook/tiny-course/{registration}", "instructor"), rows=2_500, blocks=1_000),
    # All people may be read where that is cheaper than to look up those of the course.
    "gradebook page": Act(_page("/gradebook/tiny-course", "instructor"), rows=50_000, blocks=5_000),
    "audit by subject": Act(_page("/audit?kind=registration&subject=1", "quality")),
    "audit by act": Act(_page("/audit?what=quiz.sent", "quality")),
}
