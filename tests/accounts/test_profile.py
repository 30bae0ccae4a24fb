"""What people change about themselves."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import User
from lms.accounts.service import links
from lms.accounts.service import profile as service
from lms.accounts.service.profile import Profile
from lms.audit.models import AuditDetail, AuditEvent
from lms.core.errors import Invalid
from lms.core.jobs import Job
from tests.accounts.conftest import NOW
from tests.client import Client
from tests.people import PASSWORD, People

NEW = "nine green gowns dry fast"
FORM = {"native_name": "Alice", "timezone": "UTC", "locale": "en", "theme": ""}


def test_a_new_name_is_audited_with_the_old_one(session: Session, people: People) -> None:
    service.edit(session, people.alice.actor, Profile("앨리스", "Alice", "KR", "", "Asia/Seoul", "ko", ""), NOW)
    detail = session.scalars(select(AuditDetail)).one()
    assert detail.old is not None and detail.new is not None
    assert (detail.old["native_name"], detail.new["native_name"]) == ("Alice", "앨리스")
    assert session.get_one(User, people.alice.id, populate_existing=True).sort_name == "alice"


def test_the_same_profile_again_writes_nothing(session: Session, people: People) -> None:
    assert not service.edit(session, people.alice.actor, Profile("Alice", "", "", "", "UTC", "en", ""), NOW)
    assert session.scalars(select(AuditEvent)).all() == []


def test_a_new_address_waits_for_its_confirmation(session: Session, people: People) -> None:
    service.ask_email(session, people.alice.actor, "New@Example.org", NOW)
    job = session.scalars(select(Job)).one()
    assert (job.name, job.payload["email"]) == ("account.link", "new@example.org")
    assert session.get_one(User, people.alice.id).email == "alice@example.org"


def test_a_confirmed_address_is_the_new_one(session: Session, people: People) -> None:
    code = links.create(session, people.alice.id, "confirm", NOW, timedelta(days=1), email="new@example.org")
    assert service.confirm_email(session, code, NOW) == "new@example.org"
    user = session.get_one(User, people.alice.id, populate_existing=True)
    assert (user.email, user.email_confirmed_at, user.assurance) == ("new@example.org", NOW, "email")


def test_an_address_that_somebody_took_meanwhile_is_not_confirmed(session: Session, people: People) -> None:
    code = links.create(session, people.bob.id, "confirm", NOW, timedelta(days=1), email="alice@example.org")
    assert service.confirm_email(session, code, NOW) is None
    assert session.get_one(User, people.bob.id, populate_existing=True).email is None


@pytest.mark.parametrize(("typed", "code"), [("nothing", "email"), ("ALICE@example.org", "same-email")])
def test_addresses_that_are_refused(session: Session, people: People, typed: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        service.ask_email(session, people.alice.actor, typed, NOW)
    assert refused.value.fields == {"email": code}


# Pages


def test_the_profile_is_saved_and_shown(client: Client, crowd: People) -> None:
    client.sign_in(crowd.alice.id)
    form = FORM | {"native_name": "Алиса", "latin_name": "Alisa", "country": "KZ", "timezone": "Asia/Almaty"}
    assert client.post("/profile", form).status_code == 303
    page = client.get("/profile").text
    assert 'value="Алиса"' in page
    assert '<option selected value="KZ">' in page
    assert '<option selected value="Asia/Almaty">' in page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"native_name": ""}, "Enter your name."),
        ({"latin_name": "Алиса"}, "Use Latin letters, as in a passport."),
        ({"timezone": "Moon/Base"}, "Not a valid choice."),
        ({"country": "ZZ"}, "Not a valid choice."),
    ],
)
def test_what_a_profile_cannot_hold(client: Client, crowd: People, changed: dict[str, str], words: str) -> None:
    client.sign_in(crowd.alice.id)
    answer = client.post("/profile", FORM | changed)
    assert answer.status_code == 422
    assert words in answer.text


def test_the_chosen_language_speaks_at_once(client: Client, crowd: People) -> None:
    client.sign_in(crowd.alice.id)
    client.post("/profile", FORM | {"locale": "ko"})
    assert 'lang="ko"' in client.get("/profile").text.partition("<head>")[0]


def test_a_new_password_needs_the_present_one(client: Client, crowd: People) -> None:
    client.sign_in(crowd.alice.id)
    answer = client.post("/profile/password", {"present_password": "wrong one", "password": NEW})
    assert "This is not your present password." in answer.text


def test_the_present_password_cannot_be_guessed_at_leisure(client: Client, crowd: People) -> None:
    client.sign_in(crowd.alice.id)
    form = {"present_password": "wrong one", "password": NEW}
    for _ in range(5):
        client.post("/profile/password", form)
    answer = client.post("/profile/password", form | {"present_password": PASSWORD})
    assert "Too many tries. Wait 10 minutes." in answer.text


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(client: Client, crowd: People) -> None:
    other = Client(client.app)
    for one in (client, other):
        one.sign_in(crowd.alice.id)
    client.post("/profile/password", {"present_password": PASSWORD, "password": NEW})
    assert (client.get("/profile").status_code, other.get("/profile").status_code) == (200, 302)


def test_a_lost_phone_is_signed_out(client: Client, crowd: People) -> None:
    phone = Client(client.app)
    phone.sign_in(crowd.alice.id)
    client.sign_in(crowd.alice.id)
    client.post("/profile/sessions/1/end")
    assert phone.get("/profile").status_code == 302


def test_this_device_is_named_and_not_offered_to_be_ended(client: Client, crowd: People) -> None:
    Client(client.app).sign_in(crowd.alice.id)
    client.sign_in(crowd.alice.id)
    page = client.get("/profile/sessions").text
    assert page.count("This device") == 1
    assert page.count('/end"') == 1


def test_nobody_ends_sessions_of_others(client: Client, crowd: People) -> None:
    other = Client(client.app)
    other.sign_in(crowd.bob.id)
    client.sign_in(crowd.alice.id)
    assert client.post("/profile/sessions/1/end").status_code == 404
    assert other.get("/profile").status_code == 200


def test_all_others_end_together(client: Client, crowd: People) -> None:
    phone, laptop = Client(client.app), Client(client.app)
    for one in (phone, laptop, client):
        one.sign_in(crowd.alice.id)
    client.post("/profile/sessions/end-others")
    assert [one.get("/profile").status_code for one in (phone, laptop, client)] == [302, 302, 200]


def test_the_confirmation_page_asks_before_it_changes(client: Client, crowd: People) -> None:
    with client.db.writing() as session:
        moment = datetime.now(UTC)
        code = links.create(session, crowd.alice.id, "confirm", moment, timedelta(days=1), email="new@example.org")
    assert "new@example.org" in client.get(f"/confirm/{code}").text
    assert client.post(f"/confirm/{code}").headers["Location"] == "/confirmed"
    assert client.get(f"/confirm/{code}").status_code == 404
