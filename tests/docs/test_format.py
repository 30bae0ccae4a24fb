"""docs/instructor.md is the whole format: every key, every kind, and examples that load."""

import re
from typing import Any

import pytest

from lms.catalogue.folders import COURSE
from lms.cli.workbook import COLUMNS
from lms.engines.content.assets import AUDIO, CAPTIONS, DOCUMENTS, PICTURES, VIDEO
from lms.engines.content.completion import BESIDE, CONDITIONS
from lms.engines.content.schema import bank, course, lesson
from lms.engines.content.schema.common import Authored
from lms.engines.source.dialect import DIRECTIVES
from tests.docs.course import GUIDE, load
from tests.docs.papers import examples, paper, words_in_code

SHAPES = sorted(
    {
        shape
        for module in (course, lesson, bank)
        for shape in vars(module).values()
        if isinstance(shape, type) and issubclass(shape, Authored) and shape is not Authored
    },
    key=lambda shape: shape.__name__,
)
COMPLETION = re.compile(r"^completion:\n(?:  .*\n)+", re.MULTILINE)


def keys(shape: type[Authored]) -> list[str]:
    return [info.alias or name for name, info in shape.model_fields.items()]


def documented() -> set[str]:
    """Words in code marks, also the parts of `bank.practice` and of `right: true`."""
    return {part for words in words_in_code(GUIDE) for part in re.split(r"[:., ]+", words)} | words_in_code(GUIDE)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_every_key_is_documented(shape: type[Authored]) -> None:
    assert [key for key in keys(shape) if key not in documented()] == []


@pytest.mark.parametrize(
    "shape", [*bank.SHAPES.values(), course.CourseFile, course.QuizEntry], ids=lambda s: s.__name__
)
def test_every_key_stands_in_an_example(shape: type[Authored]) -> None:
    shown = "\n".join(examples(GUIDE).values())
    assert [key for key in keys(shape) if not re.search(rf"\b{key}:", shown)] == []


@pytest.mark.parametrize("kind", bank.SHAPES)
def test_every_kind_of_question_has_an_example(kind: str) -> None:
    assert any(f"kind: {kind}\n" in text for text in examples(GUIDE).values())


def literals() -> set[str]:
    """All words that the schema lets an author choose from."""
    found: set[str] = set()
    for shape in SHAPES:
        for info in shape.model_fields.values():
            found |= _literals(info.annotation)
    return found


def _literals(annotation: Any) -> set[str]:
    inner = getattr(annotation, "__args__", ())
    mine = {one for one in inner if isinstance(one, str)}
    return mine.union(*(_literals(one) for one in inner if not isinstance(one, str)))


@pytest.mark.parametrize("word", sorted(literals() | set(CONDITIONS) | {one for two in BESIDE.values() for one in two}))
def test_every_choice_is_documented(word: str) -> None:
    assert word in documented() | set(re.findall(r"[\w-]+", "\n".join(examples(GUIDE).values())))


@pytest.mark.parametrize("name", DIRECTIVES)
def test_every_directive_is_documented(name: str) -> None:
    assert f"`:::{name}" in paper(GUIDE)


@pytest.mark.parametrize("kind", sorted(PICTURES | VIDEO | AUDIO | DOCUMENTS | CAPTIONS))
def test_every_kind_of_file_is_documented(kind: str) -> None:
    names = {"svg": "SVG", "vtt": "WebVTT", "jpeg": "jpg"}
    assert names.get(kind, f"`{kind}`") in paper(GUIDE)


def test_the_example_loads_without_errors() -> None:
    loaded = load()
    assert [str(one) for one in loaded.problems if one.severity == "error"] == []


def test_the_example_has_no_other_warning_than_missing_translations() -> None:
    others = [
        str(one) for one in load().problems if not re.search(r"there is no .*ko\.md|has no translation", one.message)
    ]
    assert others == []


def test_the_example_of_a_completion_loads() -> None:
    head = f"modules/first-air-basics/{COURSE}"
    changed = COMPLETION.sub(examples(GUIDE)["completion"], examples(GUIDE)[head])
    assert "average" in changed
    assert [str(one) for one in load({head: changed}).problems if one.severity == "error"] == []


def test_the_example_of_a_problem_is_what_the_check_says() -> None:
    head = f"modules/first-air-basics/{COURSE}"
    changed = examples(GUIDE)[head].replace("objective: keep-first-air, count", "objective: keep-firstair, count")
    errors = [str(one) for one in load({head: changed}).problems if one.severity == "error"]
    assert [error in paper(GUIDE) for error in errors] == [True]


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_of_a_workbook_is_documented(column: str) -> None:
    assert set(column.split(" … ")) <= words_in_code(GUIDE)
