"""A workbook with one question a row becomes the files of a bank; everything wrong is told by row and column."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import yaml
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from lms.catalogue import loading
from lms.cli.workbook_kinds import KINDS, LETTERS, Row, as_number, slug
from lms.engines.content.bank import load_bank
from lms.engines.content.model import Folder
from lms.engines.source.problem import Position, Problem, Problems

MOST_ROWS = 5_000
COLUMNS = {
    "id": "lower-case letters, digits, hyphens; empty: made from the row's number",
    "kind": "single, multiple, truefalse, numeric, short, matching, ordering, gaps; empty: single",
    "objective": "what it asks about: an id, such as gowning-order",
    "points": "a number; empty: 1",
    "difficulty": "easy, medium, hard; empty: medium",
    "reference": "where the answer stands, such as EU GMP Annex 1 (2022), 7.14",
    "text": "the question, in Markdown; gaps as {{name}}",
    "answer a … answer h": "single, multiple: an option. ordering: an item, in the right order. "
    "matching: left = right. short: an accepted text. gaps: name = accepted | accepted, or name = *right | wrong",
    "right": "single: a letter. multiple: letters, such as a, c. truefalse: true or false. numeric: the number",
    "tolerance": "numeric: 0.1 or 2 %",
    "unit": "numeric: such as EU/mL",
    "feedback": "shown with every answer when the quiz is reviewed",
    "feedback a … feedback h": "single, multiple: shown with this option",
}
PLAIN = (
    "id",
    "kind",
    "objective",
    "points",
    "difficulty",
    "reference",
    "text",
    "right",
    "tolerance",
    "unit",
    "feedback",
)
KNOWN = {*PLAIN, *(f"{word} {letter}" for word in ("answer", "feedback") for letter in LETTERS)}


class BadWorkbook(ValueError):
    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


def read_workbook(path: Path, name: str, language: str) -> dict[str, str]:
    """bank.yaml and questions.yaml, right by the engine. Raises BadWorkbook with problems as path:row:column.

    All are told at once: the engine judges the rows whose cells are sound also when other rows' cells are not.
    """
    problems = Problems()
    rows = list(_rows(path, problems))
    columns = rows[0][1] if rows else {}
    questions = [(number, _question(row, number, _Cell(path, number, columns, problems))) for number, row in rows[1:]]
    if not questions and not problems.has_errors:
        problems.error(str(path), Position(), "the first sheet holds no question below its heads")
    wrong = {problem.line for problem in problems.sorted()}
    sound = [] if 1 in wrong else [(number, one) for number, one in questions if number not in wrong]
    text, lines = _yaml(sound)
    files = {"bank.yaml": _bank(name, language, [one for _, one in sound]), "questions.yaml": text}
    if sound:
        _check(path, name, files, lines, problems)
    if problems.has_errors:
        raise BadWorkbook(list(problems.sorted()))
    return files


class _Cell:
    """Where a problem is told: the row, and the column of its head."""

    def __init__(self, path: Path, number: int, columns: Row, problems: Problems) -> None:
        self.path, self.number, self.columns, self.problems = str(path), number, columns, problems

    def error(self, column: str, message: str) -> None:
        self.problems.error(self.path, Position(self.number, int(self.columns.get(column, "1"))), message)


def _rows(path: Path, problems: Problems) -> Iterator[tuple[int, Any]]:
    """First (1, head → column number), then (row number, head → text) for every row that is not empty."""
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError):
        problems.error(str(path), Position(), "this is not a workbook of Excel; save it as .xlsx")
        return
    sheet = book.worksheets[0]
    heads: dict[int, str] = {}
    for number, cells in enumerate(sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=60, values_only=True), 1):
        if number == 1:
            heads = _heads(path, cells, problems)
            yield 1, {head: str(index + 1) for index, head in heads.items()}
        elif number > MOST_ROWS + 1:
            problems.error(str(path), Position(number), f"more than {MOST_ROWS:,} questions; split the workbook")
        elif any(value not in (None, "") for value in cells):
            yield number, {head: _text(path, number, index, cells[index], problems) for index, head in heads.items()}
    book.close()


def _heads(path: Path, cells: tuple[Any, ...], problems: Problems) -> dict[int, str]:
    heads: dict[int, str] = {}
    for index, value in enumerate(cells):
        head = " ".join(str(value or "").lower().split())
        if not head:
            continue
        if head not in KNOWN:
            problems.error(
                str(path), Position(1, index + 1), f'the column "{value}" is not known; see: lms new bank x --columns'
            )
        elif head in heads.values():
            problems.error(str(path), Position(1, index + 1), f'the column "{value}" is here twice; delete one')
        else:
            heads[index] = head
    for needed in ("objective", "text"):
        if needed not in heads.values():
            problems.error(str(path), Position(), f'there is no column "{needed}"; the first row names the columns')
    return heads


def _text(path: Path, row: int, index: int, value: Any, problems: Problems) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date | time):
        message = "Excel made a date of this; format the column as text and type it again"
        problems.error(str(path), Position(row, index + 1), message)
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).replace("\r\n", "\n").replace("_x000D_", "").strip()


def _question(row: Row, number: int, cell: _Cell) -> dict[str, Any]:
    kind = row.get("kind", "").lower() or "single"
    made: dict[str, Any] = {
        "id": row.get("id", "") or f"question-{number}",
        "kind": kind,
        "objective": slug(row.get("objective", "")),
        "points": as_number(row.get("points", ""), 1),
        "difficulty": row.get("difficulty", "").lower() or "medium",
        "reference": row.get("reference", ""),
        "text": row.get("text", ""),
    }
    made |= KINDS[kind](row, cell) if kind in KINDS else {}
    made["feedback"] = row.get("feedback", "")
    return {key: value for key, value in made.items() if value != "" or key in ("objective", "text")}


def _bank(name: str, language: str, questions: list[dict[str, Any]]) -> str:
    objectives = list(dict.fromkeys(one["objective"] for one in questions if one["objective"]))
    head = {
        "id": name,
        "title": name.replace("-", " ").capitalize(),
        "languages": [language],
        "practice": True,
        "objectives": [{"id": one, "text": one.replace("-", " ").capitalize()} for one in objectives],
    }
    return yaml.safe_dump(head, allow_unicode=True, sort_keys=False, width=110)


def _yaml(questions: list[tuple[int, dict[str, Any]]]) -> tuple[str, list[tuple[int, int]]]:
    """The file, and for each question (its first line, its row)."""
    parts: list[str] = []
    lines: list[tuple[int, int]] = []
    line = 1
    for number, question in questions:
        lines.append((line, number))
        parts.append(yaml.safe_dump([question], allow_unicode=True, sort_keys=False, width=110))
        line += parts[-1].count("\n") + 1
    return "\n".join(parts), lines


def _check(path: Path, name: str, files: dict[str, str], lines: list[tuple[int, int]], problems: Problems) -> None:
    """The engine judges what the cells mean; its lines are told as rows."""
    folder = Folder(name, {file: text.encode() for file, text in files.items()})
    for problem in load_bank(folder, loading.served_at).problems:
        row = max((row for line, row in lines if line <= problem.line), default=1)
        row = row if problem.path.endswith("questions.yaml") else 1
        report = problems.error if problem.severity == "error" else problems.warning
        report(str(path), Position(row), problem.message)
