"""A launch of a package, request by request: what one answers is what the next one sends."""

import itertools
import json
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.load import packages
from tests.load.client import Reply, Request
from tests.load.scene import Scene


@dataclass(slots=True)
class Launch:
    host: str
    code: str
    token: str = ""
    href: str = ""


class Waiting:
    """The requests of one step, for the launches that the step before has brought so far; it may end and go on."""

    def __init__(self, request: Callable[[Launch, Callable[[Reply], None]], Request], then: "Waiting | None") -> None:
        self._request = request
        self._then = then
        self._launches: deque[Launch] = deque()

    def add(self, launch: Launch) -> None:
        self._launches.append(launch)

    def __iter__(self) -> Iterator[Request]:
        return self

    def __next__(self) -> Request:
        if not self._launches:
            raise StopIteration
        launch = self._launches.popleft()
        return self._request(launch, partial(self._heard, launch))

    def _heard(self, launch: Launch, reply: Reply) -> None:
        if self._then is None:
            return
        if reply.headers.get("content-type", "").startswith("application/json"):
            told: dict[str, Any] = json.loads(reply.text())
            launch.token = told.get("token", launch.token)
            launch.href = (told.get("delivery") or {}).get("href", "")
        self._then.add(launch)


def steps(scene: Scene) -> tuple[Iterator[Request], ...]:
    """In the order of STEPS."""
    file = Waiting(lambda one, heard: Request(one.href, host=one.host, heard=heard), None)
    take = Waiting(lambda one, heard: Request("/x/take", None, b"{}", one.host, one.token, heard=heard), file)
    exchange = Waiting(
        lambda one, heard: Request("/x/exchange", None, json.dumps({"code": one.code}).encode(), one.host, heard=heard),
        take,
    )
    shell = Waiting(lambda one, heard: Request("/", host=one.host, heard=heard), exchange)
    return _starts(scene, shell), shell, exchange, take, file


def _starts(scene: Scene, then: Waiting) -> Iterator[Request]:
    """The button of the course's page."""

    def heard(reply: Reply) -> None:
        address, _, code = reply.headers["location"].partition("/#")
        then.add(Launch(address.partition("://")[2], code))

    path, body = f"/courses/{packages.ONE}/package", f"csrf_token={scene.csrf}".encode()
    for person in itertools.cycle(scene.trainees):
        yield Request(path, person, body, form=True, expected=303, heard=heard)


#: Each step and the bare route that it is measured against.
STEPS = (
    ("launch: start", "record"),
    ("launch: page", "read"),
    ("launch: exchange", "record"),
    ("launch: take", "record"),
    ("launch: file", "read"),
)
