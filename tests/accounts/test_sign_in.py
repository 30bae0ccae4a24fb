"""Getting in and out, and what a closed door gives away."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.accounts import sessions, throttle
from lms.accounts.hashing import Pool
from lms.accounts.models import User, UserSession
from lms.accounts.service import sign_in
from lms.accounts.service.sign_in import Visitor
from lms.app import create_app
from lms.audit.models import AuditEvent
from lms.core.config import Settings
from lms.core.db import Database
from lms.core.errors import Invalid
from tests.accounts.conftest import NOW
from tests.client import Client
from tests.people import PASSWORD, People, make_user
from tests.statements import counted

HOME = Visitor("192.0.2.7")
WRONG = "The name or the password is not right. Check both, or reset your password."
MANY = "Too many tries. Wait 10 minutes, or reset your password."


@pytest.mark.parametrize("typed", ["alice", "ALICE", " Alice ", "alice@example.org", "ALICE@Example.ORG", "Ａｌｉｃｅ"])
def test_either_name_finds_the_person_however_it_is_typed(session: Session, people: People, typed: str) -> None:
    assert sign_in.begin(session, typed, HOME, NOW).user_id == people.alice.id


def test_an_unknown_name_gets_a_ticket_too(session: Session, people: People) -> None:
    ticket = sign_in.begin(session, "nobody", HOME, NOW)
    assert (ticket.user_id, ticket.password_hash, ticket.retry_after) == (None, None, 0)


@pytest.mark.parametrize("meanwhile", [{"password_hash": "another"}, {"disabled_at": NOW}])
def test_what_changed_while_the_password_was_verified_lets_nobody_in(
    session: Session, people: People, meanwhile: dict[str, object]
) -> None:
    ticket = sign_in.begin(session, "alice", HOME, NOW)
    session.execute(update(User).where(User.id == people.alice.id).values(**meanwhile))
    with pytest.raises(Invalid):
        sign_in.finish(session, ticket, "fresh", "", NOW, 72)
    assert session.scalar(select(User.password_hash).where(User.id == people.alice.id)) != "fresh"


@pytest.mark.parametrize("typed", ["alice", "nobody", "nobody@example.org"])
def test_the_sixth_try_waits_whether_or_not_the_name_exists(session: Session, people: People, typed: str) -> None:
    waits = [sign_in.begin(session, typed, HOME, NOW).retry_after for _ in range(6)]
    assert waits == [0, 0, 0, 0, 0, 600]


def test_the_door_opens_again(session: Session, people: People) -> None:
    for _ in range(6):
        sign_in.begin(session, "alice", HOME, NOW)
    assert sign_in.begin(session, "alice", HOME, NOW + timedelta(minutes=10)).retry_after == 0


def test_strangers_do_not_lock_out_who_was_here_before(session: Session, people: People) -> None:
    for _ in range(8):
        sign_in.begin(session, "alice", HOME, NOW)
    known = Visitor("198.51.100.4", device=(people.alice.id, "a-secret"))
    assert sign_in.begin(session, "alice", known, NOW).retry_after == 0


def test_a_known_browser_of_somebody_else_helps_nothing(session: Session, people: People) -> None:
    for _ in range(6):
        sign_in.begin(session, "alice", HOME, NOW)
    assert sign_in.begin(session, "alice", Visitor(HOME.address, (people.bob.id, "b")), NOW).retry_after == 600


def test_who_fails_at_one_place_closes_no_door_at_another(session: Session, people: People) -> None:
    for _ in range(1_000):
        sign_in.begin(session, "alice", HOME, NOW)
    assert sign_in.begin(session, "alice", Visitor("198.51.100.4"), NOW).retry_after == 0


def test_tries_from_many_places_close_a_name_everywhere(session: Session, people: People) -> None:
    """Not for ever, and not for the browsers in which the person has been."""
    waits = [sign_in.begin(session, "alice", Visitor(f"192.0.2.{n}"), NOW).retry_after for n in range(50)]
    assert waits == [0] * throttle.NAME.tries + [600] * (50 - throttle.NAME.tries)
    known = Visitor("198.51.100.4", (people.alice.id, "a-secret"))
    assert sign_in.begin(session, "alice", known, NOW).retry_after == 0
    later = sign_in.begin(session, "alice", Visitor("198.51.100.5"), NOW + timedelta(minutes=10))
    assert later.retry_after == 0


def test_a_program_that_goes_on_at_a_closed_door_does_not_close_the_place(session: Session, people: People) -> None:
    for _ in range(throttle.PLACE.tries + 100):
        sign_in.begin(session, "alice", HOME, NOW)
    assert sign_in.begin(session, "bob", HOME, NOW).retry_after == 0


def test_a_lecture_hall_gets_in_through_one_address(session: Session) -> None:
    """450 people within minutes; each second one is wrong once, each fifth three times."""
    waits = []
    for number in range(450):
        someone = make_user(session, f"Trainee {number}")
        wrong = 3 if number % 5 == 0 else number % 2
        tickets = [sign_in.begin(session, someone.user_name, HOME, NOW) for _ in range(wrong + 1)]
        waits += [ticket.retry_after for ticket in tickets]
        sign_in.finish(session, tickets[-1], None, "", NOW, 72)
    assert not any(waits)


def test_in_a_flood_the_audit_log_grows_no_further(
    session: Session, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "RECORDED", replace(throttle.RECORDED, tries=3))
    for name in range(6):
        for _ in range(6):
            sign_in.begin(session, f"name-{name}", HOME, NOW + timedelta(seconds=name))
    found = session.scalars(select(AuditEvent.subject_id).order_by(AuditEvent.id)).all()
    assert (len(found), found[-1]) == (4, "many")


def test_many_names_from_one_place_close_it(session: Session, people: People) -> None:
    most = throttle.PLACE.tries
    waits = [sign_in.begin(session, f"name-{n}", HOME, NOW).retry_after for n in range(most + 1)]
    assert waits == [0] * most + [600]
    assert sign_in.begin(session, "another", Visitor("192.0.2.8"), NOW).retry_after == 0


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("192.0.2.7", "192.0.2.8", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("", "not an address", True),
    ],
)
def test_what_counts_as_one_place(first: str, second: str, same: bool) -> None:
    assert (sign_in.devices.place(first) == sign_in.devices.place(second)) is same


def test_a_closed_door_is_recorded_once(session: Session, people: People) -> None:
    for _ in range(9):
        sign_in.begin(session, "alice", HOME, NOW + timedelta(seconds=_))
    found = session.execute(select(AuditEvent.subject_type, AuditEvent.subject_id)).all()
    assert found == [("user", str(people.alice.id))]


def test_the_right_password_opens_a_session_and_forgives(session: Session, people: People) -> None:
    for _ in range(4):
        sign_in.begin(session, "alice", HOME, NOW)
    ticket = sign_in.begin(session, "alice", HOME, NOW)
    token = sign_in.finish(session, ticket, None, "Chrome, Android", NOW, 72)
    person = sessions.load(session, token, NOW, 60)
    assert person is not None
    assert person.actor.user_id == people.alice.id
    assert sign_in.begin(session, "alice", HOME, NOW).retry_after == 0


def test_a_hash_of_an_older_cost_is_replaced(session: Session, people: People) -> None:
    ticket = sign_in.begin(session, "alice", HOME, NOW)
    sign_in.finish(session, ticket, "fresh", "", NOW, 72)
    assert session.scalar(select(User.password_hash).where(User.id == people.alice.id)) == "fresh"


# Pages


def test_signing_in_leads_on(client: Client, crowd: People) -> None:
    answer = client.post("/sign-in?next=/profile", {"name": "Alice", "password": PASSWORD}, csrf=False)
    assert answer.status_code == 303
    assert client.get("/profile").status_code == 200


@pytest.mark.parametrize("name", ["Alice", "nobody", "invited"])
def test_a_wrong_password_says_the_same_to_everybody(client: Client, crowd: People, name: str) -> None:
    with client.db.writing() as session:
        make_user(session, "Invited", password_hash=None)
    answer = client.post("/sign-in", {"name": name, "password": "not the password"})
    assert answer.status_code == 422
    assert WRONG in answer.text


@pytest.mark.parametrize("name", ["Alice", "nobody"])
def test_too_many_tries_say_so_even_with_the_right_password(client: Client, crowd: People, name: str) -> None:
    for _ in range(5):
        client.post("/sign-in", {"name": name, "password": "not the password"})
    for _ in range(2):  # as the database says it, and as it is remembered
        answer = client.post("/sign-in", {"name": name, "password": PASSWORD})
        assert (answer.status_code, MANY in answer.text, 590 < int(answer.headers["Retry-After"]) <= 600) == (
            429,
            True,
            True,
        )


def test_a_door_that_is_known_to_be_closed_costs_nothing_that_writes(client: Client, crowd: People) -> None:
    for _ in range(6):
        client.post("/sign-in", {"name": "alice", "password": "not the password"})
    with counted(client.db.engine) as statements:
        client.post("/sign-in", {"name": "alice", "password": "not the password"})
    assert [one for one in statements if not one.lstrip().upper().startswith("SELECT")] == []


def test_where_too_many_hash_at_once_the_page_keeps_what_was_typed(client: Client, crowd: People) -> None:
    pool = client.app.extensions["lms"].extra["hashing"] = Pool(at_once=1, inside=1)
    with pool.place():
        answer = client.post("/sign-in", {"name": "alice", "password": PASSWORD})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "Wait 10 seconds, enter your password again and send." in answer.text
    assert ('value="alice"' in answer.text, PASSWORD in answer.text) == (True, False)
    assert client.post("/sign-in", {"name": "alice", "password": PASSWORD}).status_code == 303


def test_a_closed_account_is_told_to_its_owner_only(client: Client, crowd: People) -> None:
    with client.db.writing() as session:
        make_user(session, "Eve", disabled_at=NOW)
    assert WRONG in client.post("/sign-in", {"name": "eve", "password": "not the password"}).text
    assert "This account is closed." in client.post("/sign-in", {"name": "eve", "password": PASSWORD}).text


@pytest.mark.parametrize(
    ("wanted", "led"),
    [
        ("/profile?a=1", "/profile?a=1"),
        ("//evil.example", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("/a\\b", "/"),
        ("javascript:alert(1)", "/"),
        ("/sign-out", "/"),
        ("", "/"),
    ],
)
def test_it_leads_on_to_our_own_pages_only(client: Client, crowd: People, wanted: str, led: str) -> None:
    _accept_notice(client, crowd.alice.id)
    answer = client.post("/sign-in", {"name": "alice", "password": PASSWORD}, query_string={"next": wanted})
    assert answer.headers["Location"] == led


def test_the_session_list_names_the_device(client: Client, crowd: People) -> None:
    agent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0 Mobile Safari/537.36"
    client.post("/sign-in", {"name": "alice", "password": PASSWORD}, headers={"User-Agent": agent})
    assert "Chrome, Android" in client.get("/profile/sessions").text


def test_signing_out_ends_the_session_itself(client: Client, crowd: People) -> None:
    client.post("/sign-in", {"name": "alice", "password": PASSWORD})
    client.post("/sign-out")
    with client.db.reading() as session:
        assert session.scalars(select(UserSession.ended_at)).one() is not None
    assert client.get("/profile").status_code == 302


def test_a_get_signs_nobody_out(client: Client, crowd: People) -> None:
    client.sign_in(crowd.alice.id)
    client.get("/sign-out")
    assert client.get("/profile").status_code == 200


def test_a_changed_cookie_means_signed_out(client: Client, crowd: People) -> None:
    client.sign_in(crowd.alice.id)
    client.http.set_cookie("__Host-lms", "eyJfdXNlcl9pZCI6MX0.forged.signature", domain="localhost")
    assert client.get("/profile").status_code == 302


@pytest.mark.parametrize("path", ["/sign-in", "/sign-up", "/reset", "/profile", "/sign-out"])
def test_other_sites_cannot_send_our_forms(client: Client, crowd: People, path: str) -> None:
    client.sign_in(crowd.alice.id)
    answer = client.post(path, {"name": "alice", "password": PASSWORD}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


@pytest.mark.parametrize(("mode", "shown"), [("test", False), ("demo", True)])
def test_only_a_demonstration_names_its_accounts(
    settings: Settings, sqlite_db: Database, mode: str, shown: bool
) -> None:
    page = Client(create_app(replace(settings, mode=mode), sqlite_db)).get("/sign-in").text
    assert ("cleanroom-demo" in page) is shown


def _accept_notice(client: Client, user_id: int) -> None:
    client.sign_in(user_id)
    client.post("/privacy")
    client.post("/sign-out")
