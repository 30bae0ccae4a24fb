"""What the review of a closed attempt reads: as much as the quiz's policy shows, or everything as evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from lms.accounts import permissions
from lms.accounts import queries as people
from lms.catalogue import queries as catalogue
from lms.catalogue.outline import Outline
from lms.core.actor import Actor
from lms.core.errors import NotFound
from lms.engines.quiz import aliases, policy
from lms.engines.quiz.review import EVERYTHING, Review
from lms.engines.quiz.review import review as may_see
from lms.quizzes import queries
from lms.quizzes.pages import Cell, cells_of
from lms.quizzes.present import Shown, shown
from lms.quizzes.queries import AttemptRow, ResponseRow, quiz_of
from lms.quizzes.right_words import right_words


@dataclass(frozen=True, slots=True)
class Answered:
    """One question of a review. What the policy holds back is empty: it never reaches the template."""

    number: int
    question: Shown
    status: str
    points: Fraction
    of: Fraction
    #: Names of the right options, for kinds that have options; None when held back.
    right: frozenset[str] | None
    feedback: Mapping[str, Any]
    reference: str
    #: Why an answer could not be graded; a code of the engine.
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReviewView:
    outline: Outline
    attempt: AttemptRow
    quiz: dict[str, Any]
    see: Review
    cells: Sequence[Cell]
    answers: Sequence[Answered]
    objectives: Sequence[tuple[str, int]]
    late: Sequence[Any]
    left: int | None
    #: Who the attempt belongs to, when somebody else reads it.
    owner: Any = None


def review_view(session: Session, row: AttemptRow, locale: str, now: datetime) -> ReviewView:
    outline, quiz = quiz_of(session, row)
    attempts = [one.policy_attempt() for one in queries.attempts_of(session, row.registration_id, row.activity_key)]
    rules = policy.rules_of(quiz)
    allowed, counted = policy.may_start(rules, attempts, now), policy.counted(rules, attempts)
    see = may_see(
        rules.review, not row.open, bool(counted and counted.passed), allowed.left, allowed.open_attempt is not None
    )
    return _review(session, row, outline, quiz, see, locale, allowed.left)


def evidence_view(session: Session, actor: Actor, attempt_id: int, locale: str) -> ReviewView:
    """For those who read grades: everything of a closed attempt, and of an open one that it is open."""
    permissions.require(actor, "grades.read")
    row = queries.attempt(session, attempt_id)
    if row is None:
        raise NotFound()
    outline, quiz = quiz_of(session, row)
    return _review(session, row, outline, quiz, EVERYTHING, locale, None, people.person(session, row.user_id))


def _review(
    session: Session,
    row: AttemptRow,
    outline: Outline,
    quiz: dict[str, Any],
    see: Review,
    locale: str,
    left: int | None,
    owner: Any = None,
) -> ReviewView:
    results = (row.results or {}).get("questions", {})
    stored = queries.responses(session, row.id)
    answers = _answers(session, row, see, stored, results, locale) if see.show_own_answers else []
    cells = [
        Cell(
            cell.number,
            cell.answered,
            cell.flagged,
            result=_mark(results.get(row.keys[cell.number - 1])) if see.show_right else None,
        )
        for cell in cells_of(row, stored)
    ]
    texts = outline.text(locale)["objectives"]
    objectives = [
        (texts.get(key, key), int(100 * Fraction(one["points"]) / Fraction(one["of"])))
        for key, one in (row.results or {}).get("objectives", {}).items()
        if Fraction(one["of"])
    ]
    return ReviewView(
        outline, row, quiz, see, cells, answers, objectives, queries.kept_aside(session, row), left, owner
    )


def _mark(result: Mapping[str, Any] | None) -> str:
    return {"right": "right", "partly": "part"}.get(result["status"] if result else "", "wrong")


def _answers(
    session: Session,
    row: AttemptRow,
    see: Review,
    stored: Mapping[str, ResponseRow],
    results: Mapping[str, Any],
    locale: str,
) -> list[Answered]:
    found = catalogue.questions(session, row.version_id, row.bank, row.keys)
    sources = {one["key"]: one["source"] for one in found}
    texts = catalogue.question_texts(session, row.version_id, row.bank, row.keys, locale)
    feedback = (
        catalogue.question_feedback(session, row.version_id, row.bank, row.keys, locale) if see.show_feedback else {}
    )
    corrected = {
        one["question_key"]: one["new_key"] for one in catalogue.corrections(session, row.version_id, row.bank)
    }
    answers = []
    for number, key in enumerate(row.keys, start=1):
        source, result = sources[key], results.get(key)
        said = feedback.get(key, {})
        if key in corrected and see.show_feedback:
            said = said | {"right": right_words(corrected[key], texts[key], locale)}
        question = shown(row, source, texts[key], stored.get(key))
        answers.append(
            Answered(
                number=number,
                question=question,
                status=result["status"] if result and see.show_right else "",
                points=Fraction(result["points"]) if result else Fraction(0),
                of=Fraction(result["of"]) if result else Fraction(0),
                right=_right(row, key, corrected.get(key, source)) if see.show_right else None,
                feedback=_named_feedback(row, key, source, said),
                reference=source.get("reference", "") if see.show_feedback else "",
                reason=result.get("reason", "") if result and see.show_right else "",
            )
        )
    return answers


def _right(row: AttemptRow, key: str, source: Mapping[str, Any]) -> frozenset[str]:
    names = _names(row, key, source)
    return frozenset(names[one["id"]] for one in source.get("answers", ()) if one.get("right"))


def _named_feedback(
    row: AttemptRow, key: str, source: Mapping[str, Any], feedback: Mapping[str, Any]
) -> dict[str, Any]:
    """Feedback by the names that the options have on the page."""
    names = _names(row, key, source)
    by_name = {names[option]: words for option, words in feedback.get("answers", {}).items() if option in names}
    return {"general": feedback.get("general", ""), "right": feedback.get("right", ""), "answers": by_name}


def _names(row: AttemptRow, key: str, source: Mapping[str, Any]) -> dict[str, str]:
    return aliases.aliases(row.seed, key, source)
