"""What no browser sends, to the real server: an answer that says what is wrong, or a closed connection; never a bug,
never a traceback, never memory without end, and the same workers afterwards."""

import gzip
import random
from pathlib import Path

import pytest

from tests.abuse import attacks
from tests.abuse.site import Site

MB = 1_000_000


def _request(port: int, first: str = "GET /sign-in HTTP/1.1", *headers: str, body: bytes = b"") -> bytes:
    lines = (first, f"Host: localhost:{port}", f"Origin: http://localhost:{port}", "Connection: close", *headers)
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def _form(port: int, body: bytes, *headers: str, path: str = "/sign-in", length: str | None = None) -> bytes:
    size = str(len(body)) if length is None else length
    kind = (
        ()
        if any(one.startswith("Content-Type") for one in headers)
        else ("Content-Type: application/x-www-form-urlencoded",)
    )
    return _request(port, f"POST {path} HTTP/1.1", *kind, f"Content-Length: {size}", *headers, body=body)


def _odd(port: int) -> dict[str, tuple[bytes, set[int]]]:
    """What is sent, and which answers are right; 0 is a connection closed without a word."""
    bomb = gzip.compress(b"name=" + b"a" * 50 * MB)
    fields = b"&".join(b"f%d=1" % number for number in range(100_000))
    endless = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + b"a" * 100_000
    parts = (
        b"".join(b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n' for _ in range(20_000)) + b"--x--\r\n"
    )
    multipart = "Content-Type: multipart/form-data; boundary=x"
    return {
        "100 headers of 8 kB": (
            _request(port, "GET / HTTP/1.1", *[f"X-{n}: {'a' * 8_000}" for n in range(100)]),
            {431},
        ),
        "1,000 headers": (_request(port, "GET / HTTP/1.1", *[f"X-{n}: a" for n in range(1_000)]), {431}),
        "a header without an end": (b"GET / HTTP/1.1\r\nX: " + b"a" * 2 * MB, {431}),
        "a cookie of 8 kB": (_request(port, "GET /sign-in HTTP/1.1", "Cookie: lms=" + "a" * 8_000), {200}),
        "a cookie of 20 kB": (_request(port, "GET /sign-in HTTP/1.1", "Cookie: lms=" + "a" * 20_000), {431}),
        "an address of 64 kB": (_request(port, f"GET /{'a' * 64_000} HTTP/1.1"), {414, 431}),
        "an address with a bad escape": (_request(port, "GET /%zz%00%ff HTTP/1.1"), {404}),
        "a strange method": (_request(port, "BREW /sign-in HTTP/1.1"), {405}),
        "TRACE": (_request(port, "TRACE / HTTP/1.1"), {404, 405}),
        "CONNECT": (_request(port, "CONNECT localhost:1 HTTP/1.1"), {400, 404, 405}),
        "a version of tomorrow": (_request(port, "GET / HTTP/7.9"), {400, 505}),
        "no HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", {400}),
        "noise": (random.Random(1).randbytes(5_000) + b"\r\n\r\n", {400}),
        "no host": (b"GET /sign-in HTTP/1.0\r\n\r\n", {200}),
        "two hosts": (_request(port, "GET / HTTP/1.1", "Host: other"), {400}),
        "an odd host": (b"GET /sign-in HTTP/1.1\r\nHost: [::1%2e]:99999<>\r\nConnection: close\r\n\r\n", {200, 400}),
        "a body of a GET": (
            _request(port, "GET /sign-in HTTP/1.1", "Content-Length: 100000", body=b"a" * 100_000),
            {200},
        ),
        "a length that is none": (_form(port, b"a", length="abc"), {400}),
        "a negative length": (_form(port, b"a", length="-5"), {400}),
        "two lengths": (_form(port, b"a" * 10, "Content-Length: 5"), {400}),
        "a length and chunks": (_form(port, b"0\r\n\r\n", "Transfer-Encoding: chunked"), {400, 411}),
        "chunks": (
            _request(port, "POST /sign-in HTTP/1.1", "Transfer-Encoding: chunked", body=b"5\r\nname=\r\n0\r\n\r\n"),
            {411},
        ),
        "a length beyond everything": (_form(port, b"a", length="9" * 18), {413}),
        "a length of 100 digits": (_form(port, b"a", length="9" * 100), {400}),
        "a body beyond a form": (_form(port, b"name=" + b"a" * 3 * MB), {413}),
        "100,000 fields": (_form(port, fields), {422}),
        "a bomb of gzip": (_form(port, bomb, "Content-Encoding: gzip"), {400, 415, 422}),
        "parts without an end": (_form(port, endless, multipart), {400, 413, 422}),
        "20,000 parts": (_form(port, parts, multipart), {413}),
        "parts without a boundary": (_form(port, b"abc", "Content-Type: multipart/form-data"), {400, 422}),
        "a charset that is none": (
            _form(port, b"name=\xff", "Content-Type: application/x-www-form-urlencoded; charset=klingon"),
            {400, 422},
        ),
        "not UTF-8": (_form(port, b"name=%ff%fe&password=%ed%a0%80"), {422}),
        "an upload of a stranger": (_form(port, b"a" * 5 * MB, multipart, path="/desk/packages/whole"), {413}),
        "an origin of NUL": (
            _request(port, "POST /sign-in HTTP/1.1", "Referer: http://[", "Content-Length: 0"),
            {403, 422},
        ),
    }


NAMES = tuple(_odd(1))


@pytest.mark.parametrize("name", NAMES)
def test_what_no_browser_sends_has_an_honest_answer(here: Site, name: str) -> None:
    sent, right = _odd(here.port)[name]
    workers = here.workers
    status, said = attacks.answer(here.port, sent)
    assert status in right, said[:300]
    assert b"Traceback" not in said
    assert ("Traceback" in here.log, here.workers) == (False, workers)
    assert attacks.get(here.port)[0] == 200


@pytest.mark.verify
def test_all_of_it_again_and_again_takes_no_more_memory(here: Site) -> None:
    odd = [sent for sent, _right in _odd(here.port).values()]
    for sent in odd * 4:  # each thread of each process gets its buffers, which it keeps
        attacks.answer(here.port, sent)
    before = here.memory
    for sent in odd * 12:
        attacks.answer(here.port, sent)
    assert here.memory - before < 60 * MB


def test_bodies_that_waited_in_files_leave_none(here: Site) -> None:
    before = _open_files(here)
    for _ in range(5):
        attacks.answer(here.port, _form(here.port, b"name=" + b"a" * 1_900_000))
    assert _open_files(here) == before


def _open_files(here: Site) -> int:
    """Without connections, which end a moment after their answer."""
    links = (link for pid in here.workers for link in Path(f"/proc/{pid}/fd").iterdir())
    return sum(not str(link.readlink()).startswith("socket:") for link in links if link.is_symlink())
