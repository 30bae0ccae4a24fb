"""Grade a whole attempt.

    points of a question = its fraction · its points          percent = 100 · Σ points earned / Σ points possible

All sums are exact fractions. For the page and the record they are rounded **down** to two decimals (`shown`), so a
result that is shown at the pass mark has passed; the comparison itself uses the unrounded value: 69.999 % shows 69.99
and fails at 70.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Context, Decimal
from fractions import Fraction

from lms.engines.quiz import kinds
from lms.engines.quiz.responses import NOTHING, Json, Part, Question, Ungradable, exact

EXACTLY = Context(prec=60)
CENT = Decimal("0.01")


def shown(value: Fraction) -> Decimal:
    """Round toward nought to two decimals: the one rule for every figure that is shown or stored."""
    return EXACTLY.divide(value.numerator, value.denominator).quantize(CENT, ROUND_DOWN, EXACTLY)


@dataclass(frozen=True)
class Score:
    """Points earned of points possible; exact, with the figures to show."""

    points: Fraction
    possible: Fraction

    @property
    def exact_percent(self) -> Fraction:
        return 100 * self.points / self.possible if self.possible else NOTHING

    @property
    def percent(self) -> Decimal:
        return shown(self.exact_percent)

    def __add__(self, other: "Score") -> "Score":
        return Score(self.points + other.points, self.possible + other.possible)


@dataclass(frozen=True)
class QuestionResult:
    """`status`: right, partly, wrong, unanswered or ungradable; `reason` explains the last, or what is nearly right."""

    key: str
    objective: str
    status: str
    score: Score
    reason: str = ""
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class AttemptResult:
    score: Score
    passed: bool
    questions: tuple[QuestionResult, ...]
    objectives: Mapping[str, Score]


def grade_attempt(
    questions: Mapping[str, Question],
    responses: Mapping[str, Json],
    pass_percent: int | float | str,
    locale: str = "en",
    corrections: Iterable[Question] = (),
) -> AttemptResult:
    """Grade raw `responses` by question key; a missing one is unanswered.

    A correction replaces the question with the same id, key and points alike; of several for one question the last
    holds.
    """
    corrected = {question["id"]: question for question in corrections}
    results = tuple(
        grade_question(key, corrected.get(question["id"], question), responses.get(key), locale)
        for key, question in questions.items()
    )
    total = sum((result.score for result in results), Score(NOTHING, NOTHING))
    return AttemptResult(total, is_pass(total.exact_percent, pass_percent), results, by_objective(results))


def is_pass(percent: Fraction, pass_percent: int | float | str) -> bool:
    return percent >= exact(pass_percent)


def grade_question(key: str, question: Question, raw: Json, locale: str = "en") -> QuestionResult:
    possible = exact(question.get("points", 1))
    objective = question.get("objective") or ""
    response = kinds.parse(question, raw)
    if response is None or isinstance(response, Ungradable):
        status, reason = ("unanswered", "") if response is None else ("ungradable", response.reason)
        return QuestionResult(key, objective, status, Score(NOTHING, possible), reason)
    graded = kinds.grade(question, response, locale)
    score = Score(graded.fraction * possible, possible)
    return QuestionResult(key, objective, status_of(graded.fraction), score, graded.note, graded.parts)


def status_of(fraction: Fraction) -> str:
    if fraction == 1:
        return "right"
    return "partly" if fraction else "wrong"


def by_objective(results: Iterable[QuestionResult]) -> dict[str, Score]:
    scores: dict[str, Score] = {}
    for result in results:
        scores[result.objective] = scores.get(result.objective, Score(NOTHING, NOTHING)) + result.score
    return scores
