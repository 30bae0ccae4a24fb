"""What an activity has come to, in the words of a record: not-started, in-progress, completed, passed or failed, and a
percent where there is a score."""

from collections.abc import Mapping
from decimal import Decimal

from lms.engines.scorm.evaluation import final_status
from lms.engines.scorm.standing import Standing

NOT_STARTED, IN_PROGRESS, COMPLETED, PASSED, FAILED = "not-started", "in-progress", "completed", "passed", "failed"
WORDS_12 = {"passed": PASSED, "completed": COMPLETED, "failed": FAILED}
#: What prerequisites of SCORM 1.2 ask for, by our words.
STATUSES_12 = {PASSED: "passed", COMPLETED: "completed", FAILED: "failed", IN_PROGRESS: "incomplete"}
HUNDRED = Decimal(100)
PLACES = Decimal("0.0001")


def word(standing: Standing) -> str:
    """SCORM 2004. Success counts unless the activity itself is known to be incomplete."""
    if standing.satisfied is not None and standing.completed is not False:
        return PASSED if standing.satisfied else FAILED
    if standing.completed:
        return COMPLETED
    return IN_PROGRESS if standing.attempts or standing.satisfied is not None else NOT_STARTED


def percent(standing: Standing) -> Decimal | None:
    """A measure below zero is no result below nothing."""
    return None if standing.measure is None else _cut(Decimal(repr(standing.measure)) * HUNDRED)


def word_12(values: Mapping[str, str], *, ended: bool) -> str:
    """While the SCO runs, "completed" waits for the score that the mastery score will judge."""
    if ended:
        return WORDS_12.get(values.get("cmi.core.lesson_status", ""), IN_PROGRESS)
    status = WORDS_12.get(final_status(values, finished=False), IN_PROGRESS)
    judged = values.get("cmi.student_data.mastery_score") and not values.get("cmi.core.score.raw")
    return IN_PROGRESS if status == COMPLETED and judged else status


def percent_12(values: Mapping[str, str]) -> Decimal | None:
    """The raw score between min and max, which are 0 and 100 where nothing else is said."""
    raw = values.get("cmi.core.score.raw")
    if not raw:
        return None
    least = Decimal(values.get("cmi.core.score.min") or 0)
    most = Decimal(values.get("cmi.core.score.max") or 100)
    if most <= least:
        least, most = Decimal(0), HUNDRED
    return _cut((Decimal(raw) - least) / (most - least) * HUNDRED)


def _cut(value: Decimal) -> Decimal:
    """Between 0 and 100, never rounded up."""
    value = min(max(value, Decimal(0)), HUNDRED)
    return value.quantize(PLACES, "ROUND_DOWN")
