"""What people do, as endless streams of requests."""

import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.load import launches, packages
from tests.load.client import Request
from tests.load.packages import Page
from tests.load.scene import Scene

#: A page of a quiz saves this often before the next page, and with it the next page load, comes.
SAVES_A_PAGE = 3


@dataclass(frozen=True, slots=True)
class Scenario:
    """One step, or several that follow one another; each with the route of the bare application that it is measured
    against."""

    name: str
    steps: Sequence[tuple[str, str]]
    requests: Callable[[Scene], Sequence[Iterator[Request]]]


def _one(name: str, bare: str, requests: Callable[[Scene], Iterator[Request]]) -> Scenario:
    return Scenario(name, [(name, bare)], lambda scene: [requests(scene)])


def _lessons(scene: Scene) -> Iterator[Request]:
    for person, lesson in zip(itertools.cycle(scene.trainees), itertools.cycle(scene.lessons), strict=False):
        yield Request(f"/courses/{scene.course}/lessons/{lesson}", person)


def _learning(scene: Scene) -> Iterator[Request]:
    return (Request("/learning", person) for person in itertools.cycle(scene.trainees))


def _course(scene: Scene) -> Iterator[Request]:
    return (Request(f"/courses/{scene.course}", person) for person in itertools.cycle(scene.trainees))


def _questions(scene: Scene) -> Iterator[Request]:
    for turn in itertools.count():
        for person, pen in scene.pens.items():
            yield Request(f"/attempts/{pen.attempt}/questions/{turn % pen.questions + 1}", person)


def _saves(scene: Scene) -> Iterator[Request]:
    for turn in itertools.count():
        for person, pen in scene.pens.items():
            page_load = scene.page_load(pen.attempt)
            for number in range(1, SAVES_A_PAGE + 1):
                body = pen.answers[(turn + number) % len(pen.answers)]
                operation = {"n": number, "kind": "answer", "body": body, "at": datetime.now(UTC).isoformat()}
                batch = {"page_load": page_load, "lease": pen.lease, "ops": [operation]}
                yield Request(f"/attempts/{pen.attempt}/operations", person, json.dumps(batch).encode())


def _set(number: int, element: str, value: str) -> dict[str, object]:
    return _act(number, "set", k="sco-1", a=1, e=element, v=value)


def _act(number: int, kind: str, **body: object) -> dict[str, object]:
    return {"n": number, "kind": kind, "at": datetime.now(UTC).isoformat(), "body": body}


def _post(page: Page, operations: list[dict[str, object]]) -> Request:
    page.number += len(operations)
    batch = {"page_load": page.page_load, "lease": page.lease, "ops": operations}
    return Request("/x/operations", None, json.dumps(batch).encode(), page.host, page.token)


def _package_batches(scene: Scene) -> Iterator[Request]:
    """Eight elements that a SCO sets at each of its pages, the score among them."""
    for turn in itertools.count():
        values = {
            "cmi.core.lesson_location": f"page-{turn}",
            "cmi.core.session_time": f"00:{turn // 60 % 60:02}:{turn % 60:02}",
            "cmi.suspend_data": f"turn={turn};" + "answers=abcdefgh;" * 30,
            "cmi.core.score.raw": "60",
            "cmi.core.lesson_status": "incomplete",
            "cmi.interactions.0.id": "question-1",
            "cmi.interactions.0.type": "choice",
            "cmi.interactions.0.student_response": "abcd"[turn % 4],
        }
        for page in scene.pages[packages.ONE]:
            yield _post(page, [_set(page.number + n, *pair) for n, pair in enumerate(values.items(), 1)])


def _navigations(activities: int) -> Callable[[Scene], Iterator[Request]]:
    """Forward through the tree, each page at its own place."""

    def requests(scene: Scene) -> Iterator[Request]:
        for page in itertools.cycle(scene.pages[packages.tree_key(activities)]):
            yield _post(page, [_act(page.number + 1, "nav", request="continue")])

    return requests


def _gradebook(scene: Scene) -> Iterator[Request]:
    return itertools.repeat(Request(f"/gradebook/{scene.course}", scene.instructor))


def bare_requests(route: str) -> Iterator[Request]:
    body = None if route == "read" else b"x" * 100
    return (Request(f"/{route}/{number}", None, body) for number in itertools.cycle(range(1, 101)))


SCENARIOS = (
    _one("lesson", "read", _lessons),
    _one("my learning", "read", _learning),
    _one("course page", "read", _course),
    _one("question", "read", _questions),
    _one("save an answer", "save", _saves),
    _one("package: 8 values", "record", _package_batches),
    *(_one(f"package: {size} acts", "record", _navigations(size)) for size in packages.TREES),
    Scenario("launch", launches.STEPS, launches.steps),
    _one("gradebook page", "read", _gradebook),
)
