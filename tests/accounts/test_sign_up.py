"""Making one's own account for a course, and what it gives away."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import throttle
from lms.accounts.models import PrivacyAcceptance, User
from lms.accounts.notices import latest
from lms.accounts.service import sign_up
from lms.accounts.service.sign_in import Visitor
from lms.core.jobs import Job
from lms.core.storage import DiskStorage
from lms.engines.content import model
from tests.accounts.conftest import NOW
from tests.client import Client
from tests.courses import publish_tiny
from tests.people import People

FORM = {
    "native_name": "김민수",
    "latin_name": "Kim Min-su",
    "email": "Minsu@Example.org",
    "password": "seven blue gowns dry",
    "country": "KR",
    "locale": "ko",
    "timezone": "",
    "privacy": "y",
}


@pytest.fixture
def opened(client: Client, crowd: People, tmp_path: Path) -> Iterator[People]:
    with client.db.writing() as session:
        publish_tiny(session, DiskStorage(tmp_path / "blobs"))
    yield crowd


def _new(client: Client) -> User:
    with client.db.reading() as session:
        return session.scalars(select(User).where(User.email == "minsu@example.org")).one()


def test_one_form_makes_the_account_signs_in_and_takes_the_course(client: Client, opened: People) -> None:
    answer = client.post("/sign-up?course=tiny-course", FORM)
    assert answer.headers["Location"] == "/courses/tiny-course"
    page = client.get("/courses/tiny-course")
    assert "김민수" in page.text
    assert 'data-continue="doors"' in page.text


def test_the_first_lesson_is_at_most_five_taps_away(client: Client, opened: People) -> None:
    """Start page → course → make an account → tick the notice → send → first lesson."""
    start = client.get("/").text
    assert 'href="/courses/tiny-course"' in start
    course = client.get("/courses/tiny-course").text
    assert "/sign-up?" in course
    client.post("/sign-up?course=tiny-course", FORM)
    first = client.get("/courses/tiny-course").text
    assert 'href="/courses/tiny-course/lessons/doors"' in first


def test_the_account_says_what_it_rests_on(client: Client, opened: People) -> None:
    client.post("/sign-up?course=tiny-course", FORM)
    user = _new(client)
    assert (user.native_name, user.roles, user.assurance, user.timezone, user.locale) == (
        "김민수",
        ["trainee"],
        "self",
        "Asia/Seoul",
        "ko",
    )
    assert "@" not in user.user_name


@pytest.mark.parametrize(
    ("claimed", "country", "zone"),
    [
        ("Asia/Almaty", "KR", "Asia/Almaty"),
        ("", "KR", "Asia/Seoul"),
        ("", "US", "UTC"),
        ("Moon/Base", "", "UTC"),
    ],
)
def test_the_zone_is_what_the_browser_or_the_country_says(
    client: Client, opened: People, claimed: str, country: str, zone: str
) -> None:
    assert client.get("/sign-up").text.count('name="timezone"') == 1
    client.post("/sign-up", FORM | {"timezone": claimed, "country": country})
    assert _new(client).timezone == zone


def test_the_notice_is_accepted_with_its_hash(client: Client, opened: People) -> None:
    client.post("/sign-up", FORM)
    with client.db.reading() as session:
        accepted = session.scalars(select(PrivacyAcceptance)).one()
    assert (accepted.notice_version, accepted.notice_hash) == (latest("en").version, latest("en").hash)


def test_the_address_is_to_be_confirmed(client: Client, opened: People) -> None:
    client.post("/sign-up", FORM)
    with client.db.reading() as session:
        payload = session.scalars(select(Job.payload).where(Job.name == "account.link")).one()
    assert (payload["purpose"], payload["email"]) == ("confirm", "minsu@example.org")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"privacy": ""}, "Accept the privacy notice."),
        ({"latin_name": ""}, "Enter the name in Latin letters too."),
        ({"latin_name": "김"}, "Use Latin letters, as in a passport."),
        ({"password": "short"}, "Use at least 10 characters."),
        ({"password": "minsu@example.org"}, "This password is your name or address."),
        ({"email": "minsu"}, "Enter an e-mail address"),
        ({"email": "alice@example.org"}, "There may be an account with this address."),
        ({"native_name": ""}, "Enter your name."),
    ],
)
def test_what_is_refused_makes_no_account(client: Client, opened: People, changed: dict[str, str], words: str) -> None:
    answer = client.post("/sign-up?course=tiny-course", FORM | changed)
    assert answer.status_code == 422
    assert words in answer.text
    with client.db.reading() as session:
        assert len(session.scalars(select(User.id)).all()) == 6


def test_what_was_typed_is_shown_again_without_the_password(client: Client, opened: People) -> None:
    page = client.post("/sign-up", FORM | {"privacy": ""}).text
    assert 'value="김민수"' in page
    assert "seven blue gowns" not in page


def test_a_latin_name_needs_no_second_one(client: Client, opened: People) -> None:
    form = FORM | {"native_name": "Min-su Kim", "latin_name": ""}
    assert client.post("/sign-up", form).status_code == 303


def test_where_no_course_is_open_nobody_signs_up(client: Client, crowd: People) -> None:
    assert "an administrator makes the accounts" in client.get("/sign-up").text
    assert client.post("/sign-up", FORM).status_code == 200
    with client.db.reading() as session:
        assert len(session.scalars(select(User.id)).all()) == 6


def test_a_course_that_is_not_open_to_strangers_is_not_taken(client: Client, crowd: People, tmp_path: Path) -> None:
    with client.db.writing() as session:
        publish_tiny(session, DiskStorage(tmp_path / "blobs"), enrol=model.Enrol(True, False))
    client.post("/sign-up?course=tiny-course", FORM)
    with client.db.reading() as session:
        assert len(session.scalars(select(User.id)).all()) == 6


def test_addresses_cannot_be_collected(session: Session, people: People) -> None:
    """Trying out which addresses have accounts is slow; making accounts is not."""
    visitor = Visitor("192.0.2.7")
    taken = sign_up.person_of("Eve", "", "alice@example.org", "", "UTC", "en")
    answers = [sign_up.begin(session, taken, visitor, NOW) for _ in range(throttle.TAKEN_PLACE.tries + 1)]
    assert answers == [(0, True)] * throttle.TAKEN_PLACE.tries + [(3600, True)]


def test_trying_addresses_is_counted_although_it_is_refused(client: Client, opened: People) -> None:
    for _ in range(throttle.TAKEN_PLACE.tries):
        client.post("/sign-up", FORM | {"email": "alice@example.org"})
    assert "Too many tries." in client.post("/sign-up", FORM | {"email": "bob@example.org"}).text


def test_a_class_behind_one_address_can_sign_up(session: Session, people: People) -> None:
    waits = [
        sign_up.begin(
            session, sign_up.person_of("Eve", "", f"eve{n}@example.org", "", "UTC", "en"), Visitor("192.0.2.7"), NOW
        )[0]
        for n in range(throttle.TAKEN_PLACE.tries * 2)
    ]
    assert set(waits) == {0}


@pytest.mark.parametrize(
    ("address", "stem"),
    [("Min.Su@x.org", "min.su-"), ("éva@x.org", "eva-"), ("한글@x.org", "user-"), ("a@x.org", "a-")],
)
def test_the_user_name_is_made_of_the_address(address: str, stem: str) -> None:
    assert sign_up.names.proposed_user_name(address).startswith(stem)
