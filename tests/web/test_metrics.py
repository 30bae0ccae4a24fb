"""`/metrics` is closed, and open to who shows the token."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lms.app import create_app
from lms.core import migrate
from lms.core.config import Settings, load
from lms.core.db import Database
from lms.core.errors import SettingError
from tests.browser.server import Server
from tests.client import Client

TOKEN = "tests only: 0123456789".replace(" ", "-")


@pytest.mark.parametrize("shown", ["", "Bearer ", f"Bearer {TOKEN}"])
def test_without_a_setting_there_is_nothing(client: Client, shown: str) -> None:
    assert client.get("/metrics", headers={"Authorization": shown}).status_code == 404


@pytest.mark.parametrize("shown", ["", "Bearer wrong", TOKEN, f"Basic {TOKEN}", "Bearer \xe4"])
def test_the_wrong_token_is_refused(settings: Settings, sqlite_db: Database, shown: str) -> None:
    client = Client(create_app(replace(settings, metrics_token=TOKEN), sqlite_db))
    assert client.get("/metrics", headers={"Authorization": shown}).status_code == 401


@pytest.mark.parametrize("token", ["short", "with a space in the middle", "ü" * 20])
def test_a_weak_token_stops_the_start(token: str) -> None:
    with pytest.raises(SettingError, match="LMS_METRICS_TOKEN is not right"):
        load({}, mode="test", metrics_token=token)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("server")
    one = Server(folder, LMS_METRICS_TOKEN=TOKEN, LMS_BIND="127.0.0.1:{port}")
    migrate.upgrade(one.db)
    one.start()
    yield one
    one.stop()


def _get(server: Server, path: str, **headers: str) -> str:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(urllib.request.Request(server.url + path, headers=headers)) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.read().decode()


def _read(server: Server) -> dict[str, float]:
    text = _get(server, "/metrics", Authorization=f"Bearer {TOKEN}")
    rows = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in rows}


def test_requests_of_all_processes_are_counted_and_timed(server: Server) -> None:
    before = _read(server)
    for _number in range(6):
        _get(server, "/sign-in")
    _get(server, "/no/such/page")
    after = _read(server)

    def grown(name: str) -> float:
        return after.get(name, 0) - before.get(name, 0)

    assert grown('lms_requests_total{endpoint="accounts.sign_in",status="200"}') == 6
    assert grown('lms_request_seconds_count{endpoint="accounts.sign_in"}') == 6
    assert grown('lms_requests_total{endpoint="none",status="404"}') == 1


def test_what_is_true_now(server: Server) -> None:
    found = _read(server)
    assert found["lms_ready"] == 1
    assert found["lms_jobs_dead"] == 0
    assert found["lms_workers"] == 0
    assert found["lms_requests_in_flight"] == 1
    assert found['lms_memory_bytes{kind="web"}'] > 10_000_000
    assert 0 < found["lms_disk_free_bytes"] < found["lms_disk_bytes"]
