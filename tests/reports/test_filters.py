"""The filters of the gradebook's page: what they offer, and that pages and exports keep to them."""

import csv
import html
import io
import re
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from lms.app import create_app
from lms.catalogue import queries as catalogue
from lms.core.config import Settings
from lms.core.db import Database
from lms.core.storage import DiskStorage
from lms.learning import service as learning
from lms.reports import gradebook
from tests.client import Client
from tests.courses import publish_tiny
from tests.people import make_user

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
COURSE = "/gradebook/tiny-course"


def _join(session: Session, name: str, country: str) -> None:
    someone = make_user(session, name, country=country)
    learning.join(session, someone.actor, someone.id, "tiny-course", NOON, origin="self")


@pytest.fixture
def reader(settings: Settings, db: Database) -> Client:
    """Bob reads a course of two versions: Kim and Awa on the first, Ana on the second."""
    client, storage = Client(create_app(settings, db)), DiskStorage(settings.data_dir / "blobs")
    with db.writing() as session:
        publish_tiny(session, storage)
        _join(session, "Kim", "KR")
        _join(session, "Awa", "SN")
        publish_tiny(session, storage, languages=("en",))
        _join(session, "Ana", "KR")
        bob = make_user(session, "Bob", ("instructor",))
    client.sign_in(bob.id)
    return client


def _shown(page: str) -> list[str]:
    return re.findall(rf'<a href="{COURSE}/\d+"><bdi>(\w+)</bdi>', page)


def _options(page: str, name: str) -> list[str]:
    found = re.search(rf'<select id="f-{name}".*?</select>', page, re.DOTALL)
    assert found
    return re.findall(r'<option value="([^"]*)"', found[0])


def test_the_fields_offer_what_the_course_has(reader: Client) -> None:
    page = reader.get(COURSE).text
    assert _options(page, "country") == ["", "SN", "KR"]
    assert _options(page, "version") == ["", "2", "1"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("country=KR", ["Ana", "Kim"]),
        ("country=kr&version=1", ["Kim"]),
        ("version=2", ["Ana"]),
        ("version=9", []),
        ("country=FR", []),
        ("version=none", ["Ana", "Awa", "Kim"]),
    ],
)
def test_the_page_shows_whom_the_fields_ask_for(reader: Client, query: str, names: list[str]) -> None:
    assert _shown(reader.get(f"{COURSE}?{query}").text) == names


def test_a_choice_stays_in_its_field(reader: Client) -> None:
    page = reader.get(f"{COURSE}?country=FR&version=1").text
    assert '<option value="FR" selected>France</option>' in page and '<option value="1" selected>' in page


def test_the_next_page_keeps_the_filter(reader: Client) -> None:
    with reader.db.writing() as session:
        for number in range(60):
            _join(session, f"Zoe{number:02}", "KR")
    page = reader.get(f"{COURSE}?country=KR&version=2").text
    following = re.search(rf'href="({COURSE}\?[^"]*at=[^"]*)"', page)
    assert following
    rest = _shown(reader.get(html.unescape(following[1])).text)
    assert len(_shown(page)) == 50 and rest == [f"Zoe{number}" for number in range(49, 60)]


def test_the_export_of_a_filter_holds_what_the_page_shows(reader: Client) -> None:
    page = reader.get(f"{COURSE}?country=KR&version=1").text
    address = f"{COURSE}/export.csv?country=KR&version=1"
    assert address in html.unescape(page)
    done = reader.get(address)
    rows = list(csv.DictReader(io.StringIO(done.data.decode("utf-8-sig"), newline="")))
    assert [row["native_name"] for row in rows] == ["Kim"]
    assert "-filtered.csv" in done.headers["Content-Disposition"]


def test_the_whole_export_is_still_offered_beside_a_filter(reader: Client) -> None:
    assert f'href="{COURSE}/export.csv"' in reader.get(f"{COURSE}?country=KR").text
    rows = list(csv.DictReader(io.StringIO(reader.get(f"{COURSE}/export.csv").data.decode("utf-8-sig"), newline="")))
    assert [row["native_name"] for row in rows] == ["Ana", "Awa", "Kim"]


def test_choices_are_those_of_one_course(reader: Client) -> None:
    with reader.db.reading() as session:
        assert gradebook.choices(session, 999_999) == gradebook.Choices([], {})
        course = catalogue.course_by_key(session, "tiny-course")
        assert course
        assert list(gradebook.choices(session, course.id).versions) == [2, 1]
