"""The calls of a page mean something in their order only. What comes before its turn is stored at once, because the
page may be gone the next moment, and applied when what was missing has come, or is given up as lost."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from lms.scorm.service.apply import apply
from lms.scorm.service.play import Play

Json = dict[str, Any]
#: A page that is open sends again within seconds what was not acknowledged.
PATIENCE = timedelta(seconds=20)
#: More than this does not wait: operations, and characters of what they say. A page that is whole has a handful in
#: flight; from one that leaves holes without end the holes are taken for lost, and nothing that came is refused.
MOST_WAITING, MOST_CHARACTERS = 1_000, 4_000_000


@dataclass(slots=True)
class Turn:
    """An operation that waits for its turn. `skipped` ones were refused as they came, and only fill their place."""

    number: int
    kind: str
    body: Json
    skipped: bool = False
    new: bool = True


@dataclass(slots=True)
class Turns:
    """What is due: `done` is the last number that was applied in this page load, `refused` why some were not."""

    page_load: str
    done: int
    since: datetime | None = None
    turns: dict[int, Turn] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)
    overtaken: set[int] = field(default_factory=set)


def turns_of(play: Play, page_load: str, contiguous: int) -> Turns:
    """`contiguous`: all numbers up to it were stored before this batch."""
    kept = play.run.waiting
    if kept.get("page_load") != page_load:
        return Turns(page_load, contiguous)
    since = datetime.fromisoformat(kept["since"]) if kept.get("since") else None
    waits = [Turn(one["n"], one["kind"], one["body"], one.get("skipped", False), False) for one in kept["ops"]]
    return Turns(page_load, kept["done"], since, {one.number: one for one in waits})


def take_turns(play: Play, due: Turns, new: Iterable[Turn], *, all_of_them: bool = False) -> None:
    """Apply what is due, in order, and keep the rest."""
    for turn in new:
        if turn.number > due.done:
            due.turns[turn.number] = turn
        else:
            due.overtaken.add(turn.number)
    patient = due.since is None or play.now - due.since <= PATIENCE
    lost = all_of_them or not patient or _too_much(due)
    for number in sorted(due.turns):
        if number != due.done + 1 and not lost:
            break
        _apply(play, due, due.turns.pop(number))
        due.done = number
    _keep(play, due, lost)


def _too_much(due: Turns) -> bool:
    """Whether what would wait is more than a row should hold."""
    if due.done + len(due.turns) >= max(due.turns, default=0):  # without a hole, nothing waits
        return False
    characters = sum(len(one.body.get("v") or "") for one in due.turns.values() if isinstance(one.body.get("v"), str))
    return len(due.turns) > MOST_WAITING or characters > MOST_CHARACTERS


def apply_all(play: Play) -> None:
    """Another page goes on: nothing that is missing now will still be applied."""
    kept = play.run.waiting
    if kept:
        due = turns_of(play, kept["page_load"], 0)
        take_turns(play, due, (), all_of_them=True)
        play.change(waiting={})


def _apply(play: Play, due: Turns, turn: Turn) -> None:
    reason = "" if turn.skipped else apply(play, due.page_load, turn.number, turn.kind, turn.body)
    if not reason:
        return
    due.refused[turn.number] = reason
    if not turn.new:  # it stands in the history as taken
        body = {"page_load": due.page_load, "n": turn.number, "kind": turn.kind}
        play.record("refused", body, str(turn.body.get("k", ""))[:60], None, reason=reason[:40], outcome="refused")


def _keep(play: Play, due: Turns, lost: bool) -> None:
    """Where a number was given up, how far this page load has come is remembered: should it still come, it is late."""
    kept = play.run.waiting if play.run.waiting.get("page_load") == due.page_load else {}
    gap = bool(kept.get("gap")) or (lost and bool(due.turns or kept))
    if not due.turns and not gap:
        if kept:
            play.change(waiting={})
        return
    ops = [
        {"n": one.number, "kind": one.kind, "body": one.body} | ({"skipped": True} if one.skipped else {})
        for one in due.turns.values()
    ]
    waits_since = due.since if due.since and kept.get("done") == due.done else play.now
    since = waits_since.isoformat() if ops else ""
    play.change(waiting={"page_load": due.page_load, "done": due.done, "since": since, "ops": ops, "gap": gap})
