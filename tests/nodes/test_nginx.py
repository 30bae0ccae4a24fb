"""nginx with our configuration in front of the product: what passes, what is stopped, who sends the bytes."""

import json
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPSConnection
from pathlib import Path

import pytest

from lms.app import create_app
from lms.catalogue import queries as catalogue
from lms.core import clock, config, migrate
from lms.core.db import Database
from lms.learning import service as learning
from tests.client import Client
from tests.nodes.farm import Farm, farm
from tests.nodes.nginx import RENDER
from tests.packages import KEY, files, publish_package
from tests.people import make_user
from tests.player.desk import Desk

FILM = b"\0\0\0\x20ftypisom" + bytes(range(250)) * 400
PAGE = b"<!doctype html><p>" + b"washing hands " * 400


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Message
    body: bytes


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Farm, str, str]]:
    """One node behind nginx with TLS; the host of Alice's package, and where its files are."""
    folder = tmp_path_factory.mktemp("site")
    url = f"sqlite:///{folder / 'lms.db'}"
    with farm(
        folder, url, web=1, workers=0, tls=True, more={"LMS_ACCEL": "/_blobs/", "LMS_DRAIN_SECONDS": "0"}
    ) as made:
        db = Database(url)
        migrate.upgrade(db)
        client = Client(create_app(config.load(made.environment), db))
        with db.writing() as session:
            contents = files() | {"film.mp4": FILM, "wash.html": PAGE}
            publish_package(session, client.app.extensions["lms"].storage, folder, contents)
            alice = make_user(session, "Alice")
            learning.join(session, alice.actor, alice.id, KEY, clock.now(), origin="self")
        client.sign_in(alice.id)
        desk = Desk(client, KEY).open()
        db.close()
        catalogue.forget()
        made.start()
        yield made, desk.host.partition("://")[2], desk.delivery["href"].rpartition("/")[0]


def ask(site: tuple[Farm, str, str], path: str, method: str = "GET", host: str = "", **headers: str) -> Answer:
    made = site[0]
    context = ssl.create_default_context(cafile=str(made.nginx.certificate))
    context.check_hostname = False
    connection = HTTPSConnection("127.0.0.1", made.port, timeout=60, context=context)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    connection.putheader("Host", host or f"localhost:{made.port}")
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    try:
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


def test_nginx_takes_the_configuration(site: tuple[Farm, str, str]) -> None:
    done = site[0].nginx.check()
    assert (done.returncode, "[warn]" in done.stderr, "[emerg]" in done.stderr) == (0, False, False)


def test_nginx_itself_sends_a_film(site: tuple[Farm, str, str]) -> None:
    """Its ETag is nginx's own, and the header that named the file stays inside."""
    answer = ask(site, f"{site[2]}/film.mp4", host=site[1])
    body = answer.body
    assert (answer.status, body == FILM, answer.headers["X-Accel-Redirect"]) == (200, True, None)
    assert len(answer.headers["ETag"].strip('"')) < 64


def test_a_piece_of_a_film(site: tuple[Farm, str, str]) -> None:
    answer = ask(site, f"{site[2]}/film.mp4", host=site[1], Range="bytes=4-11")
    assert (answer.status, answer.body) == (206, b"ftypisom")
    assert answer.headers["Content-Range"] == f"bytes 4-11/{len(FILM)}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Content-Type", "video/mp4"),
        ("Cache-Control", "private, max-age=31536000, immutable"),
        ("X-Content-Type-Options", "nosniff"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Referrer-Policy", "no-referrer"),
    ],
)
def test_what_the_product_says_of_a_file_arrives(site: tuple[Farm, str, str], name: str, value: str) -> None:
    assert ask(site, f"{site[2]}/film.mp4", host=site[1]).headers.get_all(name) == [value]


def test_the_policy_of_a_page_arrives(site: tuple[Farm, str, str]) -> None:
    answer = ask(site, f"{site[2]}/wash.html", host=site[1])
    assert (answer.body == PAGE, "object-src 'none'" in answer.headers["Content-Security-Policy"]) == (True, True)


def test_a_page_is_compressed_on_its_way(site: tuple[Farm, str, str]) -> None:
    answer = ask(site, f"{site[2]}/wash.html", host=site[1], Accept_Encoding="gzip")
    assert (answer.headers["Content-Encoding"], len(answer.body) < len(PAGE) // 5) == ("gzip", True)


def test_a_file_that_is_known_is_not_sent_again(site: tuple[Farm, str, str]) -> None:
    known = ask(site, f"{site[2]}/film.mp4", host=site[1]).headers["ETag"]
    assert ask(site, f"{site[2]}/film.mp4", host=site[1], If_None_Match=known).status == 304


def test_nobody_reaches_files_by_their_names(site: tuple[Farm, str, str]) -> None:
    some = next((site[0].folder / "blobs").glob("??/*"))
    assert [ask(site, f"/_blobs/{some.parent.name}/{some.name}", host=host).status for host in ("", site[1])] == [
        404,
        404,
    ]


def test_no_cookie_reaches_a_host_of_packages(site: tuple[Farm, str, str]) -> None:
    """A cookie bomb, which the node would refuse, does not arrive at it."""
    answer = ask(site, "/", host=site[1], Cookie="bomb=" + "x" * 6_000)
    assert (answer.status, answer.headers["Set-Cookie"]) == (200, None)


def test_a_client_does_not_say_who_it_is(site: tuple[Farm, str, str]) -> None:
    """The address that throttling counts, and the host that packages are told apart by, are nginx's word."""
    answer = ask(site, "/sign-in", X_Forwarded_For="6.6.6.6", X_Forwarded_Host=site[1], X_Forwarded_Proto="http")
    assert (answer.status, b'name="password"' in answer.body) == (200, True)


def test_a_host_that_is_not_ours_gets_no_answer(site: tuple[Farm, str, str]) -> None:
    with pytest.raises(ConnectionError):
        ask(site, "/", host="elsewhere.example.org")


def test_a_body_that_is_too_large_is_refused_at_once(site: tuple[Farm, str, str]) -> None:
    assert ask(site, "/sign-in", "POST", Content_Length="70000").status == 413


def test_headers_that_are_too_large_are_refused(site: tuple[Farm, str, str]) -> None:
    assert ask(site, "/", X_Long="x" * 40_000).status in (400, 431)


def test_figures_of_the_house_stay_inside(site: tuple[Farm, str, str]) -> None:
    assert ask(site, "/metrics").status == 404


def test_tokens_stay_out_of_the_log(site: tuple[Farm, str, str]) -> None:
    ask(site, f"{site[2]}/film.mp4", host=site[1])
    token = site[2].split("/")[2]
    assert token not in site[0].nginx.access_log and '"path":"/f/..."' in site[0].nginx.access_log


def test_the_log_is_lines_of_json(site: tuple[Farm, str, str]) -> None:
    ask(site, '/?q="x')
    assert all(json.loads(line)["status"] for line in site[0].nginx.access_log.splitlines())


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Farm]:
    """nginx whose node is down, and which takes few tries to sign in."""
    with farm(tmp_path, f"sqlite:///{tmp_path / 'lms.db'}", web=1, workers=0, tls=True) as made:
        made.web[0].door.close()
        made.nginx.settings |= {"SIGN_INS": "1", "SIGN_IN_BURST": "2"}
        made.nginx.start()
        yield made


def test_without_a_node_nginx_says_try_again(alone: Farm) -> None:
    answer = ask((alone, "", ""), "/learning")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")


def test_a_flood_of_tries_is_told_to_wait(alone: Farm) -> None:
    answers = [ask((alone, "", ""), "/sign-in", "POST", Content_Length="0") for _ in range(8)]
    refused = [one for one in answers if one.status == 429]
    assert refused and {one.headers["Retry-After"] for one in refused} == {"5"}


def test_looking_at_the_form_is_no_try(alone: Farm) -> None:
    assert {ask((alone, "", ""), "/sign-in").status for _ in range(8)} == {503}


def test_a_value_that_is_missing_is_named(tmp_path: Path) -> None:
    example = (RENDER.parent / "example.env").read_text()
    (tmp_path / "nginx.env").write_text(example.replace("CLEANROOM_UPLOAD=", "#"))
    done = subprocess.run(
        [sys.executable, RENDER, tmp_path / "nginx.env", tmp_path], capture_output=True, text=True, check=False
    )
    assert (done.returncode, "lacks CLEANROOM_UPLOAD" in done.stderr, (tmp_path / "conf.d").exists()) == (
        1,
        True,
        False,
    )


def test_the_example_is_taken_by_nginx(alone: Farm, tmp_path: Path) -> None:
    """As it is, apart from certificates and ports that this machine has not."""
    example = (RENDER.parent / "example.env").read_text()
    for name, value in alone.nginx.settings.items():
        if "CERTIFICATE" in name or name in ("LISTEN_PLAIN", "LOG"):
            example += f"CLEANROOM_{name}={value}\n"
    example += f"CLEANROOM_LISTEN=127.0.0.1:{alone.nginx.port} ssl http2\n"
    (tmp_path / "example.env").write_text(example)
    shutil.rmtree(alone.nginx.folder / "conf.d")
    subprocess.run([sys.executable, RENDER, tmp_path / "example.env", alone.nginx.folder], check=True, stdout=-3)
    assert alone.nginx.check().returncode == 0
