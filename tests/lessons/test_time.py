"""Reading time as the server believes it: slices of the page, held against the server's own clock."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from lms.core.storage import DiskStorage
from lms.engines.content.model import Lesson
from lms.learning import page_loads, queries
from lms.learning import service as learning
from lms.lessons import service
from tests.courses import publish_tiny, tiny
from tests.learning.conftest import NOW
from tests.people import make_people

SECRET = "tests only"
#: 2 minutes, of which half have to be seen.
RULE = {"reach_end": True, "share_of_minutes": 0.5, "checks": "none"}
Send = Callable[..., service.Received]


@pytest.fixture
def alice(session: Session, tmp_path: Path) -> Any:
    alice = make_people(session).alice
    modules = tuple(
        replace(
            module,
            activities=tuple(replace(one, read=RULE) if isinstance(one, Lesson) else one for one in module.activities),
        )
        for module in tiny().modules
    )
    publish_tiny(session, DiskStorage(tmp_path), modules=modules)
    return alice


@pytest.fixture
def reg(session: Session, alice: Any) -> int:
    return learning.join(session, alice.actor, alice.id, "tiny-course", NOW, origin="self")


@pytest.fixture
def page(reg: int) -> str:
    """A page that was made at NOW."""
    return page_loads.issue(SECRET, reg, service.scope("doors", "en"), NOW)


@pytest.fixture
def send(session: Session, alice: Any) -> Send:
    def send(token: str, after: float, *operations: tuple[int, str, dict[str, Any]]) -> service.Received:
        """Operations that arrive so many seconds after NOW."""
        return service.receive(
            session,
            alice.actor,
            "tiny-course",
            "doors",
            token=token,
            operations=[{"n": n, "kind": kind, "body": body} for n, kind, body in operations],
            secret_key=SECRET,
            now=NOW + timedelta(seconds=after),
        )

    return send


def _seconds(session: Session, reg: int) -> float:
    state = queries.state(session, reg, "doors")
    assert state
    return state.data["seconds"]


def test_slices_add_up(session: Session, reg: int, page: str, send: Send) -> None:
    send(page, 30, (1, "time", {"seconds": 30}))
    send(page, 50, (2, "time", {"seconds": 20}))
    assert _seconds(session, reg) == 50


def test_a_page_cannot_report_more_than_has_passed_since_it_was_heard_of(
    session: Session, reg: int, page: str, send: Send
) -> None:
    send(page, 600, (1, "time", {"seconds": 5}))
    send(page, 610, *((n, "time", {"seconds": 60}) for n in range(2, 12)))
    assert _seconds(session, reg) <= 20  # what has passed, and some seconds of delivery


def test_two_tabs_do_not_count_twice(session: Session, reg: int, page: str, send: Send) -> None:
    other = page_loads.issue(SECRET, reg, service.scope("doors", "en"), NOW)
    send(page, 30, (1, "time", {"seconds": 30}))
    send(other, 30, (1, "time", {"seconds": 30}))
    assert _seconds(session, reg) == 30


def test_a_page_kept_offline_for_a_day_is_believed_later(session: Session, reg: int, page: str, send: Send) -> None:
    send(page, 86_400, *((n, "time", {"seconds": 30}) for n in range(1, 4)), (4, "end", {}))
    assert _seconds(session, reg) == 90
    assert queries.state(session, reg, "doors").status == "read"


def test_a_lesson_is_read_when_it_was_seen_long_enough(session: Session, reg: int, page: str, send: Send) -> None:
    assert not send(page, 30, (1, "time", {"seconds": 30}), (2, "end", {})).verdict.read
    assert send(page, 60, (3, "time", {"seconds": 30})).verdict.read


def test_the_clock_of_the_device_decides_nothing(session: Session, alice: Any, reg: int, page: str) -> None:
    sent = [{"n": 1, "kind": "time", "seconds": 60, "at": "2099-01-01T00:00:00Z"}]
    service.receive(
        session, alice.actor, "tiny-course", "doors",
        token=page, operations=sent, secret_key=SECRET, now=NOW + timedelta(seconds=10),
    )  # fmt: skip
    assert _seconds(session, reg) <= 10
