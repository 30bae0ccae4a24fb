"""Clients that are slow, or say nothing, or read nothing: more of them than there are threads, and the next person is
answered all the same."""

import time

import pytest

from tests.abuse import attacks
from tests.abuse.attacks import Held
from tests.abuse.site import THREADS, WORKERS, Site

MANY = 6 * WORKERS * THREADS
#: Fewer than the connections of the attackers: one alone would not see whether the other worker answers.
GOOD = 6


def _form(port: int, length: int, *more: str) -> bytes:
    lines = (
        "POST /sign-in HTTP/1.1",
        f"Host: localhost:{port}",
        f"Origin: http://localhost:{port}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {length}",
        *more,
    )
    return "\r\n".join([*lines, "", ""]).encode()


def _answered(port: int) -> list[int]:
    return [attacks.get(port, "/sign-in")[0] for _ in range(GOOD)]


@pytest.mark.parametrize(
    ("beginning", "more"),
    [
        ("", b""),
        ("GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", b"a"),
        ("GET / HTTP/1.1\r\nHost: localhost\r\n", b"X-Slow: a\r\n"),
        ("small body", b"a"),
        ("large body", b"a"),
        ("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", b""),
        ("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", b"G"),
    ],
    ids=["silence", "a header", "headers", "a small body", "a large body", "no farewell", "a second request"],
)
def test_slow_clients_hold_no_thread(here: Site, beginning: str, more: bytes) -> None:
    bodies = {"small body": _form(here.port, 60_000), "large body": _form(here.port, 2_000_000)}
    with Held(here.port, MANY, bodies.get(beginning, beginning.encode()), more):
        assert _answered(here.port) == [200] * GOOD


def test_clients_that_read_nothing_hold_no_thread(here: Site) -> None:
    """Each asks for more than the system keeps for a connection."""
    static = here.folder / "data" / "static"
    largest = max((path for path in static.rglob("*.js")), key=lambda path: path.stat().st_size)
    ask = f"GET /static/{largest.relative_to(static)} HTTP/1.1\r\nHost: localhost:{here.port}\r\n\r\n"
    times = 8_000_000 // largest.stat().st_size
    with Held(here.port, MANY, ask.encode() * times, room=2_048):
        here.wait_until_quiet()
        assert _answered(here.port) == [200] * GOOD


def test_a_request_in_pieces_is_answered_as_one(here: Site) -> None:
    body = b"name=alice&password=" + b"x" * 20
    request = _form(here.port, len(body), "Connection: close") + body
    with attacks.connect(here.port) as sock:
        for at in range(0, len(request), 7):
            sock.sendall(request[at : at + 7])
        assert sock.recv(12) == b"HTTP/1.1 422"


def test_two_requests_at_once_are_answered_in_turn(here: Site) -> None:
    one = f"GET /healthz HTTP/1.1\r\nHost: localhost:{here.port}\r\n"
    status, all_of_it = attacks.answer(here.port, f"{one}\r\n{one}Connection: close\r\n\r\n".encode())
    assert (status, all_of_it.count(b"HTTP/1.1 200")) == (200, 2)


def test_a_body_that_waited_in_a_file_arrives_whole(here: Site) -> None:
    """One more field than a form may have is only seen by who has read all of it."""
    body = b"&".join(b"field%d=%s" % (number, b"x" * 100) for number in range(1_990)) + b"&name=alice&password=wrong"
    status, page = attacks.answer(here.port, _form(here.port, len(body), "Connection: close") + body)
    assert (status, b'value="alice"' in page) == (422, True)


@pytest.mark.verify
def test_who_sends_no_whole_request_is_told_and_closed(here: Site) -> None:
    with attacks.connect(here.port) as sock:
        sock.sendall(b"GET / HTTP/1.1\r\nHost: local")
        began = time.monotonic()
        got = sock.recv(65_536)
        assert (got.split(b"\r\n")[0], sock.recv(65_536)) == (b"HTTP/1.1 408 Request Timeout", b"")
        assert time.monotonic() - began < 30
