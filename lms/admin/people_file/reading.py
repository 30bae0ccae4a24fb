"""A file of unknown make as rows of text, with the line at which each begins."""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from charset_normalizer import from_bytes
from openpyxl import load_workbook

MOST_BYTES, MOST_ROWS, MOST_COLUMNS = 10_000_000, 20_000, 60
#: Of a cell; nothing that a list says of a person is as long.
MOST_CHARACTERS = 2_000
#: An XLSX file is a ZIP file: what it may hold when unpacked, and how many tags.
MOST_UNPACKED, MOST_TAGS = 150_000_000, 3_000_000
DELIMITERS = (",", ";", "\t", "|")
#: Encodings to choose from when the guess was wrong: code → what people call it.
ENCODINGS = {
    "utf-8": "Unicode (UTF-8)",
    "utf-16": "Unicode (UTF-16)",
    "cp949": "한국어 (EUC-KR, CP949)",
    "cp1252": "Western Europe (CP1252)",
    "cp1250": "Central Europe (CP1250)",
    "cp1251": "Кириллица (CP1251)",
    "cp1254": "Türkçe (CP1254)",
    "cp1256": "العربية (CP1256)",
    "cp1258": "Tiếng Việt (CP1258)",
    "cp932": "日本語 (Shift JIS)",
    "gb18030": "中文 (GB 18030)",
    "big5": "中文 (Big5)",
    "cp874": "ไทย (CP874)",
}


class Unreadable(Exception):
    """The file cannot be read at all; the text is a code."""


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """All rows that hold something, the head first. `encoding` is empty for a spreadsheet."""

    rows: list[Row]
    encoding: str


def read(data: bytes, encoding: str = "") -> Sheet:
    """Raises Unreadable: empty, big, long, encoding, xlsx, old-xls."""
    if len(data) > MOST_BYTES:
        raise Unreadable("big")
    if data.startswith(b"PK\x03\x04"):
        sheet = Sheet(list(_spreadsheet(data)), "")
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("old-xls")
    else:
        text, encoding = _decoded(data, encoding)
        sheet = Sheet(list(_separated(text)), encoding)
    if not sheet.rows:
        raise Unreadable("empty")
    return sheet


def _decoded(data: bytes, chosen: str) -> tuple[str, str]:
    encoding = chosen if chosen in ENCODINGS else _guess(data)
    try:
        text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeError:
        raise Unreadable("encoding") from None
    return text.removeprefix("\ufeff").replace("\x00", ""), encoding


def _guess(data: bytes) -> str:
    """Marks first, then what only one encoding allows, then the likeliest."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if unmarked := _utf16_without_mark(data):
        return unmarked
    if _decodes(data, "utf-8"):
        return "utf-8"
    if _is_korean(data):
        return "cp949"
    names = [name for name in ENCODINGS if not name.startswith("utf")]
    best = from_bytes(data, cp_isolation=names).best()
    return best.encoding if best and best.encoding in ENCODINGS else "cp1252"


def _utf16_without_mark(data: bytes) -> str:
    """Half of the bytes of Latin text in UTF-16 are zero, and all on one side."""
    head = data[:4000]
    for name, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        if len(zeros) > 4 and zeros.count(0) > len(zeros) * 0.3 and _decodes(data, name):
            return name
    return ""


def _is_korean(data: bytes) -> bool:
    """Korean when nearly all that is not ASCII are syllables of the everyday set, which other scripts rarely hit."""
    try:
        text = data.decode("cp949")
    except UnicodeError:
        return False
    foreign = [c for c in text if c > "\x7f"]
    everyday = sum("가" <= c <= "힣" and _encodes(c, "euc_kr") for c in foreign)
    return bool(foreign) and everyday >= len(foreign) * 0.9


def _encodes(char: str, encoding: str) -> bool:
    try:
        char.encode(encoding)
    except UnicodeError:
        return False
    return True


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeError:
        return False
    return True


def _separated(text: str) -> Iterator[Row]:
    first, _, rest = text.partition("\n")
    skipped = 0
    delimiter = first.strip()[4:] if first.lower().startswith("sep=") else ""
    if delimiter:  # a hint that Excel writes and hides
        text, skipped = rest, 1
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter[:1] or _delimiter(text))
    begin = 1 + skipped
    try:
        for count, cells in enumerate(reader):
            if count > MOST_ROWS:
                raise Unreadable("long")
            if any(cell.strip() for cell in cells):
                yield Row(begin, [cell.strip()[:MOST_CHARACTERS] for cell in cells[:MOST_COLUMNS]])
            begin = reader.line_num + 1 + skipped
    except csv.Error:
        raise Unreadable("quotes") from None


def _delimiter(text: str) -> str:
    """The one that splits the head into the most parts, and the rows below it alike."""
    sample = text[:20_000].splitlines()[:20]

    def likeness(delimiter: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(sample, delimiter=delimiter) if row]
        head = widths[0] if widths else 0
        return (sum(width == head for width in widths) if head > 1 else 0, head)

    return max(DELIMITERS, key=likeness)


def _spreadsheet(data: bytes) -> Iterator[Row]:
    """The first sheet of an XLSX file."""
    try:
        _check_package(data)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for line, cells in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), start=1):
            if line > MOST_ROWS + 1:
                raise Unreadable("long")
            texts = [_text(cell)[:MOST_CHARACTERS] for cell in cells]
            while texts and not texts[-1]:
                texts.pop()
            if texts:
                yield Row(line, texts)
    except Unreadable:
        raise
    except Exception:  # openpyxl fails in many ways at broken files
        raise Unreadable("xlsx") from None


def _check_package(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        members = package.infolist()
        if len(members) > 2000 or sum(member.file_size for member in members) > MOST_UNPACKED:
            raise Unreadable("big")
        tags = 0
        for member in members:
            if member.filename.endswith((".xml", ".rels")):
                text = package.read(member)
                tags += text.count(b"<")
                if b"<!DOCTYPE" in text:  # entities could unfold without end
                    raise Unreadable("xlsx")
                if tags > MOST_TAGS:  # each takes longer to read than a page of text
                    raise Unreadable("big")


def _text(value: Any) -> str:
    """A cell as a person would have typed it."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value).strip()
