"""Stamps are written into translations, and nothing else in the file is touched."""

import pytest

from lms.engines.content.restamp import restamp
from lms.engines.content.stamp import file_stamp

from .samples import BANK_FILES, COURSE, FILES, bank_folder, course_folder

COURSE_STAMP = file_stamp(COURSE.encode())
LESSON_STAMP = file_stamp(FILES["people/gown.md"].encode())

WRITTEN = [
    ("course.ko.yaml", "title: x\n", f'source: "{COURSE_STAMP}"\ntitle: x\n'),
    ("course.ko.yaml", "# by Kim\ntitle: x\n", f'# by Kim\nsource: "{COURSE_STAMP}"\ntitle: x\n'),
    ("course.ko.yaml", "title: x\nsource: 0123\n# end\n", f'title: x\nsource: "{COURSE_STAMP}"\n# end\n'),
    ("course.ko.yaml", "source: ''   # old\ntitle: x\n", f'source: "{COURSE_STAMP}"   # old\ntitle: x\n'),
    ("course.ko.yaml", "source:\ntitle: x\n", f'source: "{COURSE_STAMP}"\ntitle: x\n'),
    ("course.ko.yaml", "{title: x}\n", f'{{source: "{COURSE_STAMP}", title: x}}\n'),
    ("course.ko.yaml", "title: x\r\n", f'source: "{COURSE_STAMP}"\r\ntitle: x\r\n'),
    ("people/gown.ko.md", "---\ntitle: x\n---\n\ny", f'---\nsource: "{LESSON_STAMP}"\ntitle: x\n---\n\ny'),
    (
        "people/gown.ko.md",
        "---\ntitle: x\nsource: a\n---\n\nsource: y",
        f'---\ntitle: x\nsource: "{LESSON_STAMP}"\n---\n\nsource: y',
    ),
]


@pytest.mark.parametrize(("name", "before", "after"), WRITTEN)
def test_a_stamp_is_written(name, before, after):
    assert restamp(course_folder({name: before})) == {name: after.encode()}


@pytest.mark.parametrize("name", ["course.ko.yaml", "people/gown.ko.md"])
def test_a_stamp_that_is_right_changes_nothing(name):
    text = {"course.ko.yaml": "title: x\n", "people/gown.ko.md": "---\ntitle: x\n---\n\ny"}[name]
    made = restamp(course_folder({name: text}))
    assert restamp(course_folder({name: made[name]})) == {}


LEFT = [
    ("course.ko.yaml", "title: [\n"),
    ("course.ko.yaml", "- a\n"),
    ("course.ko.yaml", "한글".encode("cp949")),
    ("people/gown.ko.md", "no front matter"),
    ("people/gown.ko.md", "---\nnever closed"),
    ("people/nobody.ko.md", "---\ntitle: x\n---\n"),
]


@pytest.mark.parametrize(("name", "data"), LEFT)
def test_what_cannot_be_read_is_left_as_it_is(name, data):
    assert restamp(course_folder({name: data})) == {}


QUESTIONS_KO = """\
- id: slow
  text: a
- {id: order, text: b}
- source: 'old'
  id: rooms
- id: nobody
"""


def test_each_question_has_its_own_stamp():
    made = restamp(bank_folder({"questions.ko.yaml": QUESTIONS_KO}))["questions.ko.yaml"].decode()
    lines = made.splitlines()
    assert lines[0].startswith('- source: "')
    assert lines[1:3] == ["  id: slow", "  text: a"]
    assert lines[3].startswith('- {source: "') and lines[3].endswith('", id: order, text: b}')
    assert lines[4].startswith('- source: "') and lines[4] != "- source: 'old'"
    assert lines[5:] == ["  id: rooms", "- id: nobody"]


def test_a_question_stamp_depends_on_its_texts_only():
    one = restamp(bank_folder({"questions.ko.yaml": QUESTIONS_KO}))
    keyed = BANK_FILES["questions.yaml"].replace("answer: true", "answer: false").replace("points: 2", "points: 3")
    assert restamp(bank_folder({"questions.ko.yaml": QUESTIONS_KO, "questions.yaml": keyed})) == one


def test_only_the_files_asked_for_are_stamped():
    files = {"course.ko.yaml": "title: x\n", "people/gown.ko.md": "---\ntitle: x\n---\n\ny"}
    assert list(restamp(course_folder(files), frozenset({"course.ko.yaml"}))) == ["course.ko.yaml"]
