"""What a package's activities have come to, from what it said, into the record of learning."""

from collections.abc import Mapping
from decimal import Decimal

from lms.engines.scorm import outcome, runtime
from lms.engines.scorm.outcome import COMPLETED, FAILED, IN_PROGRESS, NOT_STARTED, PASSED
from lms.engines.scorm.standing import Standing
from lms.engines.scorm.unsequenced import words
from lms.learning import queries as learning
from lms.learning import service as record
from lms.scorm.service.attempts import Attempt
from lms.scorm.service.play import Play
from lms.scorm.service.situation import Situation

Result = tuple[str, Decimal | None]
#: The activity that stands for the whole of a SCORM 2004 package.
WHOLE = "package"
FINAL = (COMPLETED, PASSED, FAILED)
#: What stands whatever a package says later.
BEST = (PASSED, "waived")


def _stands(old: str, word: str) -> bool:
    """Whether what was reached is more than what is said now."""
    return (old in BEST and word != PASSED) or (word == IN_PROGRESS and old != IN_PROGRESS)


def words_of(play: Play, situation: Situation) -> dict[str, str]:
    """SCORM 1.2 and plain packages: by identifier, from the record."""
    known = learning.states(play.session, play.registration_id)
    return words(situation.tree, {situation.item(key): _word(one.status) for key, one in known.items()})


def _word(status: str) -> str:
    return PASSED if status == "waived" else status


def of_attempt(attempt: Attempt) -> Result:
    """SCORM 1.2: what the SCO itself says now."""
    values = attempt.session.values
    ended = attempt.session.phase == runtime.ENDED
    return outcome.word_12(values, ended=ended), outcome.percent_12(values)


def of_standings(situation: Situation, found: Mapping[str, Standing], items: set[str]) -> dict[str, Result]:
    """SCORM 2004: the results of some items, and of the whole."""
    keys = situation.package.keys
    named = {key: item for key, item in keys.items() if item in items or key == WHOLE}
    return {key: (outcome.word(found[item]), outcome.percent(found[item])) for key, item in named.items()}


def keep(play: Play, results: Mapping[str, Result]) -> None:
    """Write what has changed, and judge completion where it may have been met: what is only begun meets nothing."""
    changed = held = False
    deciding = results.keys() & {WHOLE} or results.keys()
    for key, (word, score) in results.items():
        old = learning.state(play.session, play.registration_id, key)
        word = IN_PROGRESS if word == NOT_STARTED else word
        if old is not None and (_stands(old.status, word) or (old.status == word and score in (None, old.score))):
            continue
        if not held:  # before its states, as whoever enters a result does: else the two would wait in a circle
            held = learning.registration(play.session, play.registration_id, lock=True) is not None
        changed = changed or (key in deciding and word in FINAL and (old is None or old.status != word))
        record.set_state(
            play.session,
            play.registration_id,
            key,
            status=word,
            score=score,
            evidence="reported",
            locale=play.actor.locale,
            finished=word in FINAL,
            now=play.now,
        )
    if changed or play.situation(lock=False).reg.status == "not-started":
        record.settle(play.session, play.registration_id, play.now)
