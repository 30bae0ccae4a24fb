"""Going from one activity to the next: leave what runs, ask the engine, deliver what it decides."""

from dataclasses import replace

from lms.accounts import queries as accounts
from lms.core.errors import NotFound
from lms.engines.scorm import process, unsequenced
from lms.engines.scorm.handover import Learner, begin, begin_12, only_told, reported
from lms.engines.scorm.navigation import Request
from lms.engines.scorm.process import Decision
from lms.engines.scorm.report import initial, record
from lms.engines.scorm.state import State
from lms.engines.scorm.validity import is_sensitive
from lms.scorm.service import attempts
from lms.scorm.service import situation as situations
from lms.scorm.service.attempts import Attempt
from lms.scorm.service.play import Play
from lms.scorm.service.results import words_of
from lms.scorm.service.situation import Situation, moment

#: What the content said of an attempt that is abandoned does not count.
ABANDONS = ("abandon", "abandonAll")
#: Our own code: the standard has none for SCORM 1.2's prerequisites.
PREREQUISITES = "prerequisites"


def tell(play: Play, attempt: Attempt) -> None:
    """Let sequencing know what the SCO of the running activity has said. Its session is over."""
    situation = play.situation()
    if situation.sequenced:
        situation.state = heard(situation, attempt)
        play.moved()
    attempt.unrecorded = False
    attempt.changed = True


def heard(situation: Situation, attempt: Attempt) -> State:
    """The state with what the SCO has said up to now."""
    said = reported(only_told(attempt.session, attempt.told))
    return record(situation.tree, situation.state, situation.item(attempt.key), said)


def leave(play: Play, kind: str = "") -> None:
    """Before any request: the SCO on show is taken away, and has said what it said."""
    attempt = play.current
    if attempt is None:
        return
    play.take_away(attempt)
    if attempt.unrecorded and kind not in ABANDONS:
        tell(play, attempt)
    elif attempt.unrecorded:
        attempt.unrecorded, attempt.changed = False, True


def go(play: Play, request: Request, page_load: str, number: int) -> None:
    """One navigation request, from the learner or from the content."""
    leave(play, request.kind)
    situation = play.situation()
    after, decision = process.navigate(situation.tree, situation.state, request, moment(play.now))
    carry_out(play, after, decision, page_load, number)


def launch(play: Play) -> None:
    """The course is opened: what was cut off was suspended."""
    leave(play)
    situation = play.situation()
    after, decision = process.launch(situation.tree, situation.state, moment(play.now))
    carry_out(play, after, decision, "", 0)


def carry_out(play: Play, after: State, decision: Decision, page_load: str, number: int) -> None:
    """Take over the new state, and begin the delivered activity's session."""
    situation = play.situation()
    if decision.deliver and not situation.sequenced and not _is_open(play, situation, decision.deliver):
        after, decision = situation.state, replace(decision, deliver="", exception=PREREQUISITES)
    situation.state = after
    if decision.anew:
        situations.begin_anew(situation)
    attempt = _deliver(play, situation, decision) if decision.deliver else None
    gone_on = bool(decision.deliver or decision.session_ended or not after.current)
    play.change(
        current=attempt.key if attempt else "" if gone_on else play.run.current,
        status="ended" if decision.session_ended else "open",
        decision={
            "page_load": page_load,
            "number": number,
            "attempt": attempt.number if attempt else None if gone_on else play.run.decision.get("attempt"),
            "shown": attempt is not None,
            "exception": decision.exception,
            "ended": decision.session_ended,
            "lease": play.lease,
            "sensitive": is_sensitive(situation.tree),
        },
    )
    play.moved()
    play.navigated = decision


def _is_open(play: Play, situation: Situation, item: str) -> bool:
    if not unsequenced.has_prerequisites(situation.tree):
        return True
    return unsequenced.is_open(situation.tree, item, words_of(play, situation))


def _deliver(play: Play, situation: Situation, decision: Decision) -> Attempt:
    key = situation.key(decision.deliver)
    before = play.latest(key)
    learner = _learner(play)
    node = situation.tree.by_id[decision.deliver]
    if situation.sequenced:
        resumed = before if decision.resumed else None
        number = resumed.number if resumed else (before.number if before else 0) + 1
        first = initial(situation.tree, situation.state, decision.deliver)
        made = begin(learner, first, resumed.session if resumed else None, situation.stores)
    else:
        number = 1
        made = begin_12(learner, node.activity, before.session if before else None)
    attempt = Attempt(key, number, made, [])
    attempts.begin(play.session, play.registration_id, attempt, play.now)
    play.know(attempt, key, number)
    return attempt


def _learner(play: Play) -> Learner:
    person = accounts.person(play.session, play.actor.user_id or 0)
    if person is None:
        raise NotFound()
    return Learner(person.public_id, person.native_name)
