"""/check: the page for everybody, and the probe that only the LMS's own pages may read."""

from collections.abc import Callable
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from lms.app import create_app
from lms.core import config
from lms.core.db import Database
from lms.player.check import SAMPLE, UPLOAD_BYTES
from tests.client import BASE, Client

HOST = f"http://{'a2' * 26}.localhost:8000"


def probe(client: Client, method: str = "GET", origin: str = BASE, host: str = HOST, **kwargs: object) -> TestResponse:
    headers = {"Origin": origin, **kwargs.pop("headers", {})}  # type: ignore[dict-item]
    return client.http.open("/probe?nonce=abc", method=method, base_url=host, headers=headers, **kwargs)


def test_the_page_is_for_everybody_and_says_what_to_allow_in_each_language(client: Client) -> None:
    page = client.get("/check")
    assert page.status_code == 200
    for code in ("en", "ko", "fr"):
        assert f'data-request="{code}"' in page.text
    assert page.text.count("http://*.localhost:8000") == 3 + 3  # and on the buttons that copy it
    assert "Allow JavaScript for this site" in page.text


def test_only_this_page_may_ask_the_hosts_of_packages(client: Client) -> None:
    assert "connect-src 'self' http://*.localhost:8000;" in client.get("/check").headers["Content-Security-Policy"]
    assert "connect-src 'self';" in client.get("/courses").headers["Content-Security-Policy"]


def test_the_probe_answers_on_a_host_that_nobody_has_used(client: Client) -> None:
    answer = probe(client, headers={"Authorization": "Bearer abc"})
    assert answer.headers["Access-Control-Allow-Origin"] == BASE
    assert (answer.json["nonce"], answer.json["authorization"], answer.json["received"]) == ("abc", True, 0)
    assert "Set-Cookie" not in answer.headers and answer.headers["Cache-Control"] == "no-store"


def test_a_header_that_was_taken_off_is_noticed(client: Client) -> None:
    assert probe(client).json["authorization"] is False
    assert probe(client, headers={"Authorization": "Bearer other"}).json["authorization"] is False


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", HOST, "http://localhost:8001"])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_other_sites_cannot_read_the_probe(client: Client, method: str, origin: str) -> None:
    answer = probe(client, method, origin)
    assert [name for name, _value in answer.headers if name.startswith("Access-Control")] == []
    assert answer.headers["Vary"] == "Origin"


def test_a_browser_may_ask_first(client: Client) -> None:
    answer = probe(client, "OPTIONS")
    assert answer.status_code == 204 and "Authorization" in answer.headers["Access-Control-Allow-Headers"]


def test_the_probe_is_not_on_the_lms(client: Client) -> None:
    assert probe(client, host=BASE).status_code == 404


Post = Callable[[Client, bytes], TestResponse]
UPLOADS: dict[str, Post] = {
    "the LMS": lambda client, data: client.post("/check/upload?nonce=a", data, csrf=False),
    "a package's host": lambda client, data: probe(client, "POST", data=data),
}


@pytest.mark.parametrize("place", UPLOADS)
def test_64_kb_go_up_and_no_more(client: Client, place: str) -> None:
    assert UPLOADS[place](client, bytes(UPLOAD_BYTES)).json["received"] == UPLOAD_BYTES
    assert UPLOADS[place](client, bytes(UPLOAD_BYTES + 1)).status_code == 413


def test_the_sample_is_what_the_page_expects(client: Client) -> None:
    assert client.get("/check/sample").text == SAMPLE


@pytest.fixture
def made(tmp_path: Path, sqlite_db: Database) -> Callable[..., Client]:
    def make(**settings: str) -> Client:
        given = {"mode": "test", "data_dir": str(tmp_path / "data"), "secret_key": "k" * 40, "log_level": "ERROR"}
        return Client(create_app(config.load({}, **given, **settings), sqlite_db))

    return make


def test_a_single_host_says_what_it_no_longer_isolates(made: Callable[..., Client]) -> None:
    page = made(content_url="http://packages.example:8000").get("/check").text
    assert "packages are not kept apart from one another" in page and "data-single" in page


def test_with_a_host_for_each_there_is_no_such_warning(client: Client) -> None:
    assert "data-single" not in client.get("/check").text


def test_without_any_host_the_page_says_so(made: Callable[..., Client]) -> None:
    page = made(base_url="http://learn.example:8000").get("/check")
    assert page.status_code == 200 and 'data-hosts=""' in page.text
