"""Exports hold what the database holds, run nothing in a spreadsheet, and need no more memory for more rows."""

import csv
import gc
import io
import json
import resource
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from lms.reports.export import Grades, write
from lms.reports.export.formats import cell

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ROWS = [
    ["김민지", 91.5, ""],
    ['O\'Neil "Bob", Jr.', None, "x"],
    ['=HYPERLINK("http://evil.example","x")', 0.0, "-1"],
    ["\u200f=1+1", 100.0, "@SUM(A1)"],
    ["line\nbreak", 3.0, "  "],
]


def _exported(form: str) -> bytes:
    out = io.BytesIO()
    write(Grades("gxp", NOON, ["name", "score", "note"], len(ROWS), iter([list(row) for row in ROWS])), form, out)
    return out.getvalue()


def test_csv_begins_with_a_byte_order_mark() -> None:
    assert _exported("csv").startswith(b"\xef\xbb\xbfname,score,note\r\n")


def test_csv_holds_every_script_and_line_break() -> None:
    rows = list(csv.reader(io.StringIO(_exported("csv").decode("utf-8-sig"), newline="")))
    assert [rows[1][0], rows[2][0], rows[5][0]] == ["김민지", 'O\'Neil "Bob", Jr.', "line\nbreak"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        (" =1", "' =1"),
        ("\u202e=1", "'\u202e=1"),
        ("a=1", "a=1"),
        (-1.5, "-1.5"),
        (91.0, "91"),
        (None, ""),
    ],
)
def test_no_text_is_a_formula(value: object, shown: str) -> None:
    assert cell(value) == shown


def test_xlsx_keeps_text_as_text_and_numbers_as_numbers() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(_exported("xlsx"))).active
    assert [(cell.data_type, cell.value) for cell in sheet[4]] == [("s", ROWS[2][0]), ("n", 0), ("s", "-1")]


def test_xlsx_has_no_links() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(_exported("xlsx"))).active
    assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)


def test_json_is_one_object_with_its_moment() -> None:
    data = json.loads(_exported("json"))
    assert (data["course"], data["as_of"], len(data["rows"])) == ("gxp", NOON.isoformat(), len(ROWS))


def test_json_leaves_out_what_is_empty() -> None:
    assert json.loads(_exported("json"))["rows"][1] == {"name": 'O\'Neil "Bob", Jr.', "note": "x"}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_workbook_without_room_is_an_error_of_the_system_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            _exported("xlsx")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        gc.collect()  # what the library left open complains here, and in no other test
    assert list(tmp_path.iterdir()) == []
