"""A lesson's page is made once for all who see the same: each gets it whole, with nothing of another person or time."""

import gzip
import random
import re
from decimal import Decimal

import pytest
from werkzeug.test import TestResponse

from lms.learning import queries, service
from lms.web import whole
from tests.client import Client
from tests.lessons.conftest import World
from tests.people import make_user

DOORS = "/courses/tiny-course/lessons/doors"
#: What stands in a page once for each person or each view of it.
OWN = re.compile(r'data-page-load="[^"]+"|name="csrf_token" value="[^"]+"|data-(?:person|registration)="\d+"')


@pytest.fixture
def bob(world: World) -> Client:
    with world.db.writing() as session:
        person = make_user(session, "Ob'<b>\"&ко")
        since = world.registration().started_at
        service.join(session, person.actor, person.id, "tiny-course", since, origin="self")
    client = Client(world.app)
    client.sign_in(person.id)
    return client


def _packed(client: Client) -> TestResponse:
    return client.get(DOORS, headers={"Accept-Encoding": "gzip"})


def test_two_people_get_the_same_but_for_what_is_their_own(alice: Client, bob: Client) -> None:
    pages = [client.get(DOORS).text for client in (alice, bob)]
    assert OWN.findall(pages[0]) != OWN.findall(pages[1])
    bare = [re.sub(r"<bdi>.*?</bdi>", "", OWN.sub("", page)) for page in pages]
    assert bare[0] == bare[1]


def test_nothing_that_signs_for_a_person_is_on_the_page_of_another(alice: Client, bob: Client) -> None:
    first = re.findall(r'(?:page-load|csrf_token" value)="([^"]+)"', alice.get(DOORS).text)
    assert len(first) > 1
    assert not any(secret in bob.get(DOORS).text for secret in first)


def test_a_name_is_written_as_text(bob: Client) -> None:
    bob.get(DOORS)
    assert "<bdi>Ob&#39;&lt;b&gt;&#34;&amp;ко</bdi>" in bob.get(DOORS).text


def test_no_mark_is_left(alice: Client) -> None:
    assert whole.NUMBER not in alice.get(DOORS).text + alice.get(DOORS).text


def test_compressed_it_is_the_same(alice: Client) -> None:
    packed = _packed(alice)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert OWN.sub("", gzip.decompress(packed.data).decode()) == OWN.sub("", alice.get(DOORS).text)


def test_it_says_what_was_recorded_a_moment_ago(world: World, alice: Client) -> None:
    assert "data-read " not in alice.get(DOORS).text
    world.send(alice, world.page_load(alice), (1, "end", {}), (2, "check", {"id": "two-doors", "answer": 0}))
    after = alice.get(DOORS).text
    assert 'data-save-start="saved"' in after
    assert re.search(r'data-save-time="\d\d:\d\d"', after)


def test_a_message_is_shown_once_and_to_one(alice: Client, bob: Client) -> None:
    alice.post(DOORS, data={"shown": "en", "check": "two-doors"})
    seen = ["Choose an answer first." in one.get(DOORS).text.partition("<h1")[0] for one in (bob, alice, alice)]
    assert seen == [False, True, False]


def test_languages_are_kept_apart(alice: Client) -> None:
    alice.get(DOORS)
    assert 'lang="ko"' in alice.get(f"{DOORS}?lang=ko").text.partition("<head>")[0]
    assert 'lang="ko"' in alice.get(DOORS).text.partition("<head>")[0]


def test_a_long_word_of_a_person_is_stored_in_blocks() -> None:
    long = ("cleanroom " * 20_000).encode()
    packed = whole.compression.HEAD + whole._stored(long) + whole.LAST_BLOCK
    assert gzip.zlib.decompressobj(-15).decompress(packed[len(whole.compression.HEAD) :]) == long


def test_whatever_happened_before_the_kept_page_is_the_page(world: World, alice: Client) -> None:
    """Through many states, in random order and with returns: what is kept and what is made anew are the same."""
    chance = random.Random(20261121)
    kept = world.app.extensions["lms"].extra
    statuses = ("in-progress", "read", "passed", "failed", "waived", "completed")
    for _step in range(40):
        key = chance.choice(("doors", "hands", "doors-quiz"))
        with world.db.writing() as session:
            reg = queries.registration(session, world.reg)
            service.set_state(
                session,
                reg.id,
                key,
                status=chance.choice(statuses),
                score=chance.choice((None, Decimal("66.6"), Decimal(80))),
                evidence=chance.choice(("graded", "entered", "reported")),
                data={"place": chance.randint(0, 3), "furthest": chance.randint(0, 3), "checks": {}},
                now=reg.started_at,
                decided=True,
            )
        shown = OWN.sub("", alice.get(DOORS).text)
        memory = kept.pop("pages")
        assert shown == OWN.sub("", alice.get(DOORS).text)
        kept["pages"] = memory
