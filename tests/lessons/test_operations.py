"""What a lesson page's journal may send, and what becomes of it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import User
from lms.catalogue import queries as catalogue
from lms.learning import service
from lms.learning.models import LearningEvent
from tests.client import Client
from tests.lessons.conftest import World
from tests.statements import counted

PLACE, END, CHECK = (1, "place", {"block": 2}), (2, "end", {}), (3, "check", {"id": "order", "answer": 1})


def _events(world: World) -> list[Any]:
    with world.db.reading() as session:
        wanted = select(LearningEvent).where(LearningEvent.activity_key != "").order_by(LearningEvent.number)
        return list(session.scalars(wanted))


def test_a_place_is_kept(world: World, alice: Client) -> None:
    reply = world.send(alice, world.page_load(alice), PLACE)
    assert reply.status_code == 200
    state = world.state("doors")
    assert (state.status, state.data["place"], state.locale) == ("in-progress", 2, "en")
    assert world.registration().status == "in-progress"


def test_the_reply_acknowledges_and_says_what_is_met(world: World, alice: Client) -> None:
    reply = world.send(alice, world.page_load(alice), PLACE).json
    assert (reply["acked"], reply["late"], reply["refused"]) == (1, [], [])
    assert reply["state"] == {"read": False, "conditions": {"reach-end": False}}
    assert len(reply["saved_at_text"]) == 5


def test_a_lesson_is_read_when_its_rule_is_met(world: World, alice: Client) -> None:
    reply = world.send(alice, world.page_load(alice), PLACE, END).json
    assert reply["state"]["read"]
    state = world.state("doors")
    assert (state.status, state.evidence) == ("read", "")
    assert state.finished_at is not None
    assert round(world.registration().progress) == 33


def test_checks_count_by_their_answers_right_or_wrong(world: World, alice: Client) -> None:
    token = world.page_load(alice, "hands")
    assert not world.send(alice, token, (1, "end", {}), lesson="hands").json["state"]["read"]
    reply = world.send(alice, token, (2, "check", {"id": "order", "answer": 1}), lesson="hands").json
    assert reply["state"] == {"read": True, "conditions": {"reach-end": True, "checks": True}}
    assert world.state("hands").data["checks"] == {"order": 1}


def test_operations_may_also_come_flat(world: World, alice: Client) -> None:
    token = world.page_load(alice)
    sent = {"page_load": token, "ops": [{"n": 1, "kind": "place", "block": 3, "at": None}]}
    alice.post("/courses/tiny-course/lessons/doors/operations", json=sent)
    assert world.state("doors").data["place"] == 3


def test_what_is_read_stays_read(world: World, alice: Client) -> None:
    world.send(alice, world.page_load(alice), END)
    finished = world.state("doors").finished_at
    world.send(alice, world.page_load(alice), PLACE)
    state = world.state("doors")
    assert (state.status, state.finished_at) == ("read", finished)


def test_the_record_names_the_language_shown(world: World) -> None:
    french = world.as_("alice")
    with world.db.writing() as session:
        _set_locale(session, world.people.alice.id, "fr")
    token = world.page_load(french)
    assert world.send(french, token, PLACE).status_code == 200
    assert world.state("doors").locale == "fr"


def _set_locale(session: Session, user_id: int, locale: str) -> None:
    session.get_one(User, user_id).locale = locale


def test_a_page_keeps_its_language_when_the_person_changes_theirs(world: World, alice: Client) -> None:
    token = world.page_load(alice)
    with world.db.writing() as session:
        _set_locale(session, world.people.alice.id, "fr")
    assert world.send(alice, token, PLACE).status_code == 200
    assert world.state("doors").locale == "en"


def test_a_batch_sent_twice_is_stored_once(world: World, alice: Client) -> None:
    token = world.page_load(alice)
    first = world.send(alice, token, PLACE, END).json
    again = world.send(alice, token, PLACE, END).json
    assert first["acked"] == again["acked"] == 2
    assert again["refused"] == []
    assert [event.number for event in _events(world)] == [1, 2]


def test_a_number_with_another_body_is_an_error_and_changes_nothing(world: World, alice: Client) -> None:
    token = world.page_load(alice)
    world.send(alice, token, PLACE)
    reply = world.send(alice, token, (1, "place", {"block": 4})).json
    assert reply["refused"] == [{"n": 1, "reason": "other-body"}]
    assert world.state("doors").data["place"] == 2


def test_an_overtaken_place_does_not_come_back(world: World, alice: Client) -> None:
    token = world.page_load(alice)
    world.send(alice, token, (2, "place", {"block": 3}))
    reply = world.send(alice, token, (1, "place", {"block": 1})).json
    assert reply["acked"] == 2
    assert (world.state("doors").data["place"], world.state("doors").data["furthest"]) == (3, 3)


def test_what_is_missing_is_not_acknowledged(world: World, alice: Client) -> None:
    reply = world.send(alice, world.page_load(alice), (2, "place", {"block": 3})).json
    assert (reply["acked"], reply["missing"]) == (0, [1])


def test_two_tabs_of_one_lesson_lose_nothing(world: World, alice: Client) -> None:
    one, two = world.page_load(alice, "hands"), world.page_load(alice, "hands")
    assert one != two
    world.send(alice, one, (1, "end", {}), lesson="hands")
    world.send(alice, two, (1, "check", {"id": "order", "answer": 0}), lesson="hands")
    assert world.state("hands").status == "read"


def test_two_tabs_at_the_same_moment_lose_nothing(world: World) -> None:
    clients = [world.as_("alice") for _ in range(4)]
    tokens = [world.page_load(client, "hands") for client in clients]
    acts = [(1, "place", {"block": 1}), (1, "end", {}), (1, "check", {"id": "order", "answer": 0}), (1, "time", {})]

    def send(number: int) -> int:
        return world.send(clients[number], tokens[number], acts[number], lesson="hands").status_code

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(send, range(4))) == [200] * 4
    assert world.state("hands").status == "read"
    assert len(_events(world)) == 4


def test_time_is_bounded_by_the_clock_of_the_server(world: World, alice: Client) -> None:
    world.send(alice, world.page_load(alice), *((n, "time", {"seconds": 60}) for n in range(1, 50)))
    assert world.state("doors").data["seconds"] < 30


@pytest.mark.parametrize(("prepare", "most"), [(lambda: None, 6), (catalogue.forget, 7)], ids=["warm", "cold"])
def test_a_batch_takes_a_constant_number_of_statements(
    world: World, alice: Client, prepare: Callable[[], None], most: int
) -> None:
    token = world.page_load(alice)
    world.send(alice, token, PLACE)
    for start, size in ((2, 1), (3, 60)):
        prepare()
        with counted(world.db.engine) as sent:
            world.send(alice, token, *((start + i, "time", {"seconds": 1}) for i in range(size)))
        assert len(sent) <= most, sent


def test_completing_the_course_happens_in_the_same_transaction(world: World, alice: Client) -> None:
    with world.db.writing() as session:
        now = world.registration().started_at
        service.set_state(session, world.reg, "tiny-quiz", status="passed", score=90, evidence="graded", now=now)
    world.send(alice, world.page_load(alice, "doors"), END, lesson="doors")
    assert not world.registration().complete
    world.send(alice, world.page_load(alice, "hands"), END, CHECK, lesson="hands")
    assert world.registration().complete
