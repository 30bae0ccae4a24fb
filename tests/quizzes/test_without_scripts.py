"""Every kind of question as a form: what is untouched is no answer, what is sent is the answer of a script."""

import re
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from lms.core.clock import now
from lms.core.storage import DiskStorage
from lms.learning import service as learning
from lms.quizzes import queries, service
from tests.client import Client
from tests.kinds import kinds_course, publish_kinds
from tests.people import make_user

KINDS = ("single", "multiple", "truefalse", "numeric", "short", "matching", "ordering", "gaps")


@pytest.fixture
def attempt(client: Client, tmp_path: Path) -> int:
    with client.db.writing() as session:
        publish_kinds(session, DiskStorage(tmp_path / "blobs"))
        alice = make_user(session, "Alice")
        learning.join(session, alice.actor, alice.id, "kinds-course", now(), origin="self")
        number = service.start(session, alice.actor, "kinds-course", "kinds-quiz", now(), "en")
    client.sign_in(alice.id)
    return number


def _page(client: Client, attempt: int, kind: str) -> tuple[str, html.HtmlElement]:
    path = f"/attempts/{attempt}/questions/{KINDS.index(kind) + 1}"
    return path, html.document_fromstring(client.get(path).text).get_element_by_id("quiz")


def _stored(client: Client, attempt: int) -> dict[str, Any]:
    with client.db.reading() as session:
        return {key.split("-")[1]: one.response for key, one in queries.responses(session, attempt).items()}


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_turned_is_no_answer(client: Client, attempt: int, kind: str) -> None:
    path, form = _page(client, attempt, kind)
    client.post(path, {**_fields(form), "go": "1"})
    assert _stored(client, attempt) == {}


def _fields(form: html.HtmlElement) -> dict[str, Any]:
    """What a browser would send of the form as it stands."""
    fields: dict[str, Any] = {}
    for name, value in form.form_values():
        fields.setdefault(name, []).append(value)
    return fields


def _option(form: html.HtmlElement, words: str) -> str:
    rows = form.find_class("option")
    return next(row.find("input").get("value") for row in rows if words in row.text_content())


def _in_page_order(form: html.HtmlElement, *words: str) -> list[str]:
    return sorted(words, key=form.text_content().index)


def _choice(form: html.HtmlElement, name: str, words: str) -> str:
    options = form.xpath(f".//select[@name='{name}']/option")
    return next(option.get("value") for option in options if option.text_content() == words)


ANSWERS: dict[str, Any] = {
    "single": lambda form: {"choice": _option(form, "Two")},
    "multiple": lambda form: {"choices": [_option(form, word) for word in _in_page_order(form, "lamp", "gauge")]},
    "truefalse": lambda form: {"value": "false"},
    "numeric": lambda form: {"text": " 2,5 ", "unit": "EU/L"},
    "short": lambda form: {"text": "first air"},
    "matching": lambda form: {"pair.filling": _choice(form, "pair.filling", "Not graded")},
    "ordering": lambda form: {"move": form.xpath(".//button[@name='move']")[-2].get("value")},
    "gaps": lambda form: {"gap.grade": _choice(form, "gap.grade", "Grade D"), "gap.air": "air"},
}


@pytest.mark.parametrize(
    ("kind", "response"),
    [
        ("single", {"choice": "two"}),
        ("multiple", {"choices": ["gauge", "lamp"]}),
        ("truefalse", {"value": False}),
        ("numeric", {"text": "2,5", "unit": "EU/L"}),
        ("short", {"text": "first air"}),
        ("matching", {"pairs": {"filling": "office"}}),
        ("gaps", {"gaps": {"grade": "d", "air": "air"}}),
    ],
)
def test_what_is_sent_is_stored_with_real_ids(client: Client, attempt: int, kind: str, response: Any) -> None:
    path, form = _page(client, attempt, kind)
    client.post(path, {**_fields(form), **ANSWERS[kind](form)})
    stored = _stored(client, attempt)[kind]
    assert ({"choices": sorted(stored["choices"])} if kind == "multiple" else stored) == response


def test_a_row_is_moved_by_its_button(client: Client, attempt: int) -> None:
    path, form = _page(client, attempt, "ordering")
    rows = _rows(form)
    client.post(path, {**_fields(form), "move": f"up:{rows[2]}"})
    after = _rows(_page(client, attempt, "ordering")[1])
    assert (after, len(_stored(client, attempt)["ordering"]["order"])) == ([rows[0], rows[2], rows[1]], 3)


def _rows(form: html.HtmlElement) -> list[str]:
    return [row.get("data-id") for row in form.xpath(".//*[@data-order]/li")]


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_answered_is_on_the_page_again(client: Client, attempt: int, kind: str) -> None:
    path, form = _page(client, attempt, kind)
    client.post(path, {**_fields(form), **ANSWERS[kind](form)})
    before = _stored(client, attempt)
    client.post(path, {**_fields(_page(client, attempt, kind)[1]), "go": "1"})
    assert before.keys() == {kind} and _stored(client, attempt) == before


@pytest.mark.parametrize("page", ["questions/1", "check"])
def test_no_page_is_taken_from_the_browsers_store(client: Client, attempt: int, page: str) -> None:
    assert client.get(f"/attempts/{attempt}/{page}").headers["Cache-Control"] == "no-store"


def _options(source: dict[str, Any]) -> list[dict[str, Any]]:
    """All that has an id, but for the left sides of pairs, which are named by it."""
    choices = [choice for gap in source.get("gaps", []) for choice in gap.get("choices", [])]
    return [*source.get("answers", []), *source.get("items", []), *source.get("extra", []), *choices]


def _secret_words() -> list[str]:
    """Feedback and the ids of options of all questions: what no page may say before the answers are sent."""
    words = []
    for question in kinds_course().questions:
        feedback = question.texts["en"].feedback
        words += [re.sub("<[^>]+>", "", text) for text in [feedback["general"], *feedback["answers"].values()]]
        words += [f'"{option["id"]}"' for option in _options(question.source)]
    return [word for word in words if word.strip('" ')]


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_gives_its_key_away(client: Client, attempt: int, kind: str) -> None:
    """Fails when a page is handed the key, the feedback or real ids of options."""
    path, _form = _page(client, attempt, kind)
    text = client.get(path).text
    assert [word for word in _secret_words() if word in text] == []


@pytest.mark.parametrize("lease", ["-1", str(2**31), "9" * 5_000, "one"])
def test_a_lease_that_no_page_of_ours_holds_is_refused(client: Client, attempt: int, lease: str) -> None:
    path, form = _page(client, attempt, "short")
    assert client.post(path, {**_fields(form), "lease": lease, "text": "air"}).status_code == 400


def _sent_from_an_older_page(client: Client, attempt: int, kind: str) -> tuple[str, Any, Any]:
    """Two windows show the question; one answers it, then the other answers otherwise."""
    path, older = _page(client, attempt, kind)
    newer = _page(client, attempt, kind)[1]
    client.post(path, {**_fields(newer), **ANSWERS[kind](newer)})
    return path, _stored(client, attempt), client.post(path, {**_fields(older), **OTHERS[kind](older), "go": "2"})


OTHERS: dict[str, Any] = {
    "single": lambda form: {"choice": _option(form, "One")},
    "ordering": lambda form: {"move": f"up:{_rows(form)[1]}"},
    "short": lambda form: {"text": "second air"},
}


@pytest.mark.parametrize("kind", OTHERS)
def test_an_older_page_does_not_replace_a_newer_answer(client: Client, attempt: int, kind: str) -> None:
    path, before, answered = _sent_from_an_older_page(client, attempt, kind)
    assert (answered.status_code, _stored(client, attempt)) == (409, before)
    with client.db.reading() as session:
        (late,) = queries.kept_aside(session, queries.attempt(session, attempt))
    assert (late.reason, late.body["response"]) == ("overtaken", _chosen(client, attempt, path, answered, kind))


def _chosen(client: Client, attempt: int, path: str, answered: Any, kind: str) -> Any:
    """What is stored when the answer that was kept aside, as the page shows it, is saved after all."""
    form = html.document_fromstring(answered.text).get_element_by_id("quiz")
    assert client.post(path, {**_fields(form), "go": "2"}).status_code == 303
    return _stored(client, attempt)[kind]


def test_the_page_leads_to_the_saved_answer(client: Client, attempt: int) -> None:
    path, _before, answered = _sent_from_an_older_page(client, attempt, "short")
    assert "You answered this question in another window meanwhile." in answered.text
    (link,) = html.document_fromstring(answered.text).xpath("//a[text()='See the saved answer']")
    assert link.get("href") == path
    assert 'value="first air"' in client.get(path).text and 'value="second air"' in answered.text


def test_the_same_answer_from_an_older_page_is_nothing_new(client: Client, attempt: int) -> None:
    path, older = _page(client, attempt, "short")
    for _window in range(2):
        assert client.post(path, {**_fields(older), "text": "air"}).status_code == 303
