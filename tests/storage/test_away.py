"""The product on an object store that goes away: what needs a file says so, and records are saved all the same."""

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from lms.app import create_app
from lms.core import clock
from lms.core.config import Settings
from lms.core.db import Database
from lms.learning import service as learning
from tests.client import Client
from tests.packages import KEY, files, publish_package
from tests.people import make_user
from tests.player.desk import Desk
from tests.storage.moto import Line, Store

#: More than a small cache keeps.
FILM = Random(1).randbytes(3_999_996) + b"film"


@pytest.fixture
def desk(settings: Settings, sqlite_db: Database, line: Line, store: Store, tmp_path: Path) -> Desk:
    """Alice at a package of which nothing is kept on this machine."""
    client = Client(create_app(replace(settings, blobs_url=store.url(line.port), blobs_cache_mb=10), sqlite_db))
    storage = client.app.extensions["lms"].storage
    with client.db.writing() as session:
        publish_package(session, storage, tmp_path, files() | {"film.mp4": FILM})
        alice = make_user(session, "Alice")
        learning.join(session, alice.actor, alice.id, KEY, clock.now(), origin="self")
    storage.cache.clear()
    client.sign_in(alice.id)
    return Desk(client).open()


def film(desk: Desk) -> str:
    return f"{desk.delivery['href'].rpartition('/')[0]}/film.mp4"


def test_a_file_comes_from_the_store_and_the_next_time_from_here(desk: Desk, line: Line) -> None:
    first = desk.get(desk.delivery["href"])
    line.cut_after = 0
    assert (first.status_code, desk.get(desk.delivery["href"]).data) == (200, first.data)


def test_a_film_that_is_too_large_to_be_kept_can_be_sought_in(desk: Desk) -> None:
    answer = desk.get(film(desk), Range="bytes=3999996-")
    assert (answer.status_code, answer.data, answer.headers["Content-Range"]) == (
        206,
        b"film",
        "bytes 3999996-3999999/4000000",
    )


def test_while_it_is_away_a_file_is_asked_for_again_soon(desk: Desk, line: Line) -> None:
    line.cut_after = 0
    answer = desk.get(desk.delivery["href"])
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_while_it_is_away_records_are_saved(desk: Desk, line: Line) -> None:
    line.cut_after = 0
    sent = desk.sets(cmi__suspend_data="page 7")
    assert desk.send(*sent)["acked"] == sent[-1]["n"]


def test_a_blob_that_is_missing_is_damage_and_not_a_store_that_is_away(desk: Desk) -> None:
    made = desk.client.app.extensions["lms"].storage._storage
    made.place, made._made = replace(made.place, prefix="an empty folder"), None
    answer = desk.get(desk.delivery["href"])
    assert (answer.status_code, "Retry-After" in answer.headers) == (500, False)
