"""Floods, bounded here in number and time: tries to sign in, and a page that posts without a pause. Beside them a
trainee saves answers, and is answered soon; memory and rows stay bounded, and nobody hears 500."""

import http.client
import json
import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from lms.accounts.models import SignInThrottle
from lms.audit.models import AuditEvent
from lms.core import config
from lms.core.db import Database
from lms.learning import page_loads
from tests import serving
from tests.abuse import site
from tests.abuse.site import SECRET, Site
from tests.faults import scene
from tests.faults.scene import Scene, Seat

pytestmark = pytest.mark.verify
LINES = 50
SECONDS = 15.0
#: The page of a journal gives up later; what it was is printed.
SOON = 12.0


@dataclass
class Played:
    """`heard` counts the statuses of the flood; `waits` are the seconds of the trainee's saves."""

    heard: Counter[int] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    unanswered: int = 0

    @property
    def p95(self) -> float:
        return sorted(self.waits)[int(len(self.waits) * 0.95)]


@dataclass
class Stage:
    site: Site
    scene: Scene
    db: Database


@pytest.fixture(scope="module")
def stage(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("floods")
    shutil.copy(sqlite_template, folder / "lms.db")
    url = f"sqlite:///{folder / 'lms.db'}"
    with serving.hold_port() as held:
        port = serving.number(held)
        given = {"mode": "test", "data_dir": str(folder / "data"), "secret_key": SECRET, "log_level": "ERROR"}
        settings = config.load({}, base_url=f"http://localhost:{port}", database_url=url, **given)
        db = Database(url)
        made = scene.prepare(settings, db, 2)
        with site.running(folder, url, threads=8, port=port) as running:
            yield Stage(running, made, db)
        db.close()


def _line(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=60)


def _saves(stage: Stage, seat: Seat) -> Callable[[int], tuple[str, bytes, dict[str, str]]]:
    token = page_loads.issue(SECRET, seat.attempt, f"attempt:{seat.attempt}", datetime.now(UTC))
    question = next(iter(seat.right))
    body = {"question": question, "response": seat.right[question]}
    headers = {
        "Host": stage.scene.host,
        "Origin": f"http://{stage.scene.host}",
        "Content-Type": "application/json",
        "Cookie": f"{stage.scene.cookie_name}={seat.cookie}",
    }

    def save(number: int) -> tuple[str, bytes, dict[str, str]]:
        act = {"n": number, "kind": "answer", "at": datetime.now(UTC).isoformat(), "body": body}
        batch = {"page_load": token, "lease": seat.lease, "ops": [act]}
        return f"/attempts/{seat.attempt}/operations", json.dumps(batch).encode(), headers

    return save


def _play(stage: Stage, flood: Callable[[int, int], tuple[str, bytes, dict[str, str]]]) -> Played:
    """The flood on LINES connections, each as fast as it is answered, and a trainee who saves four times a second."""
    played, over, lock = Played(), threading.Event(), threading.Lock()

    def attack(number: int) -> None:
        line, heard, turn = _line(stage.site.port), Counter[int](), 0
        while not over.is_set():
            path, body, headers = flood(number, turn)
            turn += 1
            try:
                line.request("POST", path, body, headers)
                answer = line.getresponse()
                answer.read()
                heard[answer.status] += 1
                if answer.status in (429, 503):
                    heard[-1] += answer.headers["Retry-After"] is None
            except (OSError, http.client.HTTPException):
                line.close()
                line = _line(stage.site.port)
        line.close()
        with lock:
            played.heard.update(heard)

    save = _saves(stage, stage.scene.seats[0])
    threads = [threading.Thread(target=attack, args=(number,)) for number in range(LINES)]
    for thread in threads:
        thread.start()
    until, number = time.monotonic() + SECONDS, 0
    line = _line(stage.site.port)
    while time.monotonic() < until:
        number += 1
        began = time.monotonic()
        line.request("POST", *save(number))
        answer = line.getresponse()
        answer.read()
        played.waits.append(time.monotonic() - began)
        played.unanswered += answer.status != 200
        over.wait(0.25)
    over.set()
    for thread in threads:
        thread.join()
    line.close()
    return played


@contextmanager
def _bounded(stage: Stage) -> Iterator[None]:
    before = stage.site.memory
    yield
    assert stage.site.memory - before < 60_000_000
    assert "Traceback" not in stage.site.log


def _sign_in(stage: Stage, name: str, device: str = "") -> tuple[str, bytes, dict[str, str]]:
    headers = {"Host": stage.scene.host, "Origin": f"http://{stage.scene.host}", "Cookie": device}
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return "/sign-in", urlencode({"name": name, "password": "not the password"}).encode(), headers | kind


def _rows(stage: Stage, table: Any) -> int:
    with stage.db.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def _judge(played: Played) -> None:
    print(f"\nheard {dict(played.heard)}, saves {len(played.waits)}, p95 {played.p95 * 1000:.0f} ms")
    assert (played.unanswered, played.heard[500], played.heard[-1]) == (0, 0, 0)
    assert played.p95 < SOON


def test_tries_on_one_account(stage: Stage) -> None:
    with _bounded(stage):
        played = _play(stage, lambda _line, _turn: _sign_in(stage, "trainee.001"))
    _judge(played)
    assert played.heard[429] > 0.9 * played.heard.total()
    assert _rows(stage, SignInThrottle) < 10


def test_tries_on_ten_thousand_accounts(stage: Stage) -> None:
    before = _rows(stage, AuditEvent)
    with _bounded(stage):
        played = _play(stage, lambda line, turn: _sign_in(stage, f"someone.{(line * 200 + turn) % 10_000}"))
    _judge(played)
    assert played.heard[422] + played.heard[503] + played.heard[429] == played.heard.total()
    assert _rows(stage, SignInThrottle) < 25_000
    assert _rows(stage, AuditEvent) - before <= 501


def test_a_page_that_ignores_being_asked_to_wait(stage: Stage) -> None:
    save = _saves(stage, stage.scene.seats[1])
    with _bounded(stage):
        played = _play(stage, lambda line, turn: save(1 + line + LINES * turn))
    _judge(played)
    assert played.heard[429] > 0
