"""Quiz pages over HTTP, without JavaScript, and what they must never say."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from lms.catalogue import queries as catalogue
from lms.core.clock import now
from lms.quizzes import queries, service
from lms.quizzes.models import QuizAttempt
from tests import statements
from tests.client import Client
from tests.people import People, make_people
from tests.quizzes.scene import MINUTE, registered


@dataclass
class Pages:
    people: People
    alice_id: int
    attempt_id: int
    version_id: int


@pytest.fixture
def pages(client: Client, tmp_path: Path) -> Pages:
    with client.db.writing() as session:
        people = make_people(session)
        scene = registered(session, tmp_path / "blobs", "Amina")
        attempt = service.start(session, scene.alice.actor, "tiny-course", "tiny-quiz", now(), "en")
        service.take_over(session, scene.alice.actor, attempt)
    client.sign_in(scene.alice.id)
    return Pages(people, scene.alice.id, attempt, scene.version_id)


def _form(html: str) -> dict[str, str]:
    fields = dict(re.findall(r'<input type="hidden" name="(lease|question)" value="([^"]*)">', html))
    option = re.search(r'name="(choices?)" value="([^"]+)"', html)
    return fields | ({option[1]: option[2]} if option else {})


def _answer_all(client: Client, attempt: int) -> None:
    for number in range(1, 5):
        page = client.get(f"/attempts/{attempt}/questions/{number}")
        client.post(f"/attempts/{attempt}/questions/{number}", _form(page.text) | {"go": str(number + 1)})


def test_the_whole_way_without_javascript(client: Client, pages: Pages) -> None:
    _answer_all(client, pages.attempt_id)
    sent = client.post(f"/attempts/{pages.attempt_id}/send")
    assert sent.status_code == 303 and client.get(sent.headers["Location"]).status_code == 200


def test_a_button_saves_and_goes_where_it_says(client: Client, pages: Pages) -> None:
    page = client.get(f"/attempts/{pages.attempt_id}/questions/1")
    answer = client.post(f"/attempts/{pages.attempt_id}/questions/1", _form(page.text) | {"go": "check"})
    assert answer.headers["Location"].endswith("/check")


def test_what_was_chosen_is_chosen_when_one_comes_back(client: Client, pages: Pages) -> None:
    path = f"/attempts/{pages.attempt_id}/questions/1"
    fields = _form(client.get(path).text)
    client.post(path, fields)
    chosen = fields.get("choice") or fields["choices"]
    assert re.search(rf'value="{chosen}"\s+checked', client.get(path).text)


@pytest.mark.parametrize("act", ["flag", "clear"])
def test_flag_and_clear_work_without_javascript(client: Client, pages: Pages, act: str) -> None:
    path = f"/attempts/{pages.attempt_id}/questions/1"
    fields = _form(client.get(path).text)
    client.post(path, fields)
    client.post(path, fields | {"act": act})
    with client.db.reading() as session:
        stored = queries.responses(session, pages.attempt_id)[fields["question"]]
    assert stored.flagged if act == "flag" else stored.response is None


def _secrets(client: Client, pages: Pages) -> dict[str, Any]:
    with client.db.reading() as session:
        row = queries.attempt(session, pages.attempt_id)
        feedback = catalogue.question_feedback(session, row.version_id, row.bank, row.keys, "en")
        sources = catalogue.questions(session, row.version_id, row.bank, row.keys)
    return {"feedback": feedback, "sources": sources, "row": row}


def _everything_before_sending(client: Client, pages: Pages) -> str:
    paths = [f"/attempts/{pages.attempt_id}/questions/{number}" for number in range(1, 5)]
    paths += [f"/attempts/{pages.attempt_id}/check", "/courses/tiny-course/quizzes/tiny-quiz", "/courses/tiny-course"]
    return "".join(client.get(path).text for path in paths)


def test_no_feedback_reaches_the_browser_before_it_may(client: Client, pages: Pages) -> None:
    """The key-hiding: fails when a page is given the feedback or the source of a question."""
    html = _everything_before_sending(client, pages)
    feedback = _secrets(client, pages)["feedback"].values()
    texts = re.findall(
        r"[^<>\"]{8,}", json.dumps([[one["general"], list(one["answers"].values())] for one in feedback])
    )
    assert texts and [text for text in texts if text in html] == []


def test_no_key_and_no_real_option_id_reaches_the_browser(client: Client, pages: Pages) -> None:
    html = _everything_before_sending(client, pages)
    ids = {answer["id"] for one in _secrets(client, pages)["sources"] for answer in one["source"].get("answers", ())}
    values = set(re.findall(r'value="([^"]+)"', html))
    assert ids & values == set() and "&#34;right&#34;" not in html and '"right"' not in html


def test_the_seed_never_leaves_the_server(client: Client, pages: Pages) -> None:
    assert _secrets(client, pages)["row"].seed not in _everything_before_sending(client, pages)


def test_after_sending_the_review_explains(client: Client, pages: Pages) -> None:
    client.post(f"/attempts/{pages.attempt_id}/send")
    assert "Right answer" in client.get(f"/attempts/{pages.attempt_id}/review").text


@pytest.mark.parametrize("page", ["questions/1", "check", "review"])
@pytest.mark.parametrize("who", ["alice", "bob", "charlie", "dora", "ines"])
def test_nobody_else_opens_an_attempt(client: Client, pages: Pages, page: str, who: str) -> None:
    client.sign_in(getattr(pages.people, who).id)
    assert client.get(f"/attempts/{pages.attempt_id}/{page}").status_code == 404


@pytest.mark.parametrize(
    ("who", "status"), [("bob", 200), ("dora", 200), ("quentin", 200), ("ines", 200), ("alice", 404), ("charlie", 404)]
)
def test_who_may_read_the_evidence(client: Client, pages: Pages, who: str, status: int) -> None:
    client.sign_in(getattr(pages.people, who).id)
    assert client.get(f"/attempts/{pages.attempt_id}/evidence").status_code == status


def _operations(client: Client, pages: Pages, **changed: Any) -> Any:
    html = client.get(f"/attempts/{pages.attempt_id}/questions/1").text
    token = re.search(r'data-page-load="([^"]+)"', html)[1]
    sent = {"page_load": token, "lease": 1, "ops": [_choose(html)]} | changed
    return client.post(f"/attempts/{pages.attempt_id}/operations", json=sent)


def _choose(html: str) -> dict[str, Any]:
    fields = _form(html)
    response = {"choice": fields["choice"]} if "choice" in fields else {"choices": [fields["choices"]]}
    return {
        "n": 1,
        "kind": "answer",
        "at": now().isoformat(),
        "body": {"question": fields["question"], "response": response},
    }


def test_a_batch_is_acknowledged(client: Client, pages: Pages) -> None:
    reply = _operations(client, pages).get_json()
    assert (reply["acked"], reply["refused"], reply["older"]) == (1, [], False)


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"page_load": "made-up.0000"}, 404),
        ({"page_load": None}, 404),
        ({"lease": "1"}, 400),
        ({"lease": -1}, 400),
        ({"lease": True}, 400),
        ({"ops": "x"}, 422),
        ({"ops": [{"n": 1}] * 150}, 422),
    ],
)
def test_a_tampered_batch_is_refused(client: Client, pages: Pages, changed: dict[str, Any], status: int) -> None:
    assert _operations(client, pages, **changed).status_code == status


def test_ten_megabytes_are_refused(client: Client, pages: Pages) -> None:
    big = client.http.post(
        f"/attempts/{pages.attempt_id}/operations",
        base_url="http://localhost:8000",
        data=b'{"ops": "' + b"x" * 10_000_000 + b'"}',
        content_type="application/json",
        headers={"Origin": "http://localhost:8000"},
    )
    assert big.status_code == 413


def test_another_site_cannot_answer(client: Client, pages: Pages) -> None:
    answer = client.post(
        f"/attempts/{pages.attempt_id}/operations", json={}, headers={"Origin": "https://evil.example"}
    )
    assert answer.status_code == 403


def test_an_ended_session_is_told_by_status(client: Client, pages: Pages) -> None:
    client.http.delete_cookie("__Host-lms", domain="localhost")
    answer = client.post(f"/attempts/{pages.attempt_id}/operations", json={"ops": []})
    assert (answer.status_code, answer.get_json()["error"]) == (401, "signin")


def test_the_next_read_closes_what_is_over(client: Client, pages: Pages) -> None:
    with client.db.writing() as session:
        session.execute(update(QuizAttempt).values(deadline_at=now() - MINUTE))
    page = client.get(f"/attempts/{pages.attempt_id}/questions/1")
    assert page.headers["Location"].endswith("/review")


def test_a_get_of_a_question_changes_nothing(client: Client, pages: Pages) -> None:
    with client.db.reading() as session:
        before = queries.attempt(session, pages.attempt_id)
    client.get(f"/attempts/{pages.attempt_id}/questions/1")
    with client.db.reading() as session:
        assert queries.attempt(session, pages.attempt_id) == before


@pytest.mark.parametrize("number", [0, 5, 999])
def test_a_question_that_is_not_there(client: Client, pages: Pages, number: int) -> None:
    assert client.get(f"/attempts/{pages.attempt_id}/questions/{number}").status_code == 404


def test_saving_takes_six_statements_with_cold_caches(client: Client, pages: Pages) -> None:
    html = client.get(f"/attempts/{pages.attempt_id}/questions/1").text
    token = re.search(r'data-page-load="([^"]+)"', html)[1]
    catalogue.forget()
    with statements.counted(client.db.engine) as seen:
        client.post(
            f"/attempts/{pages.attempt_id}/operations", json={"page_load": token, "lease": 1, "ops": [_choose(html)]}
        )
    assert len(seen) <= 6, seen
