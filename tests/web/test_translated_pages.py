"""Pages in Korean and French show no sentence that the catalogue can say in that language."""

import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from lms.accounts.notices import latest
from lms.accounts.service import privacy
from lms.catalogue.service import drafts
from lms.certificates import service as certificates
from lms.core.clock import now
from lms.core.storage import DiskStorage
from lms.learning import service as learning
from lms.quizzes import service as quizzes
from tests.certificates.finished import complete_tiny
from tests.client import Client
from tests.courses import ROOT
from tests.people import make_people, make_user

TRANSLATIONS = Path(__file__).resolve().parents[2] / "lms" / "translations"
LOCALES = ("ko", "fr")
#: Shorter pieces are found in names and titles too.
SHORTEST = 13
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
#: The tiny course has this as the title of its certificate.
OF_THE_COURSE = "Certificate of completion"
#: A certificate is in its own language on every page.
FOREIGN = re.compile(r'<article class="certificate".*?</article>|<script.*?</script>', re.DOTALL)
PAGES = {
    "": (
        "/", "/sign-in", "/sign-up", "/reset", "/privacy", "/courses", "/courses/tiny-course", "/verify",
        "/verify/{certificate}", "/verify/AAAA-BBBB", "/nowhere",
    ),
    "alice": (
        "/learning", "/courses/tiny-course", "/courses/tiny-course/why", "/courses/tiny-course/lessons/doors",
        "/courses/tiny-course/quizzes/tiny-quiz", "/attempts/{sent}/review", "/records", "/certificates/{certificate}",
        "/profile", "/profile/sessions", "/profile/password", "/profile/email",
    ),
    "charlie": ("/learning", "/records", "/courses"),
    "amina": (
        "/learning", "/courses/tiny-course/why", "/courses/tiny-course/quizzes/tiny-quiz",
        "/attempts/{attempt}/questions/1", "/attempts/{attempt}/questions/4", "/attempts/{attempt}/check",
    ),
    "bob": (
        "/desk", "/desk/courses/tiny-course", "/desk/drafts/{draft}", "/desk/drafts/{draft}/preview",
        "/desk/drafts/{draft}/preview/doors", "/gradebook/tiny-course", "/gradebook/tiny-course/{registration}",
        "/courses/tiny-course/versions/1/questions",
        "/courses/tiny-course/versions/1/questions/tiny-bank/how-many-doors",
    ),
    "dora": (
        "/people", "/people/new", "/people/import", "/people/{user}", "/people/{user}/edit", "/people/{user}/close",
        "/enrolments", "/enrolments/tiny-course", "/enrolments/new", "/jobs", "/jobs?state=done", "/gradebook",
        "/gradebook/tiny-course?q=nobody",
    ),
    "ines": ("/audit", "/attempts/{sent}/evidence"),
}  # fmt: skip
CASES = [(locale, who) for locale in LOCALES for who in PAGES]


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    """Other processes of the tests read these files meanwhile: each appears whole."""
    for locale in LOCALES:
        folder = TRANSLATIONS / locale / "LC_MESSAGES"
        part = folder / f".{os.getpid()}.mo"
        with (folder / "messages.po").open("rb") as words, part.open("wb") as made:
            write_mo(made, read_po(words, locale=locale))
        part.replace(folder / "messages.mo")


@cache
def english(locale: str) -> tuple[str, ...]:
    """Pieces of the original messages that stand nowhere in their translation."""
    with (TRANSLATIONS / locale / "LC_MESSAGES" / "messages.po").open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    found = set()
    for message in messages:
        said = " ".join(_texts(message.string))
        pieces = [piece.strip() for text in _texts(message.id) for piece in PLACEHOLDER.split(text)]
        found |= {piece for piece in pieces if len(piece) >= SHORTEST and piece not in said}
    return tuple(sorted(found - {OF_THE_COURSE}))


def _texts(value: str | tuple[str, ...] | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def left_in_english(html: str, locale: str) -> list[str]:
    text = FOREIGN.sub("", html).replace("&#39;", "'").replace("&#34;", '"')
    return [piece for piece in english(locale) if piece in text]


@pytest.fixture
def world(client: Client) -> Mapping[str, Any]:
    """People with work begun, sent and finished; a draft; the ids that addresses need."""
    storage = DiskStorage(client.app.extensions["lms"].settings.data_dir / "blobs")
    with client.db.writing() as session:
        people = make_people(session)
        registration = complete_tiny(session, people.alice, storage.root)
        sent = quizzes.start(session, people.alice.actor, "tiny-course", "tiny-quiz", now(), "en")
        quizzes.send(session, people.alice.actor, sent, now())
        number = certificates.issue(session, registration, now())
        amina = make_user(session, "Amina")
        begun = learning.join(session, amina.actor, amina.id, "tiny-course", now(), origin="self")
        for lesson in ("doors", "hands"):
            learning.set_state(session, begun, lesson, status="read", now=now(), locale="en", finished=True)
        attempt = quizzes.start(session, amina.actor, "tiny-course", "tiny-quiz", now(), "en")
        files = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in ROOT.rglob("*") if path.is_file()}
        prepared = drafts.prepare(storage, drafts.check_upload(files), {})
        made = drafts.add(session, people.bob.actor, prepared, "tiny.zip", now())
        users = {name: getattr(people, name).id for name in ("alice", "bob", "charlie", "dora", "ines")}
        users["amina"] = amina.id
        for user_id in users.values():
            privacy.accept(session, user_id, latest("en"), now())
    values = {"registration": registration, "certificate": number, "attempt": attempt, "sent": sent}
    return {"users": users, "values": values | {"user": users["charlie"], "draft": made[0]}}


@pytest.mark.parametrize(("locale", "who"), CASES, ids=[f"{locale}-{who or 'nobody'}" for locale, who in CASES])
def test_no_english_sentence_is_left(client: Client, world: Mapping[str, Any], locale: str, who: str) -> None:
    if who:
        client.sign_in(world["users"][who])
    client.get(f"/?lang={locale}")
    found = {}
    for address in PAGES[who]:
        answer = client.get(address.format(**world["values"]))
        expected = 404 if address in ("/nowhere", "/verify/AAAA-BBBB") else 200
        assert (address, answer.status_code) == (address, expected)
        if left := left_in_english(answer.text, locale):
            found[address] = left
    assert found == {}


@pytest.mark.parametrize(("locale", "sentence"), [("ko", "올바르지 않은 선택"), ("fr", "choix")], ids=LOCALES)
def test_the_library_of_forms_speaks_the_language_too(
    client: Client, world: Mapping[str, Any], locale: str, sentence: str
) -> None:
    client.sign_in(world["users"]["alice"])
    client.get(f"/?lang={locale}")
    values = {"native_name": "Alice", "country": "nowhere", "timezone": "UTC", "locale": "en", "theme": ""}
    page = client.post("/profile", values).text
    assert (sentence in page.lower(), "Not a valid choice" in page) == (True, False)


def test_the_check_finds_what_is_left_in_english() -> None:
    assert left_in_english("<h1>Back to the course</h1><script>Back to the questions</script>", "ko") == [
        "Back to the course"
    ]
