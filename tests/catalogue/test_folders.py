import pytest

from lms.catalogue.folders import arrange

COURSE, BANK = b"id: tiny\ntitle: T\n", b'# a bank\nid: "questions"   # its name\n'


@pytest.mark.parametrize(
    ("files", "courses", "banks"),
    [
        ({"modules/tiny/course.yaml": COURSE, "quizzes/questions/bank.yaml": BANK}, {"tiny"}, {"questions"}),
        ({"course.yaml": COURSE, "a.md": b""}, {"tiny"}, set()),
        ({"tiny-main (2)/course.yaml": COURSE}, {"tiny"}, set()),
        ({"repo/modules/tiny/course.yaml": COURSE, "repo/README.md": b""}, {"tiny"}, set()),
        ({"repo/modules/other-name/course.yaml": COURSE}, {"other-name"}, set()),
        ({"one/course.yaml": COURSE, "two/bank.yaml": BANK}, {"tiny"}, {"questions"}),
        ({"tiny/course.yaml": COURSE, "tiny/quizzes/questions/bank.yaml": BANK}, {"tiny"}, {"questions"}),
        ({"course.yaml": b"title: no id"}, {"course"}, set()),
        ({"quizzes/questions/bank.yaml": BANK}, set(), {"questions"}),
        ({"README.md": b""}, set(), set()),
        ({"a/b/c/d/e/course.yaml": COURSE}, set(), set()),
    ],
    ids=[
        "root",
        "course",
        "renamed",
        "repository",
        "name counts",
        "side by side",
        "inside",
        "no id",
        "bank",
        "none",
        "deep",
    ],
)
def test_what_an_upload_holds(files: dict[str, bytes], courses: set[str], banks: set[str]) -> None:
    found = arrange(files)
    assert (set(found.courses), set(found.banks)) == (courses, banks)


def test_files_belong_to_the_nearest_folder() -> None:
    found = arrange(
        {"tiny/course.yaml": COURSE, "tiny/quizzes/q/bank.yaml": BANK, "tiny/quizzes/q/questions.yaml": b""}
    )
    assert set(found.courses["tiny"].files) == {"course.yaml"}
    assert set(found.banks["q"].files) == {"bank.yaml", "questions.yaml"}


def test_the_same_course_twice_is_a_problem() -> None:
    found = arrange({"one/course.yaml": COURSE, "two/course.yaml": COURSE})
    assert [str(one) for one in found.problems] == [
        'two/course.yaml:1:1: error: "tiny" is in the upload twice; leave one of them out'
    ]
