"""The three formats. Each writes rows as they come and keeps none."""

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from lms.core import cells
from lms.reports.export.rows import Grades, Value


@lru_cache(10_000, typed=True)
def cell(value: Value) -> str:
    """A value as CSV text that no spreadsheet runs; numbers stay numbers. Kept, because most values come again."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return f"{value:g}" if isinstance(value, float) else str(value)
    return cells.safe(value)


def csv_chunks(grades: Grades) -> Iterator[bytes]:
    """UTF-8 with a byte-order mark, so that spreadsheets read every script; lines end in CRLF (RFC 4180)."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    yield b"\xef\xbb\xbf"
    writer.writerow(map(cell, grades.columns))
    for row in grades.rows:
        writer.writerow(map(cell, row))
        if buffer.tell() > 32_000:
            yield _drain(buffer)
    yield _drain(buffer)


def _drain(buffer: io.StringIO) -> bytes:
    data = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return data


def json_chunks(grades: Grades) -> Iterator[bytes]:
    """One object: `course`, `as_of`, `columns` and `rows`, an array of objects, one a line."""
    head = {"course": grades.course_key, "as_of": grades.as_of.isoformat(), "columns": list(grades.columns)}
    yield json.dumps(head, ensure_ascii=False)[:-1].encode() + b', "rows": ['
    between = b"\n"
    for row in grades.rows:
        facts = {name: value for name, value in zip(grades.columns, row, strict=True) if value not in (None, "")}
        yield between + json.dumps(facts, ensure_ascii=False).encode()
        between = b",\n"
    yield b"\n]}\n"


def write_xlsx(grades: Grades, out: BinaryIO) -> None:
    """A workbook with constant memory; text is never read as formula or link. Raises OSError when there is no room."""
    with tempfile.TemporaryDirectory() as folder:  # what a failure leaves behind goes with it
        options = {
            "constant_memory": True,
            "tmpdir": folder,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        try:
            with xlsxwriter.Workbook(out, options) as workbook:
                _fill(workbook, grades)
        except FileCreateError as error:
            raise error.args[0] from None


def _fill(workbook: xlsxwriter.Workbook, grades: Grades) -> None:
    sheet = workbook.add_worksheet("Grades")
    sheet.freeze_panes(1, 1)
    bold = workbook.add_format({"bold": True})
    for column, name in enumerate(grades.columns):
        sheet.write_string(0, column, name, bold)
    for number, row in enumerate(grades.rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                if value:
                    sheet.write_string(number, column, value)
            elif value is not None:
                sheet.write_number(number, column, value)


def _write_chunks(chunks: Callable[[Grades], Iterator[bytes]]) -> Callable[[Grades, BinaryIO], None]:
    def write(grades: Grades, out: BinaryIO) -> None:
        for chunk in chunks(grades):
            out.write(chunk)

    return write


#: format → (media type, what writes it into a binary file)
FORMATS: dict[str, tuple[str, Callable[[Grades, BinaryIO], None]]] = {
    "csv": ("text/csv", _write_chunks(csv_chunks)),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
    "json": ("application/json", _write_chunks(json_chunks)),
}


def write(grades: Grades, form: str, out: BinaryIO) -> None:
    FORMATS[form][1](grades, out)
