"""What is refused of a lesson page's journal, and for what reason."""

from typing import Any

import pytest
from sqlalchemy import select

from lms.enrolments import service as enrolments
from lms.learning.models import LearningEvent
from tests.client import BASE, Client
from tests.lessons.conftest import World

PLACE, END, CHECK = (1, "place", {"block": 2}), (2, "end", {}), (3, "check", {"id": "order", "answer": 1})


def _events(world: World) -> list[Any]:
    with world.db.reading() as session:
        wanted = select(LearningEvent).where(LearningEvent.activity_key != "").order_by(LearningEvent.number)
        return list(session.scalars(wanted))


@pytest.mark.parametrize("who", ["charlie", "bob", "dora"])
def test_a_page_made_for_another_is_refused(world: World, alice: Client, who: str) -> None:
    token = world.page_load(alice)
    assert world.send(world.as_(who), token, PLACE).status_code == 404
    assert _events(world) == []


def test_a_page_made_for_another_registration_is_refused(world: World, alice: Client) -> None:
    """Also of somebody who takes the same course."""
    charlie = world.as_("charlie")
    charlie.post("/courses/tiny-course/join")
    assert world.send(charlie, world.page_load(alice), PLACE).status_code == 404


def test_a_page_of_another_lesson_is_refused(world: World, alice: Client) -> None:
    assert world.send(alice, world.page_load(alice, "doors"), PLACE, lesson="hands").status_code == 404


@pytest.mark.parametrize("token", [None, "", "x", 7, ["a"], {"a": 1}, "a.b", "٣.٤", "x" * 100_000, "0-0.0"])
def test_no_page_load_is_refused(world: World, alice: Client, token: Any) -> None:
    assert world.send(alice, token, PLACE).status_code == 404


@pytest.mark.parametrize("lesson", ["tiny-quiz", "no-such-lesson", "x" * 500])
def test_what_is_no_lesson_is_not_found(world: World, alice: Client, lesson: str) -> None:
    assert world.send(alice, world.page_load(alice), PLACE, lesson=lesson).status_code == 404


HOSTILE: list[Any] = [
    {"block": -1},
    {"block": 10**30},
    {"block": 2.5},
    {"block": True},
    {"block": "2"},
    {"block": None},
    {"block": {"n": 1}},
    {},
    [],
    None,
    "block",
]


@pytest.mark.parametrize("body", HOSTILE)
def test_a_place_that_is_none_changes_no_place(world: World, alice: Client, body: Any) -> None:
    reply = world.send(alice, world.page_load(alice), (1, "place", body))
    assert reply.status_code == 200
    assert world.state("doors").data["place"] == 0


@pytest.mark.parametrize("seconds", [-5, 1e308, "60", None, True, [60]])
def test_time_that_is_none_counts_nothing(world: World, alice: Client, seconds: Any) -> None:
    assert world.send(alice, world.page_load(alice), (1, "time", {"seconds": seconds})).status_code == 200
    assert world.state("doors").data["seconds"] < 6


@pytest.mark.parametrize("answer", [-1, 10**9, 1.5, "0", None, True, {"a": 1}])
def test_an_answer_that_is_none_is_no_answer(world: World, alice: Client, answer: Any) -> None:
    token = world.page_load(alice, "hands")
    world.send(alice, token, (1, "check", {"id": "order", "answer": answer}), lesson="hands")
    assert world.state("hands").data["checks"] == {"order": None}
    assert alice.get("/courses/tiny-course/lessons/hands").status_code == 200


@pytest.mark.parametrize(
    ("operation", "reason"),
    [
        ({"n": 1, "kind": "send", "body": {}}, "unknown-kind"),
        ({"n": 1, "kind": "x" * 41, "body": {}}, "bad-kind"),
        ({"n": 1, "kind": "place", "body": {"x": "y" * 2000}}, "too-large"),
        ({"n": 1, "kind": "place", "body": {"x": "a\u0000b"}}, "not-text"),
        ({"n": 1, "kind": "place", "body": {"x": "\ud800"}}, "not-text"),
        ({"n": "1", "kind": "place", "body": {}}, "bad-number"),
        ({"n": 0, "kind": "place", "body": {}}, "bad-number"),
        ({"n": 2**53, "kind": "place", "body": {}}, "bad-number"),
        ("place", "not-an-object"),
    ],
)
def test_an_operation_that_cannot_be_is_refused_with_its_reason(
    world: World, alice: Client, operation: Any, reason: str
) -> None:
    sent = {"page_load": world.page_load(alice), "ops": [operation]}
    reply = alice.post("/courses/tiny-course/lessons/doors/operations", json=sent)
    assert reply.status_code == 200
    assert [one["reason"] for one in reply.json["refused"]] == [reason]
    assert world.state("doors") is None


def test_the_greatest_number_is_stored(world: World, alice: Client) -> None:
    assert world.send(alice, world.page_load(alice), (2**53 - 1, "place", {"block": 1})).status_code == 200
    assert [event.number for event in _events(world)] == [2**53 - 1]


@pytest.mark.parametrize(
    ("operations", "status"), [("x", 422), (None, 422), ({"n": 1}, 422), ([{}] * 101, 422), ([], 200)]
)
def test_a_batch_that_is_none_is_refused_whole(world: World, alice: Client, operations: Any, status: int) -> None:
    sent = {"page_load": world.page_load(alice), "ops": operations}
    reply = alice.post("/courses/tiny-course/lessons/doors/operations", json=sent)
    assert reply.status_code == status
    assert _events(world) == []


RAW: list[tuple[bytes, int]] = [
    (b"", 400),
    (b"{", 400),
    (b"[]", 400),
    (b'"x"', 400),
    (b"\xff\xfe", 400),
    (b"[" * 100_000, 400),
    (b" " * 10_000_000, 413),
]


@pytest.mark.parametrize(("raw", "status"), RAW)
def test_a_body_that_is_none_is_refused(world: World, alice: Client, raw: bytes, status: int) -> None:
    path = "/courses/tiny-course/lessons/doors/operations"
    headers = {"Origin": BASE, "Accept": "application/json"}
    reply = alice.http.post(path, base_url=BASE, data=raw, headers=headers, content_type="application/json")
    assert (reply.status_code, reply.is_json) == (status, True)


def test_a_stranger_is_asked_to_sign_in(world: World, alice: Client) -> None:
    token = world.page_load(alice)
    reply = world.send(Client(world.app), token, PLACE)
    assert (reply.status_code, reply.json["error"]) == (401, "signin")


def test_a_foreign_page_is_refused(world: World, alice: Client) -> None:
    sent = {"page_load": world.page_load(alice), "ops": []}
    path = "/courses/tiny-course/lessons/doors/operations"
    assert alice.post(path, json=sent, headers={"Origin": "https://evil.example"}).status_code == 403


def test_after_a_withdrawal_nothing_is_taken(world: World, alice: Client) -> None:
    token = world.page_load(alice)
    with world.db.writing() as session:
        enrolment = world.registration().enrolment_id
        enrolments.withdraw(session, world.people.dora.actor, enrolment, world.registration().started_at, reason="left")
    assert world.send(alice, token, PLACE).status_code == 404
