"""Files that are not UTF-8 say which encoding they are in."""

import pytest

from lms.engines.source.encoding import decode
from lms.engines.source.problem import Problems

KOREAN = "무균 작업에서는 손을 자주 소독합니다."


def decoded(data: bytes, most: int = 10_000) -> tuple[str | None, list[str]]:
    problems = Problems()
    return decode(data, "f.md", problems, most=most), [str(problem) for problem in problems.sorted()]


FOREIGN = [
    (KOREAN.encode("cp949"), "1:1", "EUC-KR"),
    (b"title: x\n# " + KOREAN.encode("euc-kr"), "2:3", "EUC-KR"),
    ("Les mains sont désinfectées à l'entrée, même propres.".encode("cp1252"), "1:17", "Windows-1252"),
    ("無菌操作では手を消毒します。これは大切なことです。".encode("shift_jis"), "1:1", "Shift-JIS"),
    ("a: b\n".encode("utf-16"), "1:1", "UTF-16"),
    ("a: b\n".encode("utf-16-le"), "1:1", "UTF-16"),
    ("a: b\n".encode("utf-16-be"), "1:1", "UTF-16"),
    ("a: b\n".encode("utf-32"), "1:1", "UTF-32"),
]


@pytest.mark.parametrize(("data", "place", "name"), FOREIGN)
def test_another_encoding_is_named_with_what_to_do(data, place, name):
    text, (problem,) = decoded(data)
    assert text is None
    assert problem.startswith(f"f.md:{place}: error: the file is ")
    assert name in problem
    assert "save it as UTF-8" in problem


def test_a_byte_order_mark_is_dropped_with_a_warning():
    text, (problem,) = decoded(b"\xef\xbb\xbfa: 1")
    assert text == "a: 1"
    assert "f.md:1:1: warning: the file begins with a byte-order mark" in problem


@pytest.mark.parametrize(
    ("data", "place"), [(b"a\n b\x07", "2:3"), (b"\x00", "1:1"), ("x\u0085y\u0080".encode(), "1:4")]
)
def test_a_control_character_is_found(data, place):
    text, (problem,) = decoded(data)
    assert text is None
    assert problem.startswith(f"f.md:{place}: error: an invisible control character")


def test_line_ends_are_one_kind():
    assert decoded(b"a\r\nb\rc\n") == ("a\nb\nc\n", [])


def test_a_file_that_is_too_long_is_not_read():
    text, (problem,) = decoded(b"x" * 2_001, most=2_000)
    assert text is None
    assert "the file is 3 kB, more than 2 kB; split it" in problem
