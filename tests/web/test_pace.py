"""One person sends far more than a page does: refused before the database is asked; everybody else goes on."""

from pathlib import Path

import pytest

from lms.web.pace import Pace
from tests.client import Client
from tests.people import People, make_people
from tests.player.desk import Desk, alice_takes
from tests.statements import counted


@pytest.fixture
def crowd(client: Client) -> People:
    with client.db.writing() as session:
        return make_people(session)


def _slow(client: Client) -> None:
    """From now on one request that stores something, and no more for a long time."""
    client.app.extensions["lms"].extra["pace"] = Pace(a_second=0.001, at_once=1)


@pytest.mark.parametrize(
    ("times", "allowed"),
    [
        ([0.0] * 5, [True, True, True, False, False]),  # so many at once
        ([0.0, 0.0, 0.0, 0.5, 0.5], [True, True, True, True, False]),  # and then so many a second
        ([0.5 * n for n in range(20)], [True] * 20),
        (
            [0.0, 0.0, 0.0, 0.0, 0.0, 100.0, 100.0, 100.0, 100.0],
            [True, True, True, False, False, True, True, True, False],
        ),
    ],
)
def test_so_many_at_once_and_so_many_a_second(times: list[float], allowed: list[bool]) -> None:
    pace = Pace(a_second=2, at_once=3)
    assert [pace.allows("alice", 1_000 + moment) for moment in times] == allowed


def test_others_are_not_held_up() -> None:
    pace = Pace(a_second=2, at_once=3)
    assert [pace.allows("alice", 5.0) for _ in range(50)].count(True) == 3
    assert pace.allows("bob", 5.0)


def test_so_many_together() -> None:
    pace = Pace(a_second=1_000, at_once=1_000, together=2)
    assert [pace.allows("alice", 5.0) for _ in range(4)] == [True, True, False, False]
    pace.done("alice")
    assert (pace.allows("alice", 5.0), pace.allows("alice", 5.0), pace.allows("bob", 5.0)) == (True, False, True)


def test_what_is_over_is_counted_no_more(client: Client, crowd: People) -> None:
    """Whether it went well, was refused or was no address at all."""
    client.sign_in(crowd.alice.id)
    pace = client.app.extensions["lms"].extra["pace"] = Pace(a_second=1_000, at_once=1_000, together=1)
    for path in ("/profile/sessions/end-others", "/profile", "/no/such/address") * 3:
        assert client.post(path).status_code != 429
    assert not pace._under_way


def test_it_remembers_a_bounded_number() -> None:
    pace = Pace(a_second=2, at_once=3, most=100)
    for number in range(10_000):
        pace.allows(number, 5.0)
    assert len(pace._until) == 100


def test_a_person_is_told_when_to_come_again_and_no_database_is_asked(client: Client, crowd: People) -> None:
    client.sign_in(crowd.alice.id)
    _slow(client)
    client.post("/profile/sessions/end-others")
    with counted(client.db.engine) as statements:
        answer = client.post("/attempts/1/operations", json={})
    assert (answer.status_code, answer.json["error"], answer.headers["Retry-After"]) == (429, "too-many", "5")
    assert statements == []
    assert client.get("/profile").status_code == 200
    client.sign_in(crowd.bob.id)
    assert client.post("/profile/sessions/end-others").status_code == 303


def test_a_package_is_told_so_too(client: Client, tmp_path: Path) -> None:
    alice_takes(client, tmp_path)
    desk = Desk(client).open()
    _slow(client)
    assert desk.post("operations", desk.batch(desk.op("init"))).status_code == 200
    with counted(client.db.engine) as statements:
        answer = desk.post("operations", desk.batch(desk.op("init")))
    assert (answer.status_code, answer.json, answer.headers["Retry-After"]) == (429, {"error": "too-many"}, "5")
    assert statements == []
