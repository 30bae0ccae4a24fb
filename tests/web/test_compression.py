"""What goes out compressed is what was rendered, whatever part of it was compressed before."""

import gzip
import random

import pytest
from flask import Flask, Response

from lms.web import compression
from lms.web.compression import compress, gzipped, still

LESSON = "".join(random.Random(7).choices("공기 abcdefgh <p>é", k=20_000))


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (f"before {LESSON} after", LESSON),
        (LESSON, LESSON),
        (f"{LESSON}{LESSON} twice", LESSON),
        (f"{LESSON} before {LESSON}", LESSON),
        (f"{LESSON[:100]} only its beginning, then {LESSON}", LESSON),
        (f"{LESSON[:100]} only its beginning", LESSON),
        ("the text is not there", LESSON),
        ("no text at all", None),
        ("an empty text", ""),
        ("", None),
    ],
)
def test_the_page_comes_out_as_it_went_in(body: str, text: str | None) -> None:
    for _first_and_again in range(2):
        assert gzip.decompress(gzipped(body.encode(), text)).decode() == body


def test_a_still_text_is_compressed_once_and_best() -> None:
    compression.STILL.clear()
    page = gzipped(f"<main>{LESSON}</main>".encode(), LESSON)
    kept = compression.STILL.get(LESSON)
    assert kept is not None and kept[1] in page


@pytest.mark.parametrize(
    ("accepted", "media", "size", "encoding"),
    [
        ("gzip, br", "text/html", 5000, "gzip"),
        ("br", "text/html", 5000, None),
        ("gzip", "image/png", 5000, None),
        ("gzip", "application/json", 5000, "gzip"),
        ("gzip", "text/html", 100, None),
    ],
)
def test_who_gets_it_compressed(app: Flask, accepted: str, media: str, size: int, encoding: str | None) -> None:
    with app.test_request_context("/", headers={"Accept-Encoding": accepted}):
        assert compress(Response("x" * size, mimetype=media)).headers.get("Content-Encoding") == encoding


def test_only_the_request_that_said_so_holds_the_text(app: Flask) -> None:
    compression.STILL.clear()
    with app.test_request_context("/", headers={"Accept-Encoding": "gzip"}):
        still(LESSON)
        compress(Response(LESSON, mimetype="text/html"))
    with app.test_request_context("/", headers={"Accept-Encoding": "gzip"}):
        other = compress(Response("another page " * 100, mimetype="text/html"))
    assert gzip.decompress(other.data) == b"another page " * 100
