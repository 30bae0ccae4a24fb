"""SCORM 1.2 prerequisites: AICC script, parsed into nested tuples, and answered from what each item has reached.

A1 & (A2|A3) & ~A4          and, or, not; an item alone means completed or passed
A1="passed", A1<>"failed"   the status itself
2*{A1,A2,A3}                at least two of these
"""

import re
from collections.abc import Callable, Mapping

Expression = tuple[object, ...]
TOKEN = re.compile(r"\s*(<>|[&|~(){}=,*]|\"[^\"]*\"|'[^']*'|[^\s&|~(){}=,*<>\"']+)")
STATUSES = {
    "p": "passed",
    "f": "failed",
    "c": "completed",
    "b": "browsed",
    "i": "incomplete",
    "n": "not attempted",
}
DONE = ("passed", "completed")
LONGEST = 2_000
DEEPEST = 50


def parse(text: str) -> Expression | None:
    """None if it is not AICC script."""
    tokens = _tokens(text)
    if not tokens:
        return None
    try:
        parser = _Parser(tokens)
        found = parser.either()
    except _Wrong:
        return None
    return found if parser.next == "" else None


def holds(expression: Expression, statuses: Mapping[str, str]) -> bool:
    """Whether it is met by these statuses (SCORM 1.2's words); an item without one is not attempted."""
    kind, *rest = expression
    if kind == "item":
        return statuses.get(str(rest[0]), "not attempted") in DONE
    if kind in ("is", "is-not"):
        same = statuses.get(str(rest[0]), "not attempted") == rest[1]
        return same if kind == "is" else not same
    inner = [holds(one, statuses) for one in rest if isinstance(one, tuple)]
    if kind == "not":
        return not inner[0]
    if kind == "count":
        return sum(inner) >= int(str(rest[0]))
    return all(inner) if kind == "and" else any(inner)


class _Wrong(ValueError):
    """The text is not in the grammar."""


def _tokens(text: str) -> list[str]:
    """Nothing if there is a character between them that belongs to none."""
    text = text.strip()
    tokens = TOKEN.findall(text)
    rest = TOKEN.sub("", text)
    return [] if rest.strip() or len(text) > LONGEST else tokens


class _Parser:
    def __init__(self, tokens: list[str]) -> None:
        self._tokens = [*tokens, ""]
        self._at = 0
        self._depth = 0

    @property
    def next(self) -> str:
        return self._tokens[self._at]

    def take(self, wanted: str = "") -> str:
        token = self.next
        if not token or (wanted and token != wanted):
            raise _Wrong
        self._at += 1
        return token

    def either(self) -> Expression:
        return self._joined("|", "or", self.both)

    def both(self) -> Expression:
        return self._joined("&", "and", self.one)

    def _joined(self, sign: str, name: str, part: Callable[[], Expression]) -> Expression:
        parts = [part()]
        while self.next == sign:
            self.take()
            parts.append(part())
        return parts[0] if len(parts) == 1 else (name, *parts)

    def one(self) -> Expression:
        self._depth += 1
        if self._depth > DEEPEST:
            raise _Wrong
        found = self._one()
        self._depth -= 1
        return found

    def _one(self) -> Expression:
        if self.next == "~":
            self.take()
            return ("not", self.one())
        if self.next == "(":
            self.take()
            inner = self.either()
            self.take(")")
            return inner
        name = _name(self.take())
        if self.next == "*":
            return self._count(name)
        if self.next in ("=", "<>"):
            kind = "is" if self.take() == "=" else "is-not"
            return (kind, name, _status(self.take()))
        return ("item", name)

    def _count(self, number: str) -> Expression:
        if not number.isascii() or not number.isdigit() or len(number) > 5:
            raise _Wrong
        self.take("*")
        self.take("{")
        parts = [self.either()]
        while self.next == ",":
            self.take()
            parts.append(self.either())
        self.take("}")
        return ("count", int(number), *parts)


def _name(token: str) -> str:
    name = token.strip("\"'")
    if not name or token in {*"&|~(){}=,*", "<>"}:
        raise _Wrong
    return name


def _status(token: str) -> str:
    word = _name(token).lower()
    found = STATUSES.get(word, word)
    if found not in STATUSES.values():
        raise _Wrong
    return found
