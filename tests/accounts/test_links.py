"""One-time links: for one use, one purpose, one person, a while."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import OneTimeLink, PrivacyAcceptance, User, UserSession
from lms.accounts.service import links
from lms.core.db import Database
from tests.accounts.conftest import NOW
from tests.client import Client
from tests.people import PASSWORD, People, make_people, make_user

HOUR = timedelta(hours=1)
NEW = "nine green gowns dry fast"


def test_the_code_can_be_typed_from_paper(session: Session, people: People) -> None:
    code = links.create(session, people.alice.id, "invite", NOW, HOUR)
    assert re.fullmatch(r"([2-9A-Z]{4}-){3}[2-9A-Z]{4}", code)
    assert links.find(session, f" {code.lower().replace('-', ' ')} ", "invite", NOW) is not None


def test_the_code_is_not_stored(session: Session, people: People) -> None:
    code = links.create(session, people.alice.id, "reset", NOW, HOUR)
    row = session.scalars(select(OneTimeLink)).one()
    assert code not in repr([getattr(row, column.key) for column in OneTimeLink.__table__.columns])


@pytest.mark.parametrize(
    ("purpose", "after", "good"),
    [("reset", 0, True), ("reset", 59, True), ("reset", 60, False), ("invite", 0, False), ("confirm", 0, False)],
)
def test_it_serves_its_purpose_in_its_time(
    session: Session, people: People, purpose: str, after: int, good: bool
) -> None:
    code = links.create(session, people.alice.id, "reset", NOW, HOUR)
    assert (links.find(session, code, purpose, NOW + timedelta(minutes=after)) is not None) is good


def test_it_works_once(session: Session, people: People) -> None:
    code = links.create(session, people.alice.id, "reset", NOW, HOUR)
    uses = [links.use(session, code, "reset", NOW) is not None for _ in range(2)]
    assert uses == [True, False]


def test_for_another_purpose_it_is_not_used_up(session: Session, people: People) -> None:
    code = links.create(session, people.alice.id, "reset", NOW, HOUR)
    assert links.use(session, code, "confirm", NOW) is None
    assert links.use(session, code, "reset", NOW) is not None


def test_of_many_at_once_one_uses_it(db: Database) -> None:
    with db.writing() as session:
        code = links.create(session, make_people(session).alice.id, "reset", NOW, HOUR)
    ready = threading.Barrier(4)

    def use(_number: int) -> bool:
        ready.wait(20)
        with db.writing() as session:
            return links.use(session, code, "reset", NOW) is not None

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(use, range(4))) == [False, False, False, True]


def test_two_who_use_it_at_once_are_one(db: Database) -> None:
    with db.writing() as session:
        code = links.create(session, make_people(session).alice.id, "reset", NOW, HOUR)
    with db.writing() as first:
        assert links.use(first, code, "reset", NOW) is not None
    with db.writing() as second:
        assert links.use(second, code, "reset", NOW) is None


def test_a_closed_account_has_no_links(session: Session, people: People) -> None:
    eve = make_user(session, "Eve", disabled_at=NOW)
    code = links.create(session, eve.id, "reset", NOW, HOUR)
    assert links.find(session, code, "reset", NOW) is None


# Pages


def _link(client: Client, user_id: int, purpose: str) -> str:
    with client.db.writing() as session:
        return f"/{purpose}/{links.create(session, user_id, purpose, datetime.now(UTC), HOUR)}"


def test_looking_uses_nothing_up(client: Client, crowd: People) -> None:
    address = _link(client, crowd.alice.id, "reset")
    assert [client.get(address).status_code for _ in range(3)] == [200, 200, 200]


def test_a_new_password_signs_in_here_and_out_everywhere_else(client: Client, crowd: People) -> None:
    other = Client(client.app)
    other.sign_in(crowd.alice.id)
    address = _link(client, crowd.alice.id, "reset")
    assert client.post(address, {"password": NEW}).status_code == 303
    assert client.get("/profile").status_code == 200
    assert other.get("/profile").status_code == 302


def test_the_old_password_is_gone_and_the_new_one_works(client: Client, crowd: People) -> None:
    client.post(_link(client, crowd.alice.id, "reset"), {"password": NEW})
    client.post("/sign-out")
    assert client.post("/sign-in", {"name": "alice", "password": PASSWORD}).status_code == 422
    assert client.post("/sign-in", {"name": "alice", "password": NEW}).status_code == 303


def test_a_used_link_says_so(client: Client, crowd: People) -> None:
    address = _link(client, crowd.alice.id, "reset")
    client.post(address, {"password": NEW})
    again = Client(client.app).post(address, {"password": "another long password"})
    assert again.status_code == 404
    assert "This link has ended" in again.text


def test_all_links_of_the_person_end_with_a_new_password(client: Client, crowd: People) -> None:
    first, second = (_link(client, crowd.alice.id, "reset") for _ in range(2))
    client.post(first, {"password": NEW})
    assert client.get(second).status_code == 404


def test_a_refused_password_leaves_the_link_good(client: Client, crowd: People) -> None:
    address = _link(client, crowd.alice.id, "reset")
    answer = client.post(address, {"password": "short"})
    assert "Use at least 10 characters." in answer.text
    assert client.get(address).status_code == 200


def test_an_invitation_asks_for_the_privacy_notice(client: Client, crowd: People) -> None:
    with client.db.writing() as session:
        new = make_user(session, "New Person", password_hash=None)
    address = _link(client, new.id, "invite")
    assert "Accept the privacy notice." in client.post(address, {"password": NEW}).text
    assert client.post(address, {"password": NEW, "privacy": "y"}).status_code == 303
    with client.db.reading() as session:
        assert session.scalars(select(PrivacyAcceptance.user_id)).all() == [new.id]


def test_a_mailed_link_confirms_the_address_it_went_to(client: Client, crowd: People) -> None:
    with client.db.writing() as session:
        code = links.create(session, crowd.alice.id, "reset", datetime.now(UTC), HOUR, email="alice@example.org")
    client.post(f"/reset/{code}", {"password": NEW})
    with client.db.reading() as session:
        assert session.get_one(User, crowd.alice.id).email_confirmed_at is not None


def test_a_handed_link_confirms_no_address(client: Client, crowd: People) -> None:
    client.post(_link(client, crowd.alice.id, "reset"), {"password": NEW})
    with client.db.reading() as session:
        assert session.get_one(User, crowd.alice.id).email_confirmed_at is None
        assert len(session.scalars(select(UserSession)).all()) == 1
