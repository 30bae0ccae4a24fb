"""Correcting a key from its page: only the key, only with a reason, and everybody is graded again."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lms.catalogue import queries as catalogue
from lms.core.errors import Invalid
from lms.quizzes import key_fields, queries, service
from tests.client import Client
from tests.people import People, make_people
from tests.quizzes.scene import NOON, all_answers, registered, save, started


@dataclass
class Desk:
    people: People
    attempt: int
    version_id: int
    single: dict[str, Any]

    @property
    def path(self) -> str:
        return f"/courses/tiny-course/versions/1/questions/tiny-bank/{self.single['key']}"

    @property
    def wrong(self) -> str:
        return next(one["id"] for one in self.single["source"]["answers"] if not one["right"])


@pytest.fixture
def desk(client: Client, tmp_path: Path) -> Desk:
    with client.db.writing() as session:
        people = make_people(session)
        scene = registered(session, tmp_path / "blobs", "Amina")
        attempt = started(session, scene)
        save(session, scene, attempt, all_answers(session, attempt))
        service.send(session, scene.alice.actor, attempt.id, NOON)
        drawn = catalogue.questions(session, scene.version_id, "tiny-bank", attempt.keys)
    client.sign_in(people.bob.id)
    return Desk(people, attempt.id, scene.version_id, next(one for one in drawn if one["kind"] == "single"))


def test_the_list_shows_every_question_with_how_people_did(client: Client, desk: Desk) -> None:
    page = client.get("/courses/tiny-course/versions/1/questions").text
    assert page.count("data-question=") == 6 and f'data-question="{desk.single["key"]}"' in page


def test_a_corrected_key_regrades(client: Client, desk: Desk) -> None:
    client.post(desk.path, {"right": desk.wrong, "reason": "The clause was misread."})
    with client.db.reading() as session:
        assert queries.attempt(session, desk.attempt).score < 100


def test_the_version_itself_stays_as_it_was(client: Client, desk: Desk) -> None:
    client.post(desk.path, {"right": desk.wrong, "reason": "The clause was misread."})
    with client.db.reading() as session:
        (now,) = catalogue.questions(session, desk.version_id, "tiny-bank", [desk.single["key"]])
    assert now["source"] == desk.single["source"]


def test_the_review_then_shows_the_corrected_key(client: Client, desk: Desk) -> None:
    client.post(desk.path, {"right": desk.wrong, "reason": "The clause was misread."})
    client.sign_in(desk.people.ines.id)
    assert 'data-result="wrong"' in client.get(f"/attempts/{desk.attempt}/evidence").text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": ""}, "Write why the key was wrong"),
        ({"reason": "x"}, "Mark at least one right answer"),
        ({"reason": "x", "right": "same"}, "This key holds already"),
    ],
)
def test_what_cannot_be_is_said_and_kept(client: Client, desk: Desk, fields: dict[str, str], words: str) -> None:
    if fields.get("right") == "same":
        right = next(one["id"] for one in desk.single["source"]["answers"] if one["right"])
        fields = fields | {"right": right}
    page = client.post(desk.path, fields)
    assert page.status_code == 422 and words in page.text


@pytest.mark.parametrize("who", ["alice", "dora", "ines"])
def test_others_do_not_see_keys(client: Client, desk: Desk, who: str) -> None:
    client.sign_in(getattr(desk.people, who).id)
    assert client.get(desk.path).status_code == 404


SOURCES: dict[str, dict[str, Any]] = {
    "single": {"kind": "single", "answers": [{"id": "a", "right": True}, {"id": "b", "right": False}]},
    "truefalse": {"kind": "truefalse", "answer": True},
    "numeric": {"kind": "numeric", "answer": 2.5},
    "short": {"kind": "short", "accept": {"en": ["first air"], "fr": ["premier air"]}, "ignore": ["punctuation"]},
    "matching": {"kind": "matching", "pairs": [{"id": "a"}, {"id": "b"}], "extra": [{"id": "x"}]},
    "ordering": {"kind": "ordering", "items": [{"id": "wash"}, {"id": "hood"}, {"id": "suit"}]},
    "gaps": {
        "kind": "gaps",
        "gaps": [
            {"id": "grade", "choices": [{"id": "a", "right": True}, {"id": "d", "right": False}]},
            {"id": "air", "accept": {"en": ["first air"]}},
        ],
        "ignore": ["case"],
    },
}
PLACES = {"place.wash": ["1"], "place.hood": ["3"], "place.suit": ["2"]}


@pytest.mark.parametrize(
    ("kind", "fields", "part", "value"),
    [
        ("truefalse", {"right": ["false"]}, "answer", False),
        ("numeric", {"answer": ["2,75"]}, "answer", 2.75),
        ("numeric", {"answer": ["3"]}, "answer", 3),
        ("short", {"accept.en": ["a\n\n b "], "accept.fr": ["c"]}, "accept", {"en": ["a", "b"], "fr": ["c"]}),
        (
            "matching",
            {"pair.a": ["x"], "pair.b": ["b"]},
            "pairs",
            [{"id": "a", "right": "x"}, {"id": "b"}],
        ),
        ("ordering", PLACES, "items", [{"id": "wash"}, {"id": "suit"}, {"id": "hood"}]),
        (
            "gaps",
            {"gap.grade": ["a", "d"], "accept.air.en": ["first air\nunidirectional\0 air"]},
            "gaps",
            [
                {"id": "grade", "choices": [{"id": "a", "right": True}, {"id": "d", "right": True}]},
                {"id": "air", "accept": {"en": ["first air", "unidirectional air"]}},
            ],
        ),
    ],
)
def test_each_kind_reads_its_own_fields(kind: str, fields: dict[str, list[str]], part: str, value: Any) -> None:
    assert key_fields.corrected(SOURCES[kind], fields)[part] == value


@pytest.mark.parametrize("kind", SOURCES)
def test_the_fields_of_a_key_say_that_key(kind: str) -> None:
    source = SOURCES[kind]
    assert key_fields.corrected(source, key_fields.fields_of(source)) == source


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("numeric", {"answer": ["much"]}),
        ("numeric", {"answer": ["NaN"]}),
        ("numeric", {"answer": ["1e999999"]}),
        ("numeric", {"answer": ["9" * 5_000]}),
        ("numeric", {"answer": ["1e-999999"]}),
        ("numeric", {"answer": ["1,234"]}),
        ("numeric", {}),
        ("short", {"accept.en": [" "], "accept.fr": ["c"]}),
        ("short", {"accept.en": ["a\n?!"], "accept.fr": ["c"]}),
        ("short", {"accept.en": ["a" * 501], "accept.fr": ["c"]}),
        ("matching", {"pair.a": ["x"]}),
        ("matching", {"pair.a": ["x"], "pair.b": ["nowhere"]}),
        ("ordering", PLACES | {"place.hood": ["2"]}),
        ("ordering", PLACES | {"place.hood": ["4"]}),
        ("ordering", {}),
        ("gaps", {"accept.air.en": ["first air"]}),
        ("gaps", {"gap.grade": ["z"], "accept.air.en": ["first air"]}),
        ("gaps", {"gap.grade": ["d"], "accept.air.en": [""]}),
    ],
)
def test_a_key_that_decides_nothing_is_refused(kind: str, fields: dict[str, list[str]]) -> None:
    with pytest.raises(Invalid):
        key_fields.corrected(SOURCES[kind], fields)
