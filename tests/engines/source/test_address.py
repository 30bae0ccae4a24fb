"""Addresses: what they lead to, and why some lead nowhere."""

import pytest

from lms.engines.source.address import Address, BadAddress, read_address

GOOD = [
    ("https://a.b/c?d#e", Address("web", "https://a.b/c?d#e")),
    ("HTTP://a.b", Address("web", "HTTP://a.b")),
    ("mailto:a@b.c", Address("mail", "mailto:a@b.c")),
    ("term:airlock", Address("term", "airlock")),
    ("ref:annex1", Address("ref", "annex1")),
    ("assets/a.svg", Address("file", "assets/a.svg")),
    ("./assets//a.svg", Address("file", "assets/a.svg")),
    ("assets/%ED%95%9C.svg", Address("file", "assets/한.svg")),
    ("assets/a b.svg", Address("file", "assets/a b.svg")),
]


@pytest.mark.parametrize(("href", "expected"), GOOD)
def test_an_address_leads_somewhere(href, expected):
    assert read_address(href) == expected


BAD = [
    ("javascript:alert(1)", 'not with "javascript:"'),
    ("JaVa\tScRiPt:alert(1)", 'not with "javascript:"'),
    ("\x01javascript:alert(1)", 'not with "javascript:"'),
    ("vbscript:x", 'not with "vbscript:"'),
    ("data:text/html,x", 'not with "data:"'),
    ("file:///etc/passwd", 'not with "file:"'),
    ("//evil.example/x", "leaves this site unseen"),
    ("%2F%2Fevil.example/x", "leaves this site unseen"),
    ("/etc/passwd", "absolute path"),
    ("C:\\a.svg", 'not with "c:"'),
    ("\\\\server\\a.svg", "absolute path"),
    ("assets\\a.svg", "backslash"),
    ("../secret.svg", 'holds ".."'),
    ("assets/%2e%2e/a.svg", 'holds ".."'),
    ("https:", "no complete address"),
    ("https://", "no complete address"),
    ("https://user@evil.example", "no complete address"),
    ("http://a b", "no complete address"),
    ("mailto:nobody", "no complete address"),
    ("", "no address"),
    ("  ", "no address"),
]


@pytest.mark.parametrize(("href", "reason"), BAD)
def test_an_address_that_may_not_be_is_told(href, reason):
    with pytest.raises(BadAddress, match=reason):
        read_address(href)
