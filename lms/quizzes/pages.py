"""What the pages of an open quiz read, put together for their templates; `reviews` has those of a closed attempt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.catalogue import queries as catalogue
from lms.catalogue.outline import Outline
from lms.core.actor import Actor
from lms.core.errors import NotFound
from lms.engines.progress.locks import Lock
from lms.engines.quiz import kinds, policy
from lms.engines.quiz.responses import ambiguous_text
from lms.learning import queries as learning
from lms.learning.queries import Reg
from lms.learning.standing import Standing, stand
from lms.quizzes import queries
from lms.quizzes.present import Shown, shown, with_typed
from lms.quizzes.queries import AttemptRow, ResponseRow, quiz_of


@dataclass(frozen=True, slots=True)
class StartView:
    outline: Outline
    standing: Standing
    reg: Reg
    key: str
    quiz: dict[str, Any]
    questions: int
    attempts: Sequence[AttemptRow]
    allowed: policy.Permission
    open_attempt: AttemptRow | None
    lock: Lock


def _registered(session: Session, actor: Actor, course_key: str, quiz_key: str) -> tuple[Reg, Outline, dict[str, Any]]:
    reg = learning.find_registration(session, actor.user_id or 0, course_key)
    outline = catalogue.outline(session, reg.version_id) if reg else None
    spec = outline.activity(quiz_key) if outline else None
    if reg is None or outline is None or spec is None or spec["kind"] != "quiz":
        raise NotFound()
    return reg, outline, spec["quiz"]


def open_attempts(session: Session, actor: Actor, course_key: str, quiz_key: str) -> list[int]:
    reg, _outline, _quiz = _registered(session, actor, course_key, quiz_key)
    return [one.id for one in queries.attempts_of(session, reg.id, quiz_key) if one.open]


def start_view(session: Session, actor: Actor, course_key: str, quiz_key: str, now: datetime) -> StartView:
    reg, outline, quiz = _registered(session, actor, course_key, quiz_key)
    attempts = queries.attempts_of(session, reg.id, quiz_key)
    standing = stand(outline, learning.states(session, reg.id), complete=reg.complete)
    return StartView(
        outline=outline,
        standing=standing,
        reg=reg,
        key=quiz_key,
        quiz=quiz,
        questions=sum(one["count"] for one in quiz["draw"]),
        attempts=attempts,
        allowed=policy.may_start(policy.rules_of(quiz), [one.policy_attempt() for one in attempts], now),
        open_attempt=next((one for one in attempts if one.open), None),
        lock=standing.locks[quiz_key],
    )


def own_attempt(session: Session, actor: Actor, attempt_id: int, *, lock: bool = False) -> AttemptRow:
    row = queries.attempt(session, attempt_id, lock=lock)
    if row is None or row.user_id != actor.user_id:
        raise NotFound()
    return row


def first_unanswered(session: Session, attempt_id: int) -> int:
    """Number of the question to go on with."""
    row = queries.attempt(session, attempt_id)
    if row is None:
        raise NotFound()
    answered = {key for key, one in queries.responses(session, attempt_id).items() if one.response is not None}
    return next((number for number, key in enumerate(row.keys, start=1) if key not in answered), 1)


def _source(session: Session, row: AttemptRow, number: int) -> dict[str, Any]:
    if not 1 <= number <= len(row.keys):
        raise NotFound()
    return catalogue.questions(session, row.version_id, row.bank, [row.keys[number - 1]])[0]["source"]


def kind_of(session: Session, row: AttemptRow, number: int) -> str:
    return _source(session, row, number)["kind"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A square of the number grid."""

    number: int
    answered: bool
    flagged: bool
    here: bool = False
    result: str | None = None
    #: None: a button of the page's form, which saves first.
    url: str | None = None


@dataclass(frozen=True, slots=True)
class QuestionView:
    outline: Outline
    attempt: AttemptRow
    number: int
    total: int
    question: Shown
    cells: Sequence[Cell]
    title: str
    #: How many one may have in all; 0 is without limit.
    attempts: int
    #: What is saved here as a number that can be read in two ways.
    ambiguous: str

    @property
    def answered(self) -> int:
        return sum(cell.answered for cell in self.cells)

    @property
    def flagged(self) -> int:
        return sum(cell.flagged for cell in self.cells)


def question_view(
    session: Session, row: AttemptRow, number: int, locale: str, typed: Mapping[str, Any] | None = None
) -> QuestionView:
    """`typed` is what was on a page that could not be saved as it was: it is shown instead of what is stored."""
    source = _source(session, row, number)
    key = row.keys[number - 1]
    stored = queries.responses(session, row.id)
    texts = catalogue.question_texts(session, row.version_id, row.bank, [key], locale)
    question = shown(row, source, texts[key], stored.get(key))
    if typed is not None:
        question = with_typed(question, typed)
    outline, quiz = quiz_of(session, row)
    cells = cells_of(row, stored, here=number)
    title = outline.activity_title(row.activity_key, locale)
    ambiguous = _ambiguous(source, stored.get(key)) if typed is None else ""
    return QuestionView(outline, row, number, len(row.keys), question, cells, title, quiz["attempts"], ambiguous)


def _ambiguous(source: Mapping[str, Any], stored: ResponseRow | None) -> str:
    return ambiguous_text(kinds.parse(source, stored.response), stored.response) if stored else ""


def cells_of(row: AttemptRow, stored: Mapping[str, ResponseRow], here: int = 0) -> list[Cell]:
    cells = []
    for number, key in enumerate(row.keys, start=1):
        one = stored.get(key)
        answered = one is not None and one.response is not None
        cells.append(Cell(number, answered, one is not None and one.flagged, number == here))
    return cells


@dataclass(frozen=True, slots=True)
class CheckView:
    outline: Outline
    attempt: AttemptRow
    cells: Sequence[Cell]
    #: Numbers of the questions whose saved number can be read in two ways.
    ambiguous: Sequence[int]

    @property
    def unanswered(self) -> list[int]:
        return [cell.number for cell in self.cells if not cell.answered]

    @property
    def flagged(self) -> list[int]:
        return [cell.number for cell in self.cells if cell.flagged]


def check_view(session: Session, row: AttemptRow) -> CheckView:
    stored = queries.responses(session, row.id)
    sources = {one["key"]: one["source"] for one in catalogue.questions(session, row.version_id, row.bank, row.keys)}
    ambiguous = [number for number, key in enumerate(row.keys, start=1) if _ambiguous(sources[key], stored.get(key))]
    return CheckView(catalogue.outline(session, row.version_id), row, cells_of(row, stored), ambiguous)
