"""The files of a bank: its head, its questions, and both in other languages."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lms.engines.content.fit import did_you_mean, fit
from lms.engines.content.model import Folder
from lms.engines.content.schema.bank import SHAPES, QuestionFile, QuestionTranslation
from lms.engines.content.sheet import Sheet, open_sheet
from lms.engines.content.translations import split_translation
from lms.engines.source.problem import Problems
from lms.engines.source.yaml import Path

HEAD = "bank.yaml"
MOST_QUESTIONS = 5_000


@dataclass(frozen=True)
class Found:
    """A question, or the translation of one, and the file it stands in."""

    entry: Any
    sheet: Sheet


def question_files(folder: Folder) -> list[str]:
    """Originals and translations; in the order of their names, whatever the order of the mapping."""
    return sorted(name for name in folder.files if name.endswith(".yaml") and _holds_questions(name))


def _holds_questions(name: str) -> bool:
    return name.startswith(("questions/", "questions.")) or name == "questions.yaml"


def read_questions(folder: Folder, problems: Problems) -> list[Found]:
    """By id, so that moving a question to another file changes nothing; a second one of the same id is told."""
    found: dict[str, Found] = {}
    for name in question_files(folder):
        if split_translation(name) is None:
            for one in _questions(folder, name, problems):
                _add(found, one)
    return [found[name] for name in sorted(found)]


def read_translations(folder: Folder, locale: str, problems: Problems) -> dict[str, Found]:
    found: dict[str, Found] = {}
    for name in question_files(folder):
        split = split_translation(name)
        if split and split[1] == locale:
            for sheet, where, value in _entries(folder, name, problems):
                _add(found, Found(fit(sheet, QuestionTranslation, where, value), sheet))
    return found


def _add(found: dict[str, Found], one: Found) -> None:
    name = one.entry.id
    if name in found:
        first = found[name]
        place = f"{first.sheet.path}:{first.sheet.document.at(first.entry.where('id')).line}"
        one.sheet.error(one.entry.where("id"), f'"{name}" is here twice (first at {place}); give each its own id')
    elif name:
        found[name] = one


def _questions(folder: Folder, name: str, problems: Problems) -> Iterator[Found]:
    for sheet, where, value in _entries(folder, name, problems):
        shape = _shape(sheet, where, value)
        yield Found(fit(sheet, shape, where, value), sheet)


def _shape(sheet: Sheet, where: Path, value: dict[str, Any]) -> type[QuestionFile]:
    kind = value.get("kind")
    if isinstance(kind, str) and kind in SHAPES:
        return SHAPES[kind]
    if kind is None:
        sheet.error(where, f'"kind" is missing; add kind: and one of {", ".join(SHAPES)}')
    else:
        sheet.error((*where, "kind"), f'"{kind}" is no kind of question; {did_you_mean(str(kind), list(SHAPES))}')
    return _guess(value)


def _guess(value: dict[str, Any]) -> type[QuestionFile]:
    """The kind whose keys fit best, so that a wrong kind does not make every other key wrong."""
    guessed = max(SHAPES.values(), key=lambda shape: len(set(shape.model_fields) & set(value)))
    value["kind"] = next(kind for kind, shape in SHAPES.items() if shape is guessed)
    return guessed


def _entries(folder: Folder, name: str, problems: Problems) -> Iterator[tuple[Sheet, Path, dict[str, Any]]]:
    sheet = open_sheet(folder, name, problems)
    if sheet is None:
        return
    value = sheet.document.value
    if not isinstance(value, list):
        sheet.error((), 'expected a list of questions, each beginning with "- id: …"')
        return
    if len(value) > MOST_QUESTIONS:
        sheet.error((), f"more than {MOST_QUESTIONS:,} questions in one file; split the bank")
        return
    for index, one in enumerate(value):
        if isinstance(one, dict):
            yield sheet, (index,), one
        else:
            sheet.error((index,), 'expected a question, beginning with "- id: …"')
