"""Questions of a version with how they did, and correcting their keys; `key_fields` reads the forms."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import permissions
from lms.catalogue import queries as catalogue
from lms.catalogue import service as catalogue_service
from lms.catalogue.outline import Outline
from lms.core.actor import Actor
from lms.core.errors import NotFound
from lms.engines.quiz.statistics import ItemStatistics, Observation, item_statistics
from lms.quizzes import service
from lms.quizzes.models import QuizAttempt


@dataclass(frozen=True, slots=True)
class Item:
    """A question as those see it who answer for its key. `source` is the key that holds today."""

    bank: str
    key: str
    kind: str
    source: dict[str, Any]
    public: dict[str, Any]
    corrected: int
    statistics: ItemStatistics


def version(session: Session, actor: Actor, course_key: str, number: int) -> Outline:
    permissions.require(actor, "keys.correct")
    course = catalogue.course_by_key(session, course_key)
    rows = catalogue.versions(session, course.id) if course else []
    row = next((one for one in rows if one.number == number), None)
    if row is None:
        raise NotFound()
    return catalogue.outline(session, row.id)


def items(session: Session, outline: Outline, locale: str) -> list[Item]:
    """All questions of the version's quizzes, in the order of their banks and keys."""
    banks = sorted({outline.data["activities"][key]["quiz"]["bank"] for key in outline.quizzes()})
    return [item for bank in banks for item in _of_bank(session, outline, bank, locale)]


def item(session: Session, outline: Outline, bank: str, key: str, locale: str) -> Item:
    found = next((one for one in items(session, outline, locale) if (one.bank, one.key) == (bank, key)), None)
    if found is None:
        raise NotFound()
    return found


def _of_bank(session: Session, outline: Outline, bank: str, locale: str) -> list[Item]:
    found = catalogue.questions(session, outline.version_id, bank)
    keys = [one["key"] for one in found]
    texts = catalogue.question_texts(session, outline.version_id, bank, keys, locale)
    corrections: dict[str, list[dict[str, Any]]] = {}
    for one in catalogue.corrections(session, outline.version_id, bank):
        corrections.setdefault(one["question_key"], []).append(one)
    seen = _observations(session, outline.version_id, bank)
    return [
        Item(
            bank=bank,
            key=one["key"],
            kind=one["kind"],
            source=corrections[one["key"]][-1]["new_key"] if one["key"] in corrections else one["source"],
            public=texts[one["key"]],
            corrected=len(corrections.get(one["key"], ())),
            statistics=item_statistics(seen.get(one["key"], ())),
        )
        for one in found
    ]


def _observations(session: Session, version_id: int, bank: str) -> dict[str, list[Observation]]:
    """What each question earned in each closed attempt, with that attempt's total."""
    query = select(QuizAttempt.results, QuizAttempt.points).where(
        QuizAttempt.version_id == version_id, QuizAttempt.bank == bank, QuizAttempt.results.is_not(None)
    )
    seen: dict[str, list[Observation]] = {}
    for results, total in session.execute(query.execution_options(yield_per=500)):
        for key, one in results["questions"].items():
            points, of = Fraction(one["points"]), Fraction(one["of"])
            if of:
                seen.setdefault(key, []).append(Observation(points / of, points, Fraction(total)))
    return seen


def correct(
    session: Session, actor: Actor, outline: Outline, one: Item, new_key: dict[str, Any], reason: str, now: datetime
) -> int:
    """Record the corrected key and regrade with it; returns how many results changed."""
    made = catalogue_service.correct_key(session, actor, outline.version_id, one.bank, one.key, new_key, reason, now)
    return service.regrade(session, actor, outline.version_id, one.bank, one.key, made, reason, now)
