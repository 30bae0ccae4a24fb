"""The page of a key for every kind of question: it shows the key that holds, and takes another."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.audit.models import AuditEvent
from lms.catalogue import queries as catalogue
from lms.core.actor import system
from lms.core.storage import DiskStorage
from lms.engines.quiz import aliases, kinds
from lms.learning import service as learning
from lms.learning.rows import EVENTS
from lms.quizzes import key_fields, keys, queries, service
from tests.client import Client
from tests.kinds import publish_kinds
from tests.people import People, make_people
from tests.quizzes.scene import NOON, operation

KEYS = {
    "single": "q1-single", "multiple": "q2-multiple", "truefalse": "q3-truefalse", "numeric": "q4-numeric",
    "short": "q5-short", "matching": "q6-matching", "ordering": "q7-ordering", "gaps": "q8-gaps",
}  # fmt: skip
#: What a person changes in the form, and the right answer that the review then shows.
CHANGES: dict[str, tuple[dict[str, Any], str]] = {
    "truefalse": ({"right": "false"}, "False"),
    "numeric": ({"answer": "77,5"}, "77.5"),
    "short": ({"accept.en": "second air"}, "second air"),
    "matching": ({"pair.filling": "office"}, "Filling → Not graded"),
    "ordering": ({"place.wash": "3", "place.suit": "1"}, "Put on the suit Put on the hood Wash hands"),
    "gaps": ({"gap.grade": "d"}, "Filling takes place in Grade D ,"),
}


@dataclass
class Desk:
    client: Client
    people: People
    attempt: int

    def path(self, kind: str) -> str:
        return f"/courses/kinds-course/versions/1/questions/kinds-bank/{KEYS[kind]}"

    def form(self, kind: str) -> dict[str, Any]:
        """What a browser would send of the form as it stands."""
        form = html.document_fromstring(self.client.get(self.path(kind)).text).xpath("//form[.//textarea]")[0]
        sent: dict[str, Any] = {"reason": "Misread."}
        for name, value in form.form_values():
            if name not in ("csrf_token", "reason"):
                sent.setdefault(name, []).append(value)
        return sent

    def score(self) -> float:
        with self.client.db.reading() as session:
            return float(queries.attempt(session, self.attempt).score)


@pytest.fixture
def desk(client: Client, tmp_path: Path) -> Desk:
    """Quentin's browser, after Alice sent every answer right."""
    with client.db.writing() as session:
        people = make_people(session)
        publish_kinds(session, DiskStorage(tmp_path / "blobs"))
        alice = people.alice
        learning.join(session, alice.actor, alice.id, "kinds-course", NOON, origin="self")
        number = service.start(session, alice.actor, "kinds-course", "kinds-quiz", NOON, "en")
        service.take_over(session, alice.actor, number)
        attempt = queries.attempt(session, number)
        sources = {one["key"]: one["source"] for one in catalogue.questions(session, attempt.version_id, attempt.bank)}
        operations = [
            operation(place, key, aliases.hidden(
                sources[key], kinds.right_answer(sources[key], "en"), aliases.aliases(attempt.seed, key, sources[key])
            ))
            for place, key in enumerate(attempt.keys, start=1)
        ]  # fmt: skip
        service.save_batch(session, alice.actor, number, "page-1", 1, operations, NOON)
        service.send(session, alice.actor, number, NOON)
    client.sign_in(people.quentin.id)
    return Desk(client, people, number)


@pytest.mark.parametrize("kind", KEYS)
def test_the_form_shows_the_key_that_holds(desk: Desk, kind: str) -> None:
    answer = desk.client.post(desk.path(kind), desk.form(kind))
    assert answer.status_code == 422 and "This key holds already." in answer.text


@pytest.mark.parametrize("kind", CHANGES)
def test_another_key_regrades_and_leaves_a_trace(desk: Desk, kind: str) -> None:
    assert desk.score() == 100
    answer = desk.client.post(desk.path(kind), desk.form(kind) | CHANGES[kind][0])
    assert answer.status_code == 303 and desk.score() < 100
    with desk.client.db.reading() as session:
        verbs = session.scalars(select(AuditEvent.verb).order_by(AuditEvent.id.desc()).limit(2)).all()
        assert set(verbs) == {"key.corrected", "quiz.regraded"}
        regraded = session.scalars(select(EVENTS.c.body).where(EVENTS.c.kind == "attempt-regraded")).one()
        assert regraded["reason"] == "Misread."


@pytest.mark.parametrize("kind", CHANGES)
def test_the_form_then_shows_the_new_key(desk: Desk, kind: str) -> None:
    desk.client.post(desk.path(kind), desk.form(kind) | CHANGES[kind][0])
    assert "This key holds already." in desk.client.post(desk.path(kind), desk.form(kind)).text


@pytest.mark.parametrize("kind", CHANGES)
def test_the_review_names_the_corrected_answer(desk: Desk, kind: str) -> None:
    desk.client.post(desk.path(kind), desk.form(kind) | CHANGES[kind][0])
    page = html.document_fromstring(desk.client.get(f"/attempts/{desk.attempt}/evidence").text)
    section = page.get_element_by_id(f"question-{list(KEYS).index(kind) + 1}")
    assert f"Right answer: {CHANGES[kind][1]}" in " ".join(" ".join(section.itertext()).split())


@pytest.mark.parametrize(
    ("kind", "changed", "words"),
    [
        ("matching", {"pair.filling": ""}, "Choose what belongs to each item."),
        ("ordering", {"place.wash": "2"}, "Give each item a place of its own."),
        ("gaps", {"accept.air.en": ""}, "Write at least one accepted answer in each language"),
        ("numeric", {"answer": "1,234"}, "as 1234 or 1.234."),
    ],
)
def test_a_key_that_cannot_be_is_refused_and_what_was_typed_stays(
    desk: Desk, kind: str, changed: dict[str, str], words: str
) -> None:
    answer = desk.client.post(desk.path(kind), desk.form(kind) | changed)
    assert answer.status_code == 422 and words in answer.text and "Misread." in answer.text
    assert desk.score() == 100


def test_who_may_not_correct_keys_finds_no_page(desk: Desk) -> None:
    form = desk.form("matching") | CHANGES["matching"][0]
    desk.client.sign_in(desk.people.ines.id)
    assert desk.client.post(desk.path("matching"), form).status_code == 404
    assert desk.score() == 100


@pytest.mark.parametrize("of", ["matching", "ordering", "gaps"])
def test_a_corrected_key_comes_back_as_it_was_said(session: Session, tmp_path: Path, of: str) -> None:
    version = publish_kinds(session, DiskStorage(tmp_path)).version_id
    outline, actor = catalogue.outline(session, version), system("test")
    found = keys.item(session, outline, "kinds-bank", KEYS[of], "en")
    said = {name: [value] for name, value in CHANGES[of][0].items()}
    new = key_fields.corrected(found.source, key_fields.fields_of(found.source) | said)
    keys.correct(session, actor, outline, found, new, "Misread.", NOON)
    assert keys.item(session, outline, "kinds-bank", KEYS[of], "en").source == new
