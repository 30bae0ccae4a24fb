"""The shipped SCORM 2004 course keeps its promise: pre-test, only the lessons that are needed, post-test, again."""

import pytest

from lms.engines.scorm.manifest.read import read_package
from lms.engines.scorm.tree import Tree
from tests.authored.conftest import ROOT
from tests.engines.scorm.courses import Learner

FOLDER = ROOT / "modules" / "deviation-first-hour"
TOPICS = ("safe", "record", "next")


@pytest.fixture
def learner() -> Learner:
    names = [path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file()]
    package = read_package(names, lambda name: (FOLDER / name).read_bytes()).package
    assert package
    return Learner(Tree(package.organization))


def _tested(learner: Learner, scaled: float, *known: str) -> Learner:
    """As the pages report a test: the score, and each topic with what was known of it."""
    return learner.say(
        {topic: {"success": "passed" if topic in known else "failed"} for topic in TOPICS},
        completion="completed", success="passed" if scaled >= 0.8 else "failed", scaled=scaled,
    )  # fmt: skip


def _read_all(learner: Learner) -> list[str]:
    """Lessons up to the next test."""
    read = []
    while learner.at in TOPICS:
        read.append(learner.at)
        learner.say(completion="completed")
        learner.ask("continue")
    return read


def test_it_begins_with_the_pre_test(learner: Learner) -> None:
    assert learner.open().deliver == "pre-test"


@pytest.mark.parametrize("known", [(), ("safe",), ("safe", "next"), TOPICS])
def test_a_lesson_on_what_is_known_is_skipped(learner: Learner, known: tuple[str, ...]) -> None:
    learner.open()
    _tested(learner, len(known) / 3, *known).ask("continue")
    assert _read_all(learner) == [topic for topic in TOPICS if topic not in known]
    assert learner.at == "post-test"


def test_the_pre_test_does_not_complete_the_course(learner: Learner) -> None:
    learner.open()
    _tested(learner, 1.0, *TOPICS).ask("continue")
    assert learner.status("deviation")[:2] == (None, None)


def test_lessons_do_not_complete_the_course(learner: Learner) -> None:
    learner.open()
    _tested(learner, 0.0).ask("continue")
    _read_all(learner)
    assert learner.status("deviation")[:2] == (None, None)


def test_a_passed_post_test_completes_it_and_the_card_comes(learner: Learner) -> None:
    learner.open()
    _tested(learner, 1.0, *TOPICS).ask("continue")
    delivered = _tested(learner, 8 / 9, "safe", "next").ask("continue").deliver
    assert delivered == "card"
    assert learner.status("deviation")[:2] == (True, True)


def test_after_a_failure_the_lessons_on_what_was_wrong_come_again(learner: Learner) -> None:
    learner.open()
    _tested(learner, 0.0).ask("continue")
    _read_all(learner)
    _tested(learner, 6 / 9, "safe", "record").ask("continue")
    assert _read_all(learner) == ["next"]
    assert learner.at == "post-test"


def test_the_second_try_can_pass(learner: Learner) -> None:
    learner.open()
    _tested(learner, 0.0).ask("continue")
    _read_all(learner)
    _tested(learner, 6 / 9, "safe", "record").ask("continue")
    _read_all(learner)
    assert _tested(learner, 1.0, *TOPICS).ask("continue").deliver == "card"
    assert learner.status("deviation")[:2] == (True, True)


def test_the_pre_test_is_taken_once(learner: Learner) -> None:
    learner.open()
    _tested(learner, 0.0).ask("continue")
    learner.ask("exitAll")
    assert learner.open().deliver == "safe"


def test_whoever_has_passed_finds_the_card(learner: Learner) -> None:
    learner.open()
    _tested(learner, 1.0, *TOPICS).ask("continue")
    _tested(learner, 1.0, *TOPICS).ask("continue")
    learner.ask("exitAll")
    assert learner.open().deliver == "card"


def test_no_test_can_be_chosen_or_left_for_a_lesson(learner: Learner) -> None:
    learner.open()
    assert not learner.table().choices & {"post-test", *TOPICS}


def test_a_skipped_lesson_can_still_be_chosen(learner: Learner) -> None:
    learner.open()
    _tested(learner, 2 / 3, "safe", "record").ask("continue")
    assert learner.ask("choice", "record").deliver == "record"
