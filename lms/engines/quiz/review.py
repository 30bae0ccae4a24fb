"""What a person may see of an attempt, by the quiz's `review` rule.

| rule               | result    | own answers | right answers, points by question, feedback |
|--------------------|-----------|-------------|---------------------------------------------|
| after-send         | once sent | once sent   | once sent                                   |
| after-pass         | once sent | once sent   | once a result that counts has passed        |
| after-last-attempt | once sent | once sent   | once no attempt is left                     |
| result-only        | once sent | never       | never                                       |

While another attempt at the same quiz is open, nothing beyond the result is shown: it would be an open book.
"""

from dataclasses import dataclass

RULES = ("after-send", "after-pass", "after-last-attempt", "result-only")


@dataclass(frozen=True)
class Review:
    """`reason` says why something is held back: not-sent, attempt-open, until-passed, until-last, result-only."""

    show_result: bool = False
    show_own_answers: bool = False
    show_right: bool = False
    show_feedback: bool = False
    reason: str = ""


EVERYTHING = Review(True, True, True, True)


def review(rule: str, sent: bool, passed: bool, attempts_left: int | None, another_open: bool = False) -> Review:
    """`attempts_left` None is without limit, so the last attempt never comes."""
    if not sent:
        return Review(reason="not-sent")
    if rule not in RULES or rule == "result-only":  # a rule nobody knows shows the least
        return Review(True, reason="result-only")
    if another_open:
        return Review(True, reason="attempt-open")
    if rule == "after-pass" and not passed:
        return Review(True, True, reason="until-passed")
    if rule == "after-last-attempt" and attempts_left != 0:
        return Review(True, True, reason="until-last")
    return EVERYTHING
