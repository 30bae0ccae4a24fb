"""The privacy notice: dated, in every language, accepted once, shown to everybody."""

import pytest
from sqlalchemy import select

from lms.accounts import notices
from lms.accounts.models import PrivacyAcceptance
from lms.accounts.notices import Notice
from tests.client import Client
from tests.people import PASSWORD, People


@pytest.mark.parametrize("version", sorted(notices.all_notices()))
def test_every_notice_is_there_in_every_language(version: str) -> None:
    assert set(notices.all_notices()[version]) == {"en", "ko", "fr"}


@pytest.mark.parametrize("version", sorted(notices.all_notices()))
def test_translations_have_the_sections_of_the_original(version: str) -> None:
    counts = {one.html.count("<h2>") for one in notices.all_notices()[version].values()}
    assert len(counts) == 1


def test_strangers_can_read_it(client: Client) -> None:
    page = client.get("/privacy?lang=fr").text
    assert "Qui est responsable" in page
    assert "J’accepte" not in page


def test_who_comes_in_is_asked_once(client: Client, crowd: People) -> None:
    answer = client.post("/sign-in?next=/profile", {"name": "alice", "password": PASSWORD})
    assert answer.headers["Location"] == "/privacy?next=/profile"
    assert "I accept this notice" in client.get("/privacy?next=/profile").text
    assert client.post("/privacy?next=/profile").headers["Location"] == "/profile"
    again = Client(client.app).post("/sign-in?next=/profile", {"name": "alice", "password": PASSWORD})
    assert again.headers["Location"] == "/profile"


def test_it_can_wait(client: Client, crowd: People) -> None:
    client.post("/sign-in", {"name": "alice", "password": PASSWORD})
    assert client.get("/profile").status_code == 200


def test_a_newer_notice_is_asked_again(client: Client, crowd: People, monkeypatch: pytest.MonkeyPatch) -> None:
    client.sign_in(crowd.alice.id)
    client.post("/privacy")
    newer = Notice("2999-01-01", "en", "0" * 64, "<p>New.</p>")
    monkeypatch.setattr(notices, "all_notices", lambda: {"2026-11-01": {}, newer.version: {"en": newer}})
    answer = client.post("/sign-in", {"name": "alice", "password": PASSWORD})
    assert answer.headers["Location"].startswith("/privacy?")


def test_accepting_twice_is_one_acceptance(client: Client, crowd: People) -> None:
    client.sign_in(crowd.alice.id)
    for _ in range(2):
        client.post("/privacy")
    with client.db.reading() as session:
        assert len(session.scalars(select(PrivacyAcceptance)).all()) == 1
    assert "I accept this notice" not in client.get("/privacy").text
