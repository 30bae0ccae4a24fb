"""Names that stand for options on the page, so that ids give nothing away.

A pair's id names both its sides, and authors call answers "right" or items "step-1". So a page names each option by
an alias of its attempt: the first ten characters of base32 of HMAC-SHA256(seed, "alias", question key, option). The
seed never leaves the server. Responses are kept with the real ids: `revealed` turns what a page sends, `hidden` what
it is shown.
"""

import hmac
import itertools
from collections.abc import Callable, Mapping

from lms.engines.quiz import kinds
from lms.engines.quiz.responses import Json, Question

#: Two characters of base32 (RFC 4648) at a time.
PAIRS = ["".join(pair) for pair in itertools.product("abcdefghijklmnopqrstuvwxyz234567", repeat=2)]
UNKNOWN = "?"  # no id: these consist of letters, digits and hyphens


def aliases(seed: str, key: str, question: Question) -> dict[str, str]:
    """Option → alias, for all that `kinds.options` names; of gaps, "gap/choice"."""
    return {option: alias(seed, key, option) for option in kinds.options(question)}


def alias(seed: str, key: str, option: str) -> str:
    digest = hmac.digest(seed.encode(), "\x1f".join(("alias", key, option)).encode(), "sha256")
    bits = int.from_bytes(digest[:7]) >> 6  # the fifty that ten characters hold
    return "".join([PAIRS[bits >> shift & 0x3FF] for shift in (40, 30, 20, 10, 0)])


def revealed(question: Question, raw: Json, names: Mapping[str, str]) -> Json:
    """Put real ids for aliases. What is no alias becomes an unknown option: a page never knows a real id."""
    if question["kind"] == "gaps":
        plain = {alias: option.split("/", 1)[1] for option, alias in names.items()}
    else:
        plain = {alias: option for option, alias in names.items()}
    return renamed(question, raw, lambda value, gap: plain.get(value, UNKNOWN))


def hidden(question: Question, raw: Json, names: Mapping[str, str]) -> Json:
    """Put aliases for the real ids of a stored response."""
    return renamed(question, raw, lambda value, gap: names.get(f"{gap}/{value}" if gap else value, UNKNOWN))


def renamed(question: Question, raw: Json, name: Callable[[str, str], str]) -> Json:
    """Rename the options in a raw response; whatever has another shape is left for `parse` to refuse."""
    match question["kind"], raw:
        case "single", {"choice": str(choice)}:
            return raw | {"choice": name(choice, "")}
        case "multiple", {"choices": list(choices)}:
            return raw | {"choices": [each(choice, name) for choice in choices]}
        case "ordering", {"order": list(order)}:
            return raw | {"order": [each(item, name) for item in order]}
        case "matching", {"pairs": dict(pairs)}:
            return raw | {"pairs": {left: each(right, name) for left, right in pairs.items()}}
        case "gaps", {"gaps": dict(gaps)}:
            closed = {gap["id"] for gap in question["gaps"] if gap.get("choices")}
            return raw | {"gaps": {gap: each(v, name, gap) if gap in closed else v for gap, v in gaps.items()}}
    return raw


def each(value: Json, name: Callable[[str, str], str], gap: str = "") -> Json:
    """Empty values mean "none chosen" and stay."""
    return name(value, gap) if isinstance(value, str) and value else value
