"""The way of quality and instructors to the questions of every version."""

from pathlib import Path

import pytest

from lms.catalogue import service as catalogue
from lms.core.actor import system
from lms.core.storage import DiskStorage
from tests.client import Client
from tests.courses import PUBLISHED_AT, publish_tiny
from tests.people import People, make_people

QUESTIONS = "/courses/tiny-course/versions/{}/questions"


@pytest.fixture
def people(client: Client, tmp_path: Path) -> People:
    """Of a course with two versions."""
    with client.db.writing() as session:
        publish_tiny(session, DiskStorage(tmp_path))
        publish_tiny(session, DiskStorage(tmp_path), languages=("en",))
        return make_people(session)


@pytest.mark.parametrize(("who", "led"), [("quentin", True), ("bob", True), ("ines", False), ("dora", False)])
def test_the_menu_leads_who_may_correct_keys(client: Client, people: People, who: str, led: bool) -> None:
    client.sign_in(getattr(people, who).id)
    assert ('href="/questions"' in client.get("/gradebook").text) is led


def test_every_version_of_every_course_is_listed(client: Client, people: People) -> None:
    client.sign_in(people.quentin.id)
    page = client.get("/questions").text
    assert all(f'href="{QUESTIONS.format(number)}"' in page for number in (1, 2))
    assert client.get(QUESTIONS.format(1)).status_code == 200


def test_keys_of_a_retired_course_are_still_found(client: Client, people: People) -> None:
    with client.db.writing() as session:
        catalogue.retire(session, system("test"), "tiny-course", "over", PUBLISHED_AT)
    client.sign_in(people.quentin.id)
    page = client.get("/questions").text
    assert 'data-course="tiny-course"' in page and "Retired" in page


@pytest.mark.parametrize("who", ["alice", "dora", "ines"])
def test_others_do_not_see_the_list(client: Client, people: People, who: str) -> None:
    client.sign_in(getattr(people, who).id)
    assert client.get("/questions").status_code == 404


@pytest.mark.parametrize(("who", "led"), [("quentin", True), ("ines", False)])
def test_the_gradebook_of_a_course_leads_there_too(client: Client, people: People, who: str, led: bool) -> None:
    client.sign_in(getattr(people, who).id)
    assert (QUESTIONS.format(2) in client.get("/gradebook/tiny-course").text) is led
