"""Bytes of a manifest become text. What an author's tool wrote is what counts, not what the declaration claims."""

import codecs
import re

from lms.engines.source.encoding import is_korean

DECLARATION = re.compile(r"\s*<\?xml\b[^>]*?\?>", re.DOTALL)
CLAIM = re.compile(rb"""^\s*<\?xml\b[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""", re.DOTALL)
MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"\xef\xbb\xbf", "utf-8"),
)
# Korean tools say euc-kr and write its superset; Western ones say ISO-8859-1 and write Windows-1252.
WIDER = {"euc_kr": "cp949", "iso8859-1": "cp1252", "ascii": "utf-8", "ks_c_5601-1987": "cp949"}


def decode_xml(data: bytes) -> tuple[str, str]:
    """The text with its declaration blanked out, and a warning or "". Never fails: at the worst letters are wrong."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _blank(data[len(mark) :].decode(encoding, "replace")), ""
    if wide := _wide(data):
        return _blank(data.decode(wide, "replace")), ""
    return _narrow(data)


def _wide(data: bytes) -> str:
    """UTF-16 without a mark: a manifest begins with "<", which then has a zero byte beside it."""
    head = data.lstrip(b" \t\r\n")[:2]
    if head == b"<\0":
        return "utf-16-le"
    return "utf-16-be" if data[:2] == b"\0<" else ""


def _narrow(data: bytes) -> tuple[str, str]:
    found = CLAIM.match(data)
    claim = found.group(1).decode() if found else ""
    claimed = _codec(claim)
    for encoding in _candidates(claimed, data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _blank(text), _warning(claim, claimed, encoding, data)
    return _blank(data.decode("latin-1")), _warning(claim, claimed, "latin-1", data)


def _codec(claim: str) -> str:
    """The codec for a claim; "" if there is no claim, if it is unknown, or if it cannot be true of narrow bytes."""
    try:
        name = codecs.lookup(claim).name if claim else ""
    except LookupError:
        return ""
    if name.startswith(("utf-16", "utf-32")):
        return ""
    return WIDER.get(name, name)


def _candidates(claimed: str, data: bytes) -> list[str]:
    """Bytes above ASCII that are valid UTF-8 are seldom anything else, so that is tried even against a one-byte
    claim, which any bytes at all would satisfy."""
    order = ["cp949"] if claimed == "cp949" else ["utf-8"]
    guess = "cp949" if is_korean(data[:20_000]) else "cp1252"
    return [*order, *([claimed] if claimed and claimed not in order else []), "utf-8", guess, "cp1252"]


def _warning(claim: str, claimed: str, used: str, data: bytes) -> str:
    right = claimed if claim else "utf-8"
    if used == right or (data.isascii() and used == "utf-8" and claimed):
        return ""
    says = f"says that it is in {claim}" if claim else "does not say in which encoding it is"
    name = {"cp949": "EUC-KR", "cp1252": "Windows-1252", "latin-1": "ISO-8859-1"}.get(used, used.upper())
    return f"the file {says}, but it is read as {name}; save it as UTF-8"


def _blank(text: str) -> str:
    """The declaration has been obeyed; without it the parser does not obey it again. Lines stay where they are."""
    found = DECLARATION.match(text)
    return text if not found else re.sub(r"[^\n]", " ", found.group()) + text[found.end() :]
