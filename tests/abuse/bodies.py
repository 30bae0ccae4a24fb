"""Values, documents and forms that no page sends."""

import copy
import json
from collections.abc import Iterator
from typing import Any

#: For places where a name, a number or a search stands.
ODD = ("tiny-course", "\x00", "a\x00b", "\ud800", "'\"<>%s{}", "9" * 400, "-1", "a" * 3_000, "../../etc/passwd", "가é")
#: For places where a page puts a value of JSON, as JSON.
VALUES = {
    "null": "null",
    "true": "true",
    "a negative number": "-1",
    "a fraction": "0.5",
    "a huge number": "9" * 4_000,
    "a number too long to read": "9" * 100_000,
    "a huge power": "1e400",
    "NaN": "NaN",
    "minus infinity": "-Infinity",
    "nothing": '""',
    "NUL": '"a\\u0000b"',
    "half a character": '"\\ud800"',
    "a long text": '"' + "x" * 70_000 + '"',
    "a list": "[]",
    "a list of lists": "[[[[1]]]]",
    "an object": "{}",
    "a deep list": "[" * 500 + "]" * 500,
    "odd keys": '{"\\u0000": 1, "\\ud800": {"": null}}',
    "64 bits and one": str(2**63),
}
DOCUMENTS: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"{",
    "a list": b"[]",
    "a number": b"1",
    "null": b"null",
    "not UTF-8": b'{"a": "\xff\xfe"}',
    "UTF-16": '{"ops": []}'.encode("utf-16"),
    "UTF-32": '{"ops": []}'.encode("utf-32"),
    "a byte order mark": b'\xef\xbb\xbf{"ops": []}',
    "very deep": b'{"ops": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "a long number": b'{"lease": ' + b"1" * 190_000 + b"}",
    "the same key twice": b'{"ops": [], "ops": 1, "lease": 1, "lease": "a"}',
    "many keys": b"{" + b",".join(b'"k%d":1' % number for number in range(15_000)) + b"}",
    "many operations": b'{"ops": [' + b"{}," * 20_000 + b"{}]}",
    "NUL": b"\x00" * 1_000,
}
FORMS: tuple[dict[str, Any], ...] = (
    {"name": "a\x00b", "password": "\x00", "email": "a@b\x00", "reason": "\x00", "note": "\x00"},
    {
        "name": "\ud800".encode("utf-8", "surrogatepass"),
        "password": b"\xff\xfe",
        "email": b"\xff@\xff",
        "go": "9" * 500,
    },
    {"name": "x" * 100_000, "password": "x" * 100_000, "email": "x" * 100_000 + "@example.org", "number": "-1"},
    {f"field{number}": "x" for number in range(3_000)},
    {
        "ids": "9" * 30,
        "id": "-9" * 300,
        "user": "\x00",
        "lease": "1e9",
        "known": "\x00",
        "question": "\x00",
        "act": "\x00",
    },
)
_MARK = "<here>"


def documents_of(sent: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """What a page sends with each value at each place replaced."""
    for place in _places(sent):
        marked = copy.deepcopy(sent)
        _put(marked, place)
        text = json.dumps(marked)
        for name, value in VALUES.items():
            yield f"{'.'.join(map(str, place))} = {name}", text.replace(f'"{_MARK}"', value).encode()


def _places(value: Any, above: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inside:
        yield (*above, key)
        yield from _places(one, (*above, key))


def _put(value: Any, place: tuple[str | int, ...]) -> None:
    for key in place[:-1]:
        value = value[key]
    value[place[-1]] = _MARK
