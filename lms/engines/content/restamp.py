"""Writes into translations which original they were made from, touching nothing else in the file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lms.engines.content.bank_files import Found, question_files, read_questions
from lms.engines.content.front import FENCE
from lms.engines.content.model import Folder
from lms.engines.content.questions.words import question_words
from lms.engines.content.sheet import Sheet, parse_sheet
from lms.engines.content.stamp import file_stamp, question_stamp
from lms.engines.content.translations import split_translation
from lms.engines.source.encoding import decode, normalise_lines
from lms.engines.source.problem import Origin, Position, Problems
from lms.engines.source.yaml import MOST_BYTES, Path

SCALAR = re.compile(r"\"[^\"]*\"|'[^']*'|[^\s,}#]*")


def restamp(folder: Folder, only: frozenset[str] | None = None) -> dict[str, bytes]:
    """The new bytes of every translation whose stamps change; with `only`, of these paths.

    To stamp is to say that the translation has been compared with the original as it is now. A file that cannot be read
    is left as it is: checking the folder tells why.
    """
    changed = {}
    for path in sorted(folder.files):
        if only is not None and path not in only:
            continue
        made = _restamped(folder, path)
        if made is not None and made != folder.files[path]:
            changed[path] = made
    return changed


def _restamped(folder: Folder, path: str) -> bytes | None:
    split = split_translation(path)
    if split is None:
        return None
    if path in question_files(folder):
        return _questions(folder, path)
    if split[0] not in folder.files:
        return None
    return _whole(folder.files[path], file_stamp(folder.files[split[0]]), path)


@dataclass(frozen=True)
class _Edit:
    """Replaces a piece of a line, counted from 0."""

    line: int
    start: int
    end: int
    text: str


def _whole(data: bytes, stamp: str, path: str) -> bytes | None:
    text = decode(data, path, Problems(), most=MOST_BYTES)
    if text is None:
        return None
    lines = text.split("\n")
    first = 0
    if path.endswith(".md"):
        end = next((index for index, line in enumerate(lines[1:], 1) if line.rstrip() == FENCE), None)
        if lines[0].rstrip() != FENCE or end is None:
            return None
        first, lines = 1, lines[1:end]
    sheet = parse_sheet("\n".join(lines), path, Problems(), Origin(Position(first + 1, 1), 1))
    if sheet is None or not isinstance(sheet.document.value, dict):
        return None
    return _apply(data, [_edit(sheet, (), stamp, data)])


def _questions(folder: Folder, path: str) -> bytes | None:
    data = folder.files[path]
    text = decode(data, path, Problems(), most=MOST_BYTES)
    sheet = parse_sheet(text, path, Problems()) if text is not None else None
    if sheet is None or not isinstance(sheet.document.value, list):
        return None
    originals = {found.entry.id: found for found in read_questions(folder, Problems())}
    return _apply(data, list(_question_edits(sheet, originals, data)))


def _question_edits(sheet: Sheet, originals: dict[str, Found], data: bytes) -> Iterator[_Edit]:
    for index, value in enumerate(sheet.document.value):
        if isinstance(value, dict) and (found := originals.get(str(value.get("id")))):
            yield _edit(sheet, (index,), question_stamp(question_words(found.entry)), data)


def _edit(sheet: Sheet, where: Path, stamp: str, data: bytes) -> _Edit:
    """In quotes always: a stamp of digits only would be a number to YAML."""
    lines = normalise_lines(data.decode("utf-8-sig")).split("\n")
    document, written = sheet.document, f'source: "{stamp}"'
    if (*where, "source") in document.nodes:
        at = document.at((*where, "source"))
        found = SCALAR.match(lines[at.line - 1], at.column - 1)
        end = found.end() if found else at.column - 1
        space = "" if lines[at.line - 1][: at.column - 1].endswith(" ") else " "  # after "source:" without a value
        return _Edit(at.line - 1, at.column - 1, end, f'{space}"{stamp}"')
    at = document.at(where)
    line, column = lines[at.line - 1], at.column - 1
    if line[column : column + 1] == "{":
        return _Edit(at.line - 1, column + 1, column + 1, f"{written}, ")
    # Before the first key, which moves to a line of its own at the same indentation.
    return _Edit(at.line - 1, column, column, f"{written}\n{' ' * column}")


def _apply(data: bytes, edits: list[_Edit]) -> bytes:
    """From the end, so that places stay right; line ends stay as the file has them."""
    ending = "\r\n" if b"\r\n" in data else "\n"
    lines = data.decode("utf-8").split("\n")
    mark = len("\ufeff") if data.startswith(b"\xef\xbb\xbf") else 0
    for edit in sorted(edits, key=lambda one: (one.line, one.start), reverse=True):
        shift = mark if edit.line == 0 else 0
        line = lines[edit.line]
        text = edit.text.replace("\n", ending)
        lines[edit.line] = line[: edit.start + shift] + text + line[edit.end + shift :]
    return "\n".join(lines).encode()
