"""Bytes of an authored file become text, or a problem that names the encoding they are in."""

import re

from charset_normalizer import from_bytes

from lms.engines.source.problem import Position, Problems

BYTE_ORDER_MARKS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
UTF8_MARK = b"\xef\xbb\xbf"
# YAML and HTML refuse them, and no editor shows them, so they are found here for every kind of file.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
# Guessing looks at the beginning only: a megabyte of EUC-KR would take seconds.
GUESS_BYTES = 20_000
KOREAN = "EUC-KR (CP949)"
GUESSES = {
    "cp1252": "Windows-1252",
    "cp1250": "Windows-1250",
    "cp1251": "Windows-1251",
    "cp1256": "Windows-1256",
    "cp932": "Shift-JIS",
    "euc_jp": "EUC-JP",
    "gb18030": "GB18030",
    "big5": "Big5",
}
SAVE = "save it as UTF-8 (in the editor: Save with encoding, UTF-8)"


def decode(data: bytes, path: str, problems: Problems, *, most: int) -> str | None:
    """The text with line ends as LF; None when it is too long or not UTF-8 (the problem is collected)."""
    if len(data) > most:
        problems.error(path, Position(), f"the file is {_kb(len(data))}, more than {_kb(most)}; split it")
        return None
    foreign = _foreign_mark(data)
    if foreign:
        problems.error(path, Position(), f"the file is {foreign}, not UTF-8; {SAVE}")
        return None
    if data.startswith(UTF8_MARK):
        problems.warning(path, Position(), "the file begins with a byte-order mark; save it as UTF-8 without BOM")
        data = data[len(UTF8_MARK) :]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        problems.error(path, _position(data, error.start), f"the file is {_guess(data)}, not UTF-8; {SAVE}")
        return None
    return _without_controls(normalise_lines(text), path, problems)


def normalise_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def normalise_bytes(data: bytes) -> bytes:
    """So that a check-out on Windows has the same hash."""
    return data.replace(b"\r\n", b"\n")


def _without_controls(text: str, path: str, problems: Problems) -> str | None:
    found = CONTROL.search(text)
    if not found:
        return text
    line = text.count("\n", 0, found.start()) + 1
    column = found.start() - (text.rfind("\n", 0, found.start()) + 1) + 1
    problems.error(
        path, Position(line, column), f"an invisible control character (U+{ord(found.group()):04X}); delete it"
    )
    return None


def _foreign_mark(data: bytes) -> str | None:
    for mark, name in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return name
    # Without a mark: in UTF-16 every Latin letter has a zero byte.
    head = data[:2000]
    return "UTF-16" if len(head) >= 4 and head.count(0) > len(head) // 8 else None


def _guess(data: bytes) -> str:
    if is_korean(data[:GUESS_BYTES]):
        return KOREAN
    best = from_bytes(data[:GUESS_BYTES], cp_isolation=list(GUESSES)).best()
    return f"probably {GUESSES[best.encoding]}" if best and best.encoding in GUESSES else "in an unknown encoding"


def is_korean(data: bytes) -> bool:
    """The statistical guess needs long texts; Hangul in EUC-KR is two bytes of a small range, seldom seen elsewhere."""
    high = [byte for byte in data if byte >= 0x80]
    hangul = sum(2 for lead, _ in re.findall(rb"([\xb0-\xc8])([\xa1-\xfe])", data))
    return bool(high) and hangul >= 0.8 * len(high) and len(high) >= 8


def _position(data: bytes, start: int) -> Position:
    before = data[:start].decode("utf-8", "replace")
    lines = normalise_lines(before).split("\n")
    return Position(len(lines), len(lines[-1]) + 1)


def _kb(size: int) -> str:
    return f"{-(-size // 1000):,} kB"
