"""A question as its page shows it: options by their names of this attempt, never by their real ids."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from lms.engines.journal.operation import canonical
from lms.engines.quiz import aliases
from lms.quizzes.queries import AttemptRow, ResponseRow

GAP = re.compile(r"\{\{\s*([a-z0-9-]+)\s*\}\}")
NOTHING = ResponseRow(None, False)


@dataclass(frozen=True, slots=True)
class Gap:
    """A place in the text: a choice of (name, text), or an input when `choices` is None."""

    id: str
    choices: list[tuple[str, str]] | None


@dataclass(frozen=True, slots=True)
class Shown:
    """All that a template needs, and nothing that tells the key. `given` is the stored response with shown names."""

    key: str
    kind: str
    points: Any
    text: str
    hint: str
    choose: int | None
    shown_locale: str
    flagged: bool
    given: Mapping[str, Any] | None
    #: Names the stored response: a form that sends it back says which answer it would replace.
    known: str = ""
    options: list[tuple[str, str]] = field(default_factory=list)
    lefts: list[tuple[str, str]] = field(default_factory=list)
    unit: str = ""
    units: list[str] = field(default_factory=list)
    #: For gaps: pieces of HTML and the gaps between them.
    pieces: list[str | Gap] = field(default_factory=list)

    @property
    def untouched(self) -> Mapping[str, Any] | None:
        """What the form sends when nobody has touched it: rows to be ordered always stand in some order."""
        if self.given is None and self.kind == "ordering":
            return {"order": [name for name, _html in self.options]}
        return self.given


def shown(
    attempt: AttemptRow, source: Mapping[str, Any], public: Mapping[str, Any], stored: ResponseRow | None
) -> Shown:
    """Put the parts of a question together: key from the version, texts of one language, what was answered."""
    stored = stored or NOTHING
    key, kind = attempt_key(attempt, source), source["kind"]
    names = aliases.aliases(attempt.seed, key, source)
    given = aliases.hidden(source, stored.response, names) if stored.response is not None else None
    return Shown(
        key=key,
        kind=kind,
        points=source["points"],
        text=public["text"],
        hint=public.get("hint", ""),
        choose=public.get("choose"),
        shown_locale=public.get("shown_locale", attempt.locale),
        flagged=stored.flagged,
        given=given,
        known=hashlib.sha256(canonical(given)).hexdigest()[:32],
        options=_options(attempt, key, kind, public, names, given),
        lefts=list(public.get("lefts", {}).items()),
        unit=public.get("unit", ""),
        units=public.get("units", []),
        pieces=_pieces(public, attempt.options(key), names) if kind == "gaps" else [],
    )


def with_typed(question: Shown, typed: Mapping[str, Any]) -> Shown:
    """The question with what somebody has typed instead of what is stored."""
    places = {name: place for place, name in enumerate(typed.get("order", ()))}
    options = sorted(question.options, key=lambda pair: places.get(pair[0], len(places)))
    return replace(question, given=typed, options=options)


def attempt_key(attempt: AttemptRow, source: Mapping[str, Any]) -> str:
    return next(key for key in attempt.keys if key == source["id"] or key.endswith("/" + source["id"]))


def _options(
    attempt: AttemptRow,
    key: str,
    kind: str,
    public: Mapping[str, Any],
    names: Mapping[str, str],
    given: Mapping[str, Any] | None,
) -> list[tuple[str, str]]:
    """(name, HTML) in the order of the draw, or in that of the person for items they have already ordered."""
    texts = public.get({"matching": "rights", "ordering": "items"}.get(kind, "answers")) or {}
    drawn = [(names[option], texts[option]) for option in attempt.options(key) if option in texts and option in names]
    if kind == "ordering" and given:
        places = {name: place for place, name in enumerate(given["order"])}
        drawn.sort(key=lambda pair: places.get(pair[0], len(places)))
    return drawn


def _pieces(public: Mapping[str, Any], drawn: list[str], names: Mapping[str, str]) -> list[str | Gap]:
    parts = GAP.split(public["text"])
    return [
        part if place % 2 == 0 else _gap(part, public["gaps"][part], drawn, names) for place, part in enumerate(parts)
    ]


def numbered_gaps(text: str) -> str:
    """The text with [1], [2] where its gaps are."""
    numbers = count(1)
    return GAP.sub(lambda _found: f"<b>[{next(numbers)}]</b>", text)


def _gap(gap_id: str, spec: Mapping[str, Any], drawn: list[str], names: Mapping[str, str]) -> Gap:
    if "choices" not in spec:
        return Gap(gap_id, None)
    own = [option for option in drawn if option.startswith(f"{gap_id}/")]
    return Gap(gap_id, [(names[option], spec["choices"][option.split("/", 1)[1]]) for option in own])
