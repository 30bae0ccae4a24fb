from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl import Workbook

from lms.cli.insert import NoPlace, add_lesson, add_module
from lms.cli.workbook import COLUMNS
from tests.cli.conftest import Run

NOTHING_WRONG = "1 course, 1 bank checked, 0 errors, 0 warnings\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "mine"
    folder.mkdir()
    monkeypatch.setenv("LMS_CONTENT_PATH", str(folder))
    return folder


@pytest.mark.parametrize("arguments", [(), ("--title", 'Mixing "A" \\ B'), ("--language", "ko")])
def test_a_new_course_has_nothing_wrong(run: Run, root: Path, arguments: tuple[str, ...]) -> None:
    assert run("new", "course", "mixing", *arguments, "--in", "mine").code == 0
    done = run("check", "--strict", "mine")
    assert (done.code, done.out, done.err) == (0, "", NOTHING_WRONG)


def test_a_new_course_can_be_published(run: Run, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("new", "course", "mixing", "--in", "mine")
    monkeypatch.setenv("LMS_CONTENT_PATH", "mine")
    assert "mixing: version 1 published." in run("sync").out


def test_modules_and_lessons_are_added_and_nothing_is_wrong(run: Run, root: Path) -> None:
    run("new", "course", "mixing", "--in", "mine")
    assert run("new", "module", "mine/modules/mixing", "pumps").code == 0
    assert run("new", "lesson", "mine/modules/mixing", "pumps", "valves", "--title", "Valves").code == 0
    assert run("new", "lesson", "mine/modules/mixing", "first-module", "tanks").code == 0
    done = run("check", "--strict", "mine")
    assert (done.code, done.out, done.err) == (0, "", NOTHING_WRONG)
    course = yaml.safe_load((root / "modules/mixing/course.yaml").read_text())
    assert [[next(iter(one.values())) for one in module["activities"]] for module in course["modules"]] == [
        ["first-module/first-lesson.md", "mixing-quiz", "first-module/tanks.md"],
        ["pumps/pumps-lesson.md", "pumps/valves.md"],
    ]
    assert 'title: "Pumps lesson"' in (root / "modules/mixing/pumps/pumps-lesson.md").read_text()


@pytest.mark.parametrize(
    ("called", "words"), [(".venv/bin/lms", "Next: .venv/bin/lms preview"), ("pytest", "Next: lms preview")]
)
def test_the_next_command_can_be_typed_as_it_stands(
    run: Run, root: Path, monkeypatch: pytest.MonkeyPatch, called: str, words: str
) -> None:
    monkeypatch.setattr("sys.argv", [called])
    assert words in run("new", "course", "mixing", "--in", "mine").out


def test_a_new_bank_has_nothing_wrong(run: Run, root: Path) -> None:
    run("new", "bank", "pumps", "--in", "mine")
    assert run("check", "--strict", "mine").code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("course", "Mixing Tanks"), "is no id"),
        (("course", "mixing"), "exists already"),
        (("module", "mine", "pumps"), "is not a course"),
        (("module", "mine/modules/mixing", "first-module"), "exists already|has a module"),
        (("lesson", "mine/modules/mixing", "pumps", "valves"), "has no module"),
        (("lesson", "mine/modules/mixing", "first-module", "first-lesson"), "exists already"),
        (("module", "mine/modules/mixing", "first"), 'has a lesson "first-lesson" already'),
        (("bank", "mixing-bank", "--in", "mine"), "exists already"),
    ],
)
def test_what_is_refused_changes_nothing(run: Run, root: Path, arguments: tuple[str, ...], words: str) -> None:
    run("new", "course", "mixing", "--in", "mine")
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    kind, *rest = arguments
    done = run("new", kind, *rest, *(("--in", "mine") if kind == "course" else ()))
    assert done.code != 0 and any(word in done.err for word in words.split("|"))
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


COURSE = """\
objectives: [{id: one, text: One}]
modules:
- id: a
  activities:
  - lesson: a/x.md
    requires: [y]
  summary: |
    Long text

    with a gap
# the end
completion: {read: all}
"""


def test_layout_and_comments_stay() -> None:
    made, objective = add_module(COURSE, "b", "z", "  - id: b\n    activities:\n      - lesson: b/z.md")
    assert made.startswith(COURSE.partition("# the end")[0]) and made.endswith(COURSE.partition("with a gap\n")[2])
    assert objective == "one" and yaml.safe_load(made)["modules"][1]["activities"] == [{"lesson": "b/z.md"}]


def test_a_lesson_comes_after_the_last_activity() -> None:
    made, _ = add_lesson(COURSE, "a", "z", "a/z.md")
    assert made == COURSE.replace("    requires: [y]\n", "    requires: [y]\n  - lesson: a/z.md\n")


def test_line_ends_of_windows_stay() -> None:
    made, _ = add_lesson(COURSE.replace("\n", "\r\n"), "a", "z", "a/z.md")
    assert made.count("\n") == made.count("\r\n") == COURSE.count("\n") + 1


@pytest.mark.parametrize(
    "text",
    ["", "modules: []", "modules: [{id: a, activities: [{lesson: a/x.md}]}]", "modules: {", "- a"],
    ids=["empty", "no module", "in brackets", "broken", "a list"],
)
def test_a_layout_that_nothing_can_be_added_to(text: str) -> None:
    with pytest.raises(NoPlace):
        add_lesson(text, "a", "z", "a/z.md")


HEADS = ["ID", "Kind", "Objective", "Points", "Difficulty", "Text", "Answer A", "Answer B", "Answer C", "Right",
         "Tolerance", "Unit", "Feedback", "Feedback A"]  # fmt: skip
ROWS: list[list[Any]] = [
    ["doors", "single", "Air locks", 1, "easy", "How many?", "Two", "One", None, "a", None, None, "Two.", "Yes."],
    [None, "multiple", "air-locks", 2, None, "Which?", "Lamp", "Gauge", "Clock", "a, b", None, None, None, None],
    ["open", "truefalse", "air-locks", None, None, "Both open?", None, None, None, False, None, None, None, None],
    ["dose", "numeric", "doses", 1.5, "hard", "How much?", None, None, None, "2,50", "2 %", "mL", None, None],
    ["say", "short", "doses", 1, None, "Say it", "first air", "First-air", None, None, None, None, None, None],
    ["pair", "matching", "doses", 1, None, "Match", "A = 20", "B = 29", None, None, None, None, None, None],
    ["row", "ordering", "doses", 1, None, "Order", "Wash", "Dry", "Gown", None, None, None, None, None],
    ["gap", "gaps", "doses", 1, None, "{{x}} then {{y}}", "x = *one | two", "y = dry | dried", None, None, None, None,
     None, None],
]  # fmt: skip


def _workbook(path: Path, rows: list[list[Any]], heads: list[str] | None = None) -> None:
    book = Workbook()
    for row in [heads or HEADS, *rows]:
        book.active.append(row)
    book.save(path)


def test_a_workbook_of_all_kinds_becomes_a_bank_with_nothing_wrong(run: Run, root: Path, tmp_path: Path) -> None:
    _workbook(tmp_path / "q.xlsx", ROWS)
    assert run("new", "bank", "pumps", "--from", "q.xlsx", "--in", "mine").code == 0
    done = run("check", "--strict", "mine")
    assert (done.code, done.out) == (0, "")
    made = {one["id"]: one for one in yaml.safe_load((root / "quizzes/pumps/questions.yaml").read_text())}
    assert made["question-3"]["answers"][1] == {"id": "b", "text": "Gauge", "right": True}
    assert (made["dose"]["answer"], made["dose"]["tolerance"]) == (2.50, {"relative": 0.02})
    assert made["doors"]["objective"] == "air-locks" and made["open"]["answer"] is False


@pytest.mark.parametrize(
    ("row", "place", "words"),
    [
        ({"Right": "d"}, "2:10", 'there is no answer "d"'),
        ({"Right": None}, "2:1", "no answer is right"),
        ({"Kind": "choice"}, "2:1", "is no kind of question"),
        ({"Points": "many"}, "2:1", '"points" must be a number'),
        ({"Text": None}, "2:1", '"text" is empty'),
        ({"ID": "Doors 1"}, "2:1", "is no id"),
        ({"Answer A": date(2026, 11, 21)}, "2:7", "Excel made a date of this"),
        ({"Kind": "numeric", "Right": "two"}, "2:10", '"two" is no number'),
        ({"Kind": "numeric", "Right": 2, "Tolerance": "some"}, "2:11", "is no tolerance"),
        ({"Kind": "truefalse", "Right": "perhaps"}, "2:10", "write true or false"),
        ({"Kind": "matching", "Right": None}, "2:7", "left = right"),
        ({"Kind": "gaps", "Right": None}, "2:7", "write a gap as"),
    ],
)
def test_mistakes_are_told_by_row_and_nothing_is_written(
    run: Run, root: Path, tmp_path: Path, row: dict[str, Any], place: str, words: str
) -> None:
    changed = [row.get(head, value) for head, value in zip(HEADS, ROWS[0], strict=True)]
    _workbook(tmp_path / "q.xlsx", [changed, *ROWS[1:]])
    done = run("new", "bank", "pumps", "--from", "q.xlsx", "--in", "mine")
    assert done.code == 1 and any(
        line.startswith(f"q.xlsx:{place}: error: ") and words in line for line in done.out.splitlines()
    )
    assert list(root.iterdir()) == []


def test_mistakes_of_cells_and_of_meaning_are_told_at_once(run: Run, root: Path, tmp_path: Path) -> None:
    cell, meaning = ROWS[0][:], ROWS[1][:]
    cell[HEADS.index("Right")] = "d"
    meaning[HEADS.index("Points")] = "many"
    _workbook(tmp_path / "q.xlsx", [cell, meaning, *ROWS[2:]])
    done = run("new", "bank", "pumps", "--from", "q.xlsx", "--in", "mine")
    assert [line.split(": ")[0] for line in done.out.splitlines()] == ["q.xlsx:2:10", "q.xlsx:3:1"]


@pytest.mark.parametrize(
    ("heads", "words"),
    [
        (["Objective", "Text", "Anser A"], 'q.xlsx:1:3: error: the column "Anser A" is not known'),
        (["Objective", "Text", "text"], 'q.xlsx:1:3: error: the column "text" is here twice'),
        (["Objective", "Question"], 'there is no column "text"'),
    ],
    ids=["unknown", "twice", "missing"],
)
def test_mistakes_in_the_heads(run: Run, root: Path, tmp_path: Path, heads: list[str], words: str) -> None:
    _workbook(tmp_path / "q.xlsx", [["a", "b", "c"]], heads)
    assert words in run("new", "bank", "pumps", "--from", "q.xlsx", "--in", "mine").out


def test_what_is_no_workbook(run: Run, root: Path, tmp_path: Path) -> None:
    (tmp_path / "q.xlsx").write_bytes(b"PK no")
    assert "not a workbook" in run("new", "bank", "pumps", "--from", "q.xlsx", "--in", "mine").out


def test_the_columns_are_listed(run: Run) -> None:
    assert all(name in run("new", "bank", "x", "--columns").out for name in COLUMNS)
