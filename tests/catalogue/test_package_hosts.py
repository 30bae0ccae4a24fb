"""Which hosts elsewhere the pages of a package load from: what is found, what is not, and that it ends in time."""

import time
from pathlib import Path

import pytest

from lms.catalogue import packages
from lms.catalogue.packages.hosts import named
from tests.packages import files, zipped


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ('<script src="https://cdn.example.com/a.js"></script>', "cdn.example.com"),
        ("<SCRIPT SRC='//cdn.example.com/a.js'></SCRIPT>", "cdn.example.com"),
        ("<img width=3 src=https://i.example.com:8443/p.png>", "i.example.com:8443"),
        ('<iframe width="5" src="https://www.example.com/embed/x">', "www.example.com"),
        ('<video poster="https://p.example.com/a.jpg">', "p.example.com"),
        ('<link href="//fonts.example.com/css?x" rel="stylesheet">', "fonts.example.com"),
        ('<link rel="shortcut icon" href="https://i.example.com/f.ico">', "i.example.com"),
        ('body{background:url( "http://img.example.com/a.png")}', "img.example.com"),
        ("@import 'https://st.example.com/x.css'", "st.example.com"),
        ('x.src = "https://v.example.com/e"', "v.example.com"),
        ('fetch("https://api.example.com/v1")', "api.example.com"),
        ('var u="https://lib.example.com/a/b.min.js?x"', "lib.example.com"),
        ('document.write("<script src=\\"https://dw.example.com/x.js\\">")', "dw.example.com"),
    ],
)
def test_what_a_page_loads(text: str, host: str) -> None:
    assert set(named(text)) == {host}


@pytest.mark.parametrize(
    "text",
    [
        '<a href="https://no.example.com/">More</a>',
        '<link rel="canonical" href="https://no.example.com/x">',
        'location.href="https://no.example.com"',
        '<html xmlns="http://www.w3.org/1999/xhtml">',
        "// see https://no.example.com/doc.html",
        '<img src="pictures/a.png">',
    ],
)
def test_what_it_only_names(text: str) -> None:
    assert set(named(text)) == set()


@pytest.mark.parametrize(
    "text",
    [
        "<script " * 120_000 + "//",
        "//" + '<link src="' * 90_000,
        "//<link " + " rel=" * 190_000 + " href=//a.bc",
        "//" + '"//a.b/' + "x." * 490_000,
        "//<img src" + " " * 900_000,
        "url(" * 240_000 + "//",
    ],
)
def test_no_text_holds_it_up(text: str) -> None:
    """A pattern that went back and forth would take hours for a megabyte."""
    began = time.process_time()
    list(named(text))
    assert time.process_time() - began < 10


def test_they_are_proposed_by_name(tmp_path: Path) -> None:
    contents = files() | {
        "wash.html": b'<script src="https://b.example.com/x.js"></script><img src="https://a.example.com/x.png">',
        "style.css": b"@import 'https://fonts.googleapis.com/css'",
        "large.js": b'x.src="https://large.example.com/"' + "".join(map(str, range(200_000))).encode(),
        "film.mp4": b'<img src="https://film.example.com/">',
        "pages/dry.html": b'<img src="http://localhost/x"><img src="https://-/"><img src="//..../">',
    }
    checked = packages.check(zipped(tmp_path / "hands.zip", contents))
    assert packages.describe(checked).facts["hosts"] == [
        "a.example.com",
        "b.example.com",
        "fonts.googleapis.com",
        "fonts.gstatic.com",
    ]


def test_an_item_may_lie_elsewhere(tmp_path: Path) -> None:
    contents = files()
    contents["imsmanifest.xml"] = contents["imsmanifest.xml"].replace(
        b'href="wash.html"><file href="wash.html"/>', b'href="https://far.example.com/wash.html">'
    )
    checked = packages.check(zipped(tmp_path / "hands.zip", contents))
    assert packages.describe(checked).facts["hosts"] == ["far.example.com"]
