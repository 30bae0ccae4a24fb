"""The version is the content: the same however it is laid out, another for every change that anyone could notice."""

import json

import pytest

from lms.engines.content.load import load_course
from lms.engines.content.model import Folder

from .samples import BANK_FILES, COURSE, FILES, SVG, bank_folder, course_folder, load, spoiled, url


def version(changes=None, bank=None) -> str:
    return load(changes, bank).course.version_hash


def windows(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name: data.replace(b"\n", b"\r\n") for name, data in files.items()}


def test_line_ends_change_nothing():
    course, bank = course_folder(), bank_folder()
    spoken = load_course(
        Folder(course.path, windows(course.files)), {"basics": Folder(bank.path, windows(bank.files))}, url
    )
    assert spoken.course.version_hash == version()


def test_the_order_of_files_changes_nothing():
    course = course_folder()
    turned = Folder(course.path, dict(reversed(list(course.files.items()))))
    assert load_course(turned, {"basics": bank_folder()}, url).course.version_hash == version()


CHECK = "  - {text: Everybody, right: true, feedback: Yes.}\n"
SAME = [
    ("course.yaml", COURSE, "hours: 1.5", "hours: 1.50"),
    ("course.yaml", COURSE, "title: Working clean", '# A comment\ntitle: "Working clean"'),
    ("course.yaml", COURSE, "{name: Dr Kim, role: Head}", "\n    role: Head\n    name: 'Dr Kim'"),
    ("course.yaml", COURSE, "attempts: 3", "attempts: 3\n        score: best"),
    ("course.yaml", COURSE, "passed: final", "passed: final\n      evidence: graded"),
    (
        "people/source.md",
        FILES["people/source.md"],
        CHECK,
        CHECK.replace("{text: Everybody, ", '{ text: "Everybody", '),
    ),
    (
        "people/source.md",
        FILES["people/source.md"],
        "Read on in [the gown](people/gown.md).\n",
        "Read on in [the gown](people/gown.md).\n\n\n",
    ),
    ("people/gown.md", FILES["people/gown.md"], "minutes: 4\n", "# note\nminutes: 4\n"),
]


@pytest.mark.parametrize(("name", "text", "old", "new"), SAME)
def test_the_layout_of_a_file_changes_nothing(name, text, old, new):
    assert version({name: spoiled(text, old, new)}) == version()


SAME_BANK = [
    ("  points: 2\n", "  points: 2.0\n"),
    ("  kind: single\n", "  kind: single\n  points: 1\n"),
    ("answer: 2.50", "answer: 2.5"),
    ("- {id: hair, text: Hair, right: true}", '- id: hair\n      right: true\n      text: "Hair"'),
]


@pytest.mark.parametrize(("old", "new"), SAME_BANK)
def test_the_layout_of_questions_changes_nothing(old, new):
    text = spoiled(BANK_FILES["questions.yaml"], old, new)
    assert version(bank={"questions.yaml": text}) == version()


def test_the_order_of_questions_changes_nothing():
    text = BANK_FILES["questions.yaml"]
    cut = text.index("- id: slow")
    assert version(bank={"questions.yaml": text[cut:] + text[:cut]}) == version()


def test_moving_a_lesson_to_another_folder_changes_nothing():
    course = spoiled(COURSE, "extra/more.md", "more.md")
    assert version({"course.yaml": course, "extra/more.md": None, "more.md": FILES["extra/more.md"]}) == version()


OTHER = [
    ({"course.yaml": spoiled(COURSE, "Working clean", "Working cleanly")}, None),
    ({"course.yaml": spoiled(COURSE, "hours: 1.5", "hours: 2")}, None),
    ({"course.yaml": spoiled(COURSE, "pass: 70", "pass: 75")}, None),
    ({"course.yaml": spoiled(COURSE, "valid_months: 24", "valid_months: 12")}, None),
    ({"course.yaml": spoiled(COURSE, "at_least: 80", "at_least: 85")}, None),
    ({"course.yaml": spoiled(COURSE, "*two* doors", "two doors")}, None),
    ({"course.yaml": spoiled(COURSE, "sign_up: false", "sign_up: true")}, None),
    ({"people/source.md": spoiled(FILES["people/source.md"], "People shed.", "All shed.")}, None),
    ({"people/source.md": spoiled(FILES["people/source.md"], "minutes: 5", "minutes: 6")}, None),
    ({"people/source.md": spoiled(FILES["people/source.md"], "feedback: No.", "feedback: Not so.")}, None),
    ({"assets/air.svg": SVG.replace("10", "11")}, None),
    ({"assets/form.pdf": "%PDF-1.7 y"}, None),
    (None, {"questions.yaml": spoiled(BANK_FILES["questions.yaml"], "answer: 2.50", "answer: 2.6")}),
    (None, {"questions.yaml": spoiled(BANK_FILES["questions.yaml"], "From the head", "From a head")}),
    (None, {"questions.yaml": spoiled(BANK_FILES["questions.yaml"], "points: 2", "points: 3")}),
    (None, {"questions.yaml": spoiled(BANK_FILES["questions.yaml"], "[first air, ", "[clean air, ")}),
    (None, {"questions.yaml": spoiled(BANK_FILES["questions.yaml"], "text: Hair, right: true", "text: Hair")}),
]


@pytest.mark.parametrize(("changes", "bank"), OTHER)
def test_a_change_makes_another_version(changes, bank):
    assert version(changes, bank) != version()


def test_the_canonical_source_is_plain_json():
    source = load().course.source
    assert json.loads(json.dumps(source)) == source


def test_the_version_is_the_same_on_every_machine():
    """A changed hash here would make every published course look new: change the format number along with it."""
    assert version() == "40657916f77580f19d3a3dc4bd177ec2a7f888f7d93f97d3bbb96794dda7dce2"
