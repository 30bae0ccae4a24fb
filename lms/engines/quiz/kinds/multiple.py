"""Several answers of several. Raw: {"choices": [ids]}.

With R right and W wrong options, N = R + W, r of the right and w of the wrong ones chosen:

* `all-or-nothing`     1 if r = R and w = 0, else 0
* `per-option`         (default) each option is one decision: C = r + (W - w) decided well, E = N - C decided badly;
                       max(0, (C - E) / N), and 0 when r = 0, so that choosing only wrong options never earns anything
* `right-minus-wrong`  max(0, r/R - w/W), where w/W is 0 if there are no wrong options; choosing everything earns 0
"""

from fractions import Fraction

from lms.engines.quiz.responses import (
    NOTHING,
    Graded,
    Json,
    Part,
    Question,
    Ungradable,
    ids,
    misshapen,
    right_ids,
)

SHUFFLE_ALWAYS = False


def options(question: Question) -> list[str]:
    return ids(question["answers"])


def parse(question: Question, raw: Json) -> tuple[str, ...] | Ungradable | None:
    """Return the chosen ids in the order of the key."""
    if problem := misshapen(raw, "choices"):
        return problem
    choices = raw["choices"]
    if not isinstance(choices, list) or not all(isinstance(choice, str) for choice in choices):
        return Ungradable("wrong-type")
    if set(choices) - set(options(question)):
        return Ungradable("unknown-option")
    if len(set(choices)) < len(choices):
        return Ungradable("repeated-option")
    return tuple(option for option in options(question) if option in choices) or None


def grade(question: Question, response: tuple[str, ...], locale: str) -> Graded:
    right = set(right_ids(question["answers"]))
    every = options(question)
    each = Fraction(1, len(every))
    parts = []
    for option in every:
        well = (option in response) == (option in right)
        given = option if option in response else None
        parts.append(Part(option, given, well, each if well else NOTHING))
    policy = POLICIES[question.get("partial") or "per-option"]
    chosen_right = len(right.intersection(response))
    fraction = policy(chosen_right, len(response) - chosen_right, len(right), len(every) - len(right))
    return Graded(fraction, tuple(parts))


def all_or_nothing(r: int, w: int, rights: int, wrongs: int) -> Fraction:
    return Fraction(0 < r == rights and w == 0)


def per_option(r: int, w: int, rights: int, wrongs: int) -> Fraction:
    well, every = r + wrongs - w, rights + wrongs
    return max(NOTHING, Fraction(2 * well - every, every)) if r else NOTHING


def right_minus_wrong(r: int, w: int, rights: int, wrongs: int) -> Fraction:
    if not rights:
        return NOTHING
    return max(NOTHING, Fraction(r, rights) - (Fraction(w, wrongs) if wrongs else NOTHING))


POLICIES = {"all-or-nothing": all_or_nothing, "per-option": per_option, "right-minus-wrong": right_minus_wrong}


def right_answer(question: Question, locale: str) -> Json:
    return {"choices": right_ids(question["answers"])}
