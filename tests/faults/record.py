"""What the database holds, against what trainees were told: what is lost, and what counts twice."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.audit.models import AuditEvent
from lms.certificates.models import Certificate
from lms.core.db import Database
from lms.learning.models import Completion, LearningEvent
from lms.quizzes.models import QuizAttempt, QuizResponse
from lms.scorm.models import ScoAttempt
from tests.faults.journal import Act, Journal
from tests.faults.scene import QUIZ
from tests.faults.trainee import Package, Trainee

_LISTED = 5
_LAST_NUMBER = re.compile(r"([\d.]+)S?$")


@dataclass(slots=True)
class Found:
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)


def compare(db: Database, trainees: Sequence[Trainee]) -> Found:
    """Call it when nobody writes any more."""
    found = Found()
    with db.reading() as session:
        for trainee in trainees:
            who = f"trainee {trainee.seat.user}"
            found.lost += [f"{who}: {one}" for one in _lost(session, trainee)]
            found.doubled += [f"{who}: {one}" for one in _doubled(session, trainee)]
    return found


def _lost(session: Session, trainee: Trainee) -> Iterator[str]:
    for registration, journal in trainee.journals:
        stored = _events(session, registration, journal)
        yield from _missing(journal, stored)
    yield from _wrong_answers(session, trainee)
    for package in trainee.packages:
        yield from _wrong_values(session, package)
    if trainee.sent:
        yield from _not_sent(session, trainee)


def _events(session: Session, registration: int, journal: Journal) -> dict[int, Any]:
    found = select(
        LearningEvent.number, LearningEvent.kind, LearningEvent.body, LearningEvent.body_hash, LearningEvent.outcome
    ).where(LearningEvent.registration_id == registration, LearningEvent.page_load == journal.load)
    return {row.number: row for row in session.execute(found)}


def _missing(journal: Journal, stored: dict[int, Any]) -> Iterator[str]:
    for act in journal.acts:
        row = stored.get(act.number)
        if not act.stored:
            continue
        if row is None:
            yield f"{journal.url} {act.number} ({act.kind}) was acknowledged and is not there"
        elif row.body_hash != act.hash:
            yield f"{journal.url} {act.number} ({act.kind}) was acknowledged and is another act"
        elif row.outcome != "applied" and not act.fate:
            yield f"{journal.url} {act.number} ({act.kind}) counts as {row.outcome}, and the trainee was not told"


def _wrong_answers(session: Session, trainee: Trainee) -> Iterator[str]:
    """The state is what the record's last applied act says."""
    stored = _events(session, trainee.seat.registration, trainee.attempt)
    found = select(QuizResponse.question_key, QuizResponse.response, QuizResponse.flagged).where(
        QuizResponse.attempt_id == trainee.seat.attempt
    )
    state = {row.question_key: row for row in session.execute(found)}
    last: dict[tuple[str, str], Any] = {}
    for number in sorted(stored):
        if stored[number].outcome == "applied":
            last[stored[number].kind, stored[number].body["question"]] = stored[number].body
    for (kind, question), body in last.items():
        name = "response" if kind == "answer" else "flagged"
        if question not in state or getattr(state[question], name) != body[name]:
            yield f"the state of {question} is not its last {kind}"


def _wrong_values(session: Session, package: Package) -> Iterator[str]:
    """Each SCO's data hold what its page has set last, as far as that was acknowledged."""
    rows = {(row.activity_key, row.number): row.data["values"] for row in session.execute(_attempts(package))}
    wanted: dict[tuple[str, int, str], tuple[str, bool]] = {}
    for visit in package.visits:
        for act, element, value in visit.set:
            wanted[visit.key, visit.attempt, element] = (value, act.stored)
    for (key, attempt, element), (value, acknowledged) in wanted.items():
        is_state = not element.endswith("session_time")
        if acknowledged and is_state and rows.get((key, attempt), {}).get(element) != value:
            yield f"{key} attempt {attempt}: {element} is not {value}"


def _attempts(package: Package) -> Any:
    return select(ScoAttempt.activity_key, ScoAttempt.number, ScoAttempt.data).where(
        ScoAttempt.registration_id == package.registration
    )


def _not_sent(session: Session, trainee: Trainee) -> Iterator[str]:
    row = session.get_one(QuizAttempt, trainee.seat.attempt)
    if row.state != "sent":
        yield f"the attempt was sent and is {row.state}"
    elif not row.passed:
        yield f"the right answers were sent and have earned {row.score}"
    elif session.get(Completion, trainee.seat.registration) is None:
        yield "the course is done and not complete"


def _doubled(session: Session, trainee: Trainee) -> Iterator[str]:
    for registration, journal in trainee.journals:
        made = {one.number for one in journal.acts} | set(range(1, journal.first))
        yield from (
            f"{journal.url} {number} was never done"
            for number in sorted(_events(session, registration, journal).keys() - made)[:_LISTED]
        )
    yield from _twice(session, trainee)
    for package in trainee.packages:
        yield from _visited_twice(session, package)


def _twice(session: Session, trainee: Trainee) -> Iterator[str]:
    """What the server does once, however often it is asked."""
    registration = trainee.seat.registration
    of_server = select(LearningEvent.kind, LearningEvent.activity_key).where(
        LearningEvent.registration_id == registration, LearningEvent.page_load.like("server-%")
    )
    counted = Counter((row.kind, row.activity_key) for row in session.execute(of_server))
    for kind, activity in (("attempt-started", QUIZ), ("attempt-closed", QUIZ), ("complete", "")):
        if counted[kind, activity] > 1:
            yield f"{kind} stands {counted[kind, activity]} times"
    certificates = select(func.count()).where(Certificate.registration_id == registration)
    completed = select(func.count()).where(
        AuditEvent.verb == "course.completed", AuditEvent.subject_id == str(registration)
    )
    tries = select(func.count()).where(QuizAttempt.registration_id == registration)
    for what, counting in (("certificate", certificates), ("completion", completed), ("attempt", tries)):
        if (session.scalar(counting) or 0) > 1:
            yield f"more than one {what}"


def _visited_twice(session: Session, package: Package) -> Iterator[str]:
    """Every way to another SCO was gone once: by the sessions in the record, and by the time that adds up."""
    snapshots = select(LearningEvent.body).where(
        LearningEvent.registration_id == package.registration, LearningEvent.kind == "snapshot"
    )
    closed = Counter((body["k"], body["a"]) for (body,) in session.execute(snapshots))
    left = Counter((one.key, one.attempt) for one in package.visits if one.left)
    for visit, times in closed.items():
        if times > left[visit] + package.takes:
            yield f"{visit} has ended {times} times instead of {left[visit]}"
    seconds = {
        (row.activity_key, row.number): _seconds(row.data["values"]) for row in session.execute(_attempts(package))
    }
    for visit, times in seconds.items():
        if times > left[visit]:
            yield f"{visit} has lasted {times} seconds instead of {left[visit]}"


def _seconds(values: dict[str, str]) -> int:
    """Of a total that stays below a minute: 00:00:07.00 or PT0H0M7S."""
    found = _LAST_NUMBER.search(values.get("cmi.core.total_time") or values.get("cmi.total_time") or "0")
    return round(float(found.group(1))) if found else 0


def acknowledged(trainees: Iterable[Trainee]) -> int:
    """How many acts were acknowledged: a run in which nothing was proves nothing."""
    return sum(_count(journal.acts) for trainee in trainees for _registration, journal in trainee.journals)


def _count(acts: Iterable[Act]) -> int:
    return sum(one.stored for one in acts)
