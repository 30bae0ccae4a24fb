"""What activities have come to, in words and percent."""

from decimal import Decimal

import pytest

from lms.engines.scorm.outcome import percent, percent_12, word, word_12
from lms.engines.scorm.standing import Standing


@pytest.mark.parametrize(
    ("completed", "satisfied", "attempts", "expected"),
    [
        (None, None, 0, "not-started"),
        (None, None, 1, "in-progress"),
        (False, None, 1, "in-progress"),
        (True, None, 1, "completed"),
        (True, True, 1, "passed"),
        (True, False, 1, "failed"),
        (None, True, 1, "passed"),
        (None, False, 1, "failed"),
        (False, True, 1, "in-progress"),
        (False, False, 1, "in-progress"),
        (False, False, 0, "in-progress"),
    ],
)
def test_success_counts_unless_the_activity_is_incomplete(
    completed: bool | None, satisfied: bool | None, attempts: int, expected: str
) -> None:
    assert word(Standing(completed, satisfied, None, None, attempts, False)) == expected


@pytest.mark.parametrize(
    ("measure", "expected"),
    [(None, None), (0.0, "0"), (-0.5, "0"), (1.0, "100"), (0.9, "90"), (0.79999999, "79.9999"), (1 / 3, "33.3333")],
)
def test_a_measure_is_a_percent_and_never_rounded_up(measure: float | None, expected: str | None) -> None:
    found = percent(Standing(None, None, measure, None, 1, False))
    assert found == (None if expected is None else Decimal(expected))


STATUS, RAW, MASTERY = "cmi.core.lesson_status", "cmi.core.score.raw", "cmi.student_data.mastery_score"


@pytest.mark.parametrize(
    ("values", "running", "ended"),
    [
        ({}, "in-progress", "in-progress"),
        ({STATUS: "incomplete"}, "in-progress", "in-progress"),
        ({STATUS: "browsed"}, "in-progress", "in-progress"),
        ({STATUS: "completed"}, "completed", "completed"),
        ({STATUS: "passed"}, "passed", "passed"),
        ({STATUS: "failed"}, "failed", "failed"),
        # The mastery score judges as soon as there is a score, and what is completed waits for one.
        ({STATUS: "completed", MASTERY: "80"}, "in-progress", "completed"),
        ({STATUS: "completed", MASTERY: "80", RAW: "79"}, "failed", "completed"),
        ({STATUS: "failed", MASTERY: "80", RAW: "80"}, "passed", "failed"),
    ],
)
def test_the_status_of_a_sco(values: dict[str, str], running: str, ended: str) -> None:
    assert (word_12(values, ended=False), word_12(values, ended=True)) == (running, ended)


@pytest.mark.parametrize(
    ("raw", "least", "most", "expected"),
    [
        ("", "", "", None),
        ("80", "", "", "80"),
        ("30", "0", "40", "75"),
        ("15", "10", "20", "50"),
        ("15", "20", "10", "15"),
        ("7", "5", "5", "7"),
        ("140", "", "", "100"),
        ("0", "10", "20", "0"),
        ("66.66667", "", "", "66.6666"),
    ],
)
def test_a_raw_score_stands_between_its_limits(raw: str, least: str, most: str, expected: str | None) -> None:
    values = {RAW: raw, "cmi.core.score.min": least, "cmi.core.score.max": most}
    assert percent_12(values) == (None if expected is None else Decimal(expected))
