"""A number that can be read in two ways is kept, and the person is asked to write it clearly before sending."""

from pathlib import Path

import pytest
from lxml import html

from lms.core.clock import now
from lms.core.storage import DiskStorage
from lms.learning import page_loads
from lms.learning import service as learning
from lms.quizzes import queries, service
from tests.client import Client
from tests.kinds import publish_kinds
from tests.people import make_user

ASKED = "“1,234” can be read in two ways: write it without separators for thousands, as 1234 or 1.234."
NUMERIC, NEXT = "q4-numeric", "5"


@pytest.fixture
def attempt(client: Client, tmp_path: Path) -> int:
    with client.db.writing() as session:
        publish_kinds(session, DiskStorage(tmp_path / "blobs"))
        alice = make_user(session, "Alice")
        learning.join(session, alice.actor, alice.id, "kinds-course", now(), origin="self")
        number = service.start(session, alice.actor, "kinds-course", "kinds-quiz", now(), "en")
        service.take_over(session, alice.actor, number)
    client.sign_in(alice.id)
    return number


def _save(client: Client, attempt: int, text: str, go: str = NEXT) -> str:
    """Where the button leads."""
    sent = {"lease": "1", "question": NUMERIC, "text": text, "unit": "EU/mL", "go": go}
    return client.post(f"/attempts/{attempt}/questions/4", sent).headers["Location"]


def _given(client: Client, attempt: int) -> object:
    with client.db.reading() as session:
        return queries.responses(session, attempt)[NUMERIC].response


def test_saving_stays_and_says_what_to_write(client: Client, attempt: int) -> None:
    there = _save(client, attempt, "1,234")
    page = client.get(there).text
    document = html.document_fromstring(page)
    assert there.endswith("/questions/4") and "<title>Problem:" in page
    assert ASKED in " ".join(document.get_element_by_id("asked").text_content().split())
    assert document.get_element_by_id("number").get("aria-invalid") == "true"


def test_nothing_typed_is_lost(client: Client, attempt: int) -> None:
    page = client.get(_save(client, attempt, "1,234")).text
    assert _given(client, attempt) == {"text": "1,234", "unit": "EU/mL"}
    assert html.document_fromstring(page).get_element_by_id("number").get("value") == "1,234"


def test_who_was_asked_may_go_on(client: Client, attempt: int) -> None:
    _save(client, attempt, "1,234")
    assert _save(client, attempt, "1,234").endswith("/questions/5")


@pytest.mark.parametrize("text", ["1234", "1.234", "12,5"])
def test_a_clear_number_is_not_asked_about(client: Client, attempt: int, text: str) -> None:
    _save(client, attempt, "1,234")
    assert _save(client, attempt, text).endswith("/questions/5")
    document = html.document_fromstring(client.get(f"/attempts/{attempt}/questions/4").text)
    assert "hidden" in document.get_element_by_id("asked")[0].attrib


def test_the_page_before_sending_names_the_question(client: Client, attempt: int) -> None:
    _save(client, attempt, "1,234")
    assert "The number in question 4 can be read in two ways" in client.get(f"/attempts/{attempt}/check").text
    _save(client, attempt, "1234")
    assert "can be read in two ways" not in client.get(f"/attempts/{attempt}/check").text


def test_the_reply_to_a_script_says_it_too(client: Client, attempt: int) -> None:
    token = page_loads.issue(client.app.extensions["lms"].settings.secret_key, attempt, f"attempt:{attempt}", now())
    body = {"question": NUMERIC, "response": {"text": "1,234", "unit": "EU/mL"}}
    operation = {"n": 1, "kind": "answer", "at": now().isoformat(), "body": body}
    sent = {"page_load": token, "lease": 1, "ops": [operation]}
    reply = client.post(f"/attempts/{attempt}/operations", json=sent).get_json()
    assert reply["acked"] == 1
    assert reply["asked"] == [{"question": NUMERIC, "text": "1,234", "message": ASKED}]


def test_grading_stays_as_it_was(client: Client, attempt: int) -> None:
    _save(client, attempt, "1,234")
    client.post(f"/attempts/{attempt}/send")
    with client.db.reading() as session:
        assert queries.attempt(session, attempt).results["questions"][NUMERIC]["reason"] == "ambiguous-number"


def test_the_review_says_why_it_earned_nothing(client: Client, attempt: int) -> None:
    _save(client, attempt, "1,234")
    client.post(f"/attempts/{attempt}/send", {})
    page = html.document_fromstring(client.get(f"/attempts/{attempt}/review").text)
    told = page.xpath("//section[@data-result='ungradable']//h2/span")[0].text_content()
    assert told == "could not be graded: the number can be read in two ways · 0 of 1 point"
