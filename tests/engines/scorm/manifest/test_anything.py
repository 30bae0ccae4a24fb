"""Whatever stands in a manifest, reading ends in a package or in an error, never in an exception."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.scorm.manifest.builders import ITEM, RESOURCE, manifest, messages, read

GOOD = manifest(
    ITEM.replace(
        "</item>",
        "<adlcp:completionThreshold>0.5</adlcp:completionThreshold><imsss:sequencing>"
        '<imsss:limitConditions attemptLimit="3"/></imsss:sequencing></item>',
    ),
    RESOURCE.replace("/>", '><file href="a.html"/><dependency identifierref="r"/></resource>'),
)
STRANGE = st.sampled_from(
    ["", "..", "../../x", "%", "%ff%00", "http://[", "//", "\\x", "a:b", "C:\\x", "#", "?", "1e400", "nan", "-1", "٣",
     "9" * 30, " ", "/" * 50, "x" * 5_000, "가"]
)  # fmt: skip
PIECES = GOOD.split('"')


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, len(PIECES) // 2 - 1), STRANGE), max_size=6))
def test_any_attributes(changes: list[tuple[int, str]]) -> None:
    pieces = list(PIECES)
    for place, text in changes:
        pieces[2 * place + 1] = text.replace("<", "").replace("&", "")
    found = read('"'.join(pieces))
    assert (found.package is None) is bool(messages(found, "error"))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.integers(0, len(GOOD)), st.integers(0, 40), st.binary(max_size=8))
def test_any_damage(place: int, length: int, put: bytes) -> None:
    data = GOOD.encode()
    found = read(data[:place] + put + data[place + length :])
    assert (found.package is None) is bool(messages(found, "error"))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    assert read(data).package is None
