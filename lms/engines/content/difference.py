"""What changed between two versions of a course, in words that a person can judge, and how far-reaching it looks.

The level is a proposal: *editorial* (nobody needs to know), *minor* (worth telling), *major* (people may have to train
again). A person decides.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from lms.engines.content.model import Json
from lms.engines.content.stamp import canonical_json

Kind = Literal["wording", "question", "key", "threshold", "structure", "translation", "asset"]
Level = Literal["editorial", "minor", "major"]
LEVELS: tuple[Level, ...] = ("editorial", "minor", "major")
OF_KIND: dict[Kind, Level] = {
    "wording": "editorial",
    "translation": "editorial",
    "asset": "minor",
    "question": "minor",
    "key": "major",
    "threshold": "major",
    "structure": "major",
}
# A text that kept less of its words than this was rewritten, not corrected.
SAME = 0.85
LONG = 300
SHORT = 80


@dataclass(frozen=True)
class Change:
    """`old` is empty for what is new, `new` for what is gone; both are shortened to what differs."""

    kind: Kind
    where: str
    what: str
    old: str = ""
    new: str = ""
    level: Level = "editorial"

    def __str__(self) -> str:
        if not self.old:
            told = f"added: {self.new}"
        elif not self.new:
            told = f"removed: {self.old}"
        else:
            told = f"{self.old} → {self.new}"
        return f"{self.where}, {self.what}: {told} [{self.kind}]"


@dataclass(frozen=True)
class Difference:
    changes: tuple[Change, ...]

    @property
    def level(self) -> Level:
        """The farthest-reaching of all; editorial when nothing changed."""
        return max((change.level for change in self.changes), key=LEVELS.index, default="editorial")

    def __str__(self) -> str:
        if not self.changes:
            return "Nothing has changed."
        return "\n".join([f"Proposed: {self.level}.", *map(str, self.changes)])


def difference(old: Json, new: Json) -> Difference:
    """Of two canonical sources."""
    return Difference(tuple(_course(old, new)))


def _course(old: Json, new: Json) -> Iterator[Change]:
    original = new["languages"][0]
    yield from _values("structure", "course", old, new, ("id", "practice", "objectives"))
    yield from _values("structure", "course", old, new, ("hours", "enrol"), "minor")
    yield from _values("translation", "course", old, new, ("languages",), "minor")
    yield from _values("threshold", "course", old, new, ("completion",))
    yield from _values("structure", "course", old, new, ("certificate",), "minor")
    yield from _texts("course", old["texts"], new["texts"], original, "wording")
    yield from _modules(old["modules"], new["modules"], original)
    for name, before, after in _pairs(old["banks"], new["banks"]):
        yield from _bank(f"bank {name}", before, after)
    yield from _assets(old["assets"], new["assets"])


def _modules(old: list[Json], new: list[Json], original: str) -> Iterator[Change]:
    yield from _order("course", "modules", [one["id"] for one in old], [one["id"] for one in new])
    before, after = _activities(old), _activities(new)
    yield from _order("course", "activities", list(before), list(after))
    for name, one, other in _pairs(before, after):
        if one and other:
            yield from _activity(name, one, other, original)


def _activities(modules: list[Json]) -> dict[str, Json]:
    """By a name that says what they are; the module is one of their properties."""
    return {
        _name(activity): activity | {"module": module["id"]} for module in modules for activity in module["activities"]
    }


def _name(activity: Json) -> str:
    return f"lesson {activity['lesson']}" if "lesson" in activity else f"quiz {activity['quiz']}"


def _activity(where: str, old: Json, new: Json, original: str) -> Iterator[Change]:
    if "quiz" in new:
        yield from _values("structure", where, old, new, ("module", "bank", "draw", "requires"))
        yield from _values("threshold", where, old, new, ("pass", "attempts", "score"))
        limits = ("cool_down_minutes", "time_limit_minutes", "accept_late_seconds", "shuffle", "review")
        yield from _values("threshold", where, old, new, limits, "minor")
        return
    yield from _values("structure", where, old, new, ("module", "objectives", "requires"))
    yield from _values("threshold", where, old, new, ("read",))
    yield from _values("threshold", where, old, new, ("minutes",), "minor")
    yield from _texts(where, old["texts"], new["texts"], original, "wording")


def _bank(where: str, old: Json | None, new: Json | None) -> Iterator[Change]:
    if old is None or new is None:
        yield _made("structure", where, "bank", old and old["id"], new and new["id"])
        return
    original = new["languages"][0]
    yield from _values("structure", where, old, new, ("practice", "objectives"))
    yield from _values("translation", where, old, new, ("languages",), "minor")
    yield from _texts(where, old["texts"], new["texts"], original, "wording")
    yield from _assets(old["assets"], new["assets"])
    for name, before, after in _pairs(old["questions"], new["questions"]):
        yield from _question(f"question {new['id']}/{name}", before, after, original)


def _question(where: str, old: Json | None, new: Json | None, original: str) -> Iterator[Change]:
    if old is None or new is None:
        known: Json = old or new or {}
        text = known["texts"].get(original, {}).get("text", known["id"])
        yield _made("question", where, "question", text if old else None, text if new else None)
        return
    about = ("difficulty", "reference", "objective")
    yield from _values("question", where, old, new, about)
    key = sorted((set(old) | set(new)) - {*about, "id", "texts"})
    yield from _values("key", where, old, new, tuple(key))
    # Accepted answers stand in the key; told once is enough.
    yield from _texts(where, _unaccepted(old["texts"]), _unaccepted(new["texts"]), original, "question")


def _unaccepted(texts: Json) -> Json:
    return {locale: {name: one for name, one in words.items() if name != "accept"} for locale, words in texts.items()}


def _assets(old: Json, new: Json) -> Iterator[Change]:
    for path, before, after in _pairs(old, new):
        if before != after:
            yield _made("asset", f"file {path}", "content", before and before[:12], after and after[:12])


def _texts(where: str, old: Json, new: Json, original: str, kind: Kind) -> Iterator[Change]:
    for locale, before, after in _pairs(old, new):
        if before is None or after is None:
            yield _made("translation", where, locale, before and "translation", after and "translation")
            continue
        of_kind: Kind = kind if locale == original else "translation"
        for path, one, other in _pairs(_leaves(before), _leaves(after)):
            if one != other:
                yield _text(of_kind, f"{where} ({locale})", path, one or "", other or "")


def _text(kind: Kind, where: str, path: str, old: str, new: str) -> Change:
    level = OF_KIND[kind]
    if kind == "wording" and _rewritten(old, new):
        level = "minor"
    return Change(kind, where, path, *_excerpts(old, new), level)


def _rewritten(old: str, new: str) -> bool:
    """Without regard to order, because comparing orders takes the square of the length. Short texts go by letters."""
    by_words = min(len(old), len(new)) > LONG
    pair = (old.split(), new.split()) if by_words else (old, new)
    return SequenceMatcher(None, *pair, autojunk=False).quick_ratio() < SAME


def _excerpts(old: str, new: str) -> tuple[str, str]:
    """The first place where they differ, with a little before it."""
    start = next(
        (i for i, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), min(len(old), len(new))
    )
    start = max(0, start - SHORT // 4)
    return _cut(old, start), _cut(new, start)


def _cut(text: str, start: int) -> str:
    piece = " ".join(text[start : start + SHORT].split())
    if not text:
        return ""
    return f"{'…' if start else ''}{piece}{'…' if start + SHORT < len(text) else ''}"


def _values(
    kind: Kind, where: str, old: Json, new: Json, names: tuple[str, ...], level: Level | None = None
) -> Iterator[Change]:
    for name in names:
        before, after = old.get(name), new.get(name)
        if before != after:
            yield _made(kind, where, name.replace("_", " "), before, after, level)


def _made(kind: Kind, where: str, what: str, old: Any, new: Any, level: Level | None = None) -> Change:
    return Change(kind, where, what, *_excerpts(_said(old), _said(new)), level or OF_KIND[kind])


def _said(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else canonical_json(value)


def _order(where: str, what: str, old: list[str], new: list[str]) -> Iterator[Change]:
    for name in old:
        if name not in new:
            yield Change("structure", where, what, name, "", "major")
    for name in new:
        if name not in old:
            yield Change("structure", where, what, "", name, "major")
    kept_old, kept_new = [one for one in old if one in new], [one for one in new if one in old]
    if kept_old != kept_new:
        yield _made("structure", where, f"order of {what}", ", ".join(kept_old), ", ".join(kept_new), "minor")


def _pairs(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for name in dict.fromkeys([*old, *new]):
        yield name, old.get(name), new.get(name)


def _leaves(words: Any, path: tuple[str, ...] = ()) -> dict[str, str]:
    if isinstance(words, dict):
        return {inner: text for key, value in words.items() for inner, text in _leaves(value, (*path, key)).items()}
    return {" ".join(path): _said(words)}
