"""Files that the proxy sends, films that lie elsewhere, and a store that is away."""

from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from lms.app import create_app
from lms.core import clock
from lms.core.config import Settings
from lms.core.db import Database
from lms.learning import service as learning
from lms.web.delivery import signed
from tests.client import Client
from tests.packages import KEY, files, publish_package
from tests.people import make_user
from tests.player.desk import Desk

FILM = b"\0\0\0\x20ftypisom" + bytes(range(250)) * 40
PLAYER = {"Sec-Fetch-Dest": "video", "Sec-Fetch-Mode": "no-cors"}
MEDIA = "https://media.example.net/{path}?expires={expires}&signature={signature}"
MEDIA_KEY = "tests only: 0123456789 abcdefghijklmnop"


def desk_of(settings: Settings, db: Database, folder: Path) -> Desk:
    """Alice at a package that holds a film."""
    client = Client(create_app(settings, db))
    with client.db.writing() as session:
        publish_package(session, client.app.extensions["lms"].storage, folder, files() | {"film.mp4": FILM})
        alice = make_user(session, "Alice")
        learning.join(session, alice.actor, alice.id, KEY, clock.now(), origin="self")
    client.sign_in(alice.id)
    return Desk(client).open()


def film(desk: Desk) -> str:
    return f"{desk.delivery['href'].rpartition('/')[0]}/film.mp4"


@pytest.fixture
def behind_nginx(settings: Settings, sqlite_db: Database, tmp_path: Path) -> Desk:
    return desk_of(replace(settings, accel="/_blobs/"), sqlite_db, tmp_path)


@pytest.fixture
def with_media(settings: Settings, sqlite_db: Database, tmp_path: Path) -> Desk:
    return desk_of(replace(settings, media_url=MEDIA, media_key=MEDIA_KEY, media_min_mb=0), sqlite_db, tmp_path)


def test_a_proxy_is_told_where_the_file_lies(behind_nginx: Desk) -> None:
    answer = behind_nginx.get(film(behind_nginx))
    place = answer.headers["X-Accel-Redirect"].removeprefix("/_blobs/")
    root = behind_nginx.client.app.extensions["lms"].settings.data_dir / "blobs"
    assert (answer.status_code, answer.data, (root / place).read_bytes()) == (200, b"", FILM)
    assert (answer.headers["Content-Type"], "object-src 'none'" in answer.headers["Content-Security-Policy"]) == (
        "video/mp4",
        True,
    )


def test_without_a_capability_the_proxy_is_told_nothing(behind_nginx: Desk) -> None:
    answer = behind_nginx.get("/f/wrong/film.mp4")
    assert (answer.status_code, "X-Accel-Redirect" in answer.headers) == (404, False)


def test_a_player_is_led_to_where_films_lie(with_media: Desk) -> None:
    answer = with_media.get(film(with_media), **PLAYER)
    link = urlsplit(answer.headers["Location"])
    expires = int(parse_qs(link.query)["expires"][0])
    digest = link.path.rpartition("/")[2]
    assert (answer.status_code, answer.headers["Location"]) == (302, signed(MEDIA, MEDIA_KEY, digest, expires))
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert 3600 < expires - clock.now().timestamp() < 86_400


@pytest.mark.parametrize("asked", [{}, {"Sec-Fetch-Dest": "empty"}, PLAYER | {"Sec-Fetch-Mode": "cors"}])
def test_who_may_not_follow_gets_the_film_from_here(with_media: Desk, asked: dict[str, str]) -> None:
    answer = with_media.get(film(with_media), **asked)
    assert (answer.status_code, answer.data) == (200, FILM)


def test_a_page_may_show_films_from_there(with_media: Desk) -> None:
    page = with_media.get(with_media.delivery["href"])
    assert "media-src 'self' data: blob: https://media.example.net" in page.headers["Content-Security-Policy"]
    own = with_media.client.get("/learning")
    assert "media-src 'self' https://media.example.net;" in own.headers["Content-Security-Policy"]


def test_a_small_film_comes_from_here(settings: Settings, sqlite_db: Database, tmp_path: Path) -> None:
    desk = desk_of(replace(settings, media_url=MEDIA, media_key=MEDIA_KEY, media_min_mb=1), sqlite_db, tmp_path)
    assert desk.get(film(desk), **PLAYER).status_code == 200
