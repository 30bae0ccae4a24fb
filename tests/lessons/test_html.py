import pytest

from lms.lessons.html import anchor, answered

CHECK = (
    '<fieldset class="check" id="p{id}" data-check="{name}">\n<legend>Why?</legend>\n'
    '<label class="check-answer"><input type="radio" name="check-{name}" value="0"> <span>A</span></label>\n'
    '<label class="check-answer"><input type="radio" name="check-{name}" value="1"> <span>B</span></label>\n'
    '<p class="check-feedback" data-answer="0" data-right="true" hidden>Yes.</p>\n'
    '<p class="check-feedback" data-answer="1" data-right="false" hidden>No.</p>\n</fieldset>'
)
PAGE = f"<p>x</p>{CHECK.format(id=2, name='one')}<p>y</p>{CHECK.format(id=4, name='two')}"


def test_no_answer_changes_nothing() -> None:
    assert answered(PAGE, {}) == PAGE


@pytest.mark.parametrize("answers", [{"one": None}, {"three": 0}, {"one": 9}])
def test_an_answer_that_is_none_changes_nothing(answers: dict[str, int | None]) -> None:
    assert answered(PAGE, answers) == PAGE


@pytest.mark.parametrize(("answer", "verdict"), [(0, "right"), (1, "wrong")])
def test_the_answer_and_its_feedback_are_shown(answer: int, verdict: str) -> None:
    page = answered(PAGE, {"two": answer})
    assert f'name="check-two" value="{answer}" checked>' in page
    assert f'<p class="check-feedback {verdict}" data-answer="{answer}"' in page
    assert page.count("checked") == 1
    assert page.count("hidden") == 3


def test_a_check_is_found_by_its_block() -> None:
    assert (anchor(PAGE, "two"), anchor(PAGE, "three"), anchor(PAGE, ".*")) == ("p4", "", "")
