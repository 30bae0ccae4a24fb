"""Draw the questions of an attempt and the order of their answers from a seed.

The same seed gives the same result in whatever order questions, wishes and options come in. For that, pools are
sorted by key before they are shuffled. Each objective and each question has a stream of its own, so a question added
to one objective leaves what the others draw alone.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.engines.quiz import kinds
from lms.engines.quiz.responses import Question
from lms.engines.quiz.stream import Stream


class NotEnoughQuestions(ValueError):
    """A quiz asks an objective for more than its bank has; content is checked for this before it is published."""

    def __init__(self, objective: str, wanted: int, available: int) -> None:
        super().__init__(f"{objective}: {wanted} wanted, {available} available")
        self.objective, self.wanted, self.available = objective, wanted, available


@dataclass(frozen=True)
class DrawnQuestion:
    key: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class Drawn:
    questions: tuple[DrawnQuestion, ...]


def draw_quiz(seed: str, questions: Mapping[str, Question], quiz: Mapping[str, Any]) -> Drawn:
    """Draw as a canonical quiz asks: `draw` (without it, all questions) and `shuffle` (without it, both).

    Options of gaps come as "gap/choice", shuffled all together; a gap shows those of its own in that order.
    """
    wanted, shuffle = quiz.get("draw"), quiz.get("shuffle") or {}
    return draw(
        seed,
        [(key, question.get("objective") or "") for key, question in questions.items()],
        [(wish["objective"], wish["count"]) for wish in wanted] if wanted else None,
        shuffle.get("questions", True),
        shuffle.get("answers", True),
        {key: kinds.options(question) for key, question in questions.items()},
        [key for key, question in questions.items() if kinds.kind_of(question).SHUFFLE_ALWAYS],
    )


def draw(
    seed: str,
    questions: Iterable[tuple[str, str]],
    wanted: Iterable[tuple[str, int]] | None,
    shuffle_questions: bool,
    shuffle_answers: bool,
    options: Mapping[str, Sequence[str]],
    shuffle_always: Collection[str] = (),
) -> Drawn:
    """Draw `count` questions for each wanted objective, without repeats; `wanted` None means all.

    `questions` are (key, objective); an objective wanted twice gets the sum. Without `shuffle_questions` the order is
    that of objectives and keys, alphabetical. `options` are the ids that a question shows, in the key's order, which
    they keep without `shuffle_answers`; questions in `shuffle_always` are shuffled all the same and never shown in
    the key's order.

    Raises NotEnoughQuestions.
    """
    keys = chosen_keys(seed, pools(questions), wanted)
    if shuffle_questions:
        keys = Stream(seed, "questions").shuffled(keys)
    drawn = []
    for key in keys:
        shown = tuple(options.get(key, ()))
        if key in shuffle_always:
            shown = disordered(seed, key, shown)
        elif shuffle_answers:
            shown = shuffled_options(seed, key, shown)
        drawn.append(DrawnQuestion(key, shown))
    return Drawn(tuple(drawn))


def pools(questions: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    by_objective: dict[str, list[str]] = {}
    for key, objective in sorted(set(questions)):
        by_objective.setdefault(objective, []).append(key)
    return by_objective


def chosen_keys(
    seed: str, by_objective: Mapping[str, Sequence[str]], wanted: Iterable[tuple[str, int]] | None
) -> list[str]:
    counts = counts_of(by_objective, wanted)
    keys: list[str] = []
    for objective in sorted(counts):
        pool, count = by_objective.get(objective, ()), counts[objective]
        if count > len(pool):
            raise NotEnoughQuestions(objective, count, len(pool))
        keys += sorted(Stream(seed, "pick", objective).shuffled(pool)[:count])
    return keys


def counts_of(by_objective: Mapping[str, Sequence[str]], wanted: Iterable[tuple[str, int]] | None) -> dict[str, int]:
    if wanted is None:
        return {objective: len(pool) for objective, pool in by_objective.items()}
    counts: dict[str, int] = {}
    for objective, count in wanted:
        counts[objective] = counts.get(objective, 0) + count
    return counts


def shuffled_options(seed: str, key: str, options: Sequence[str], turn: int = 0) -> tuple[str, ...]:
    return tuple(Stream(seed, "options", key, str(turn)).shuffled(sorted(options)))


def disordered(seed: str, key: str, options: tuple[str, ...]) -> tuple[str, ...]:
    """Shuffle until the order is not that of the key, which is then one of the n! - 1 others with equal chance."""
    turn = 0
    shown = shuffled_options(seed, key, options)
    while shown == options and len(set(options)) > 1:
        turn += 1
        shown = shuffled_options(seed, key, options, turn)
    return shown
