"""What must hold at the end of every story, told by the record alone."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from tests.simulator.server import Event, Server, Thing


def problems(server: Server, end: dict[str, Any]) -> list[str]:
    """`end` holds `owed`: acts that a device was given to keep, and `forgotten`: acts that a page no longer holds."""
    record = server.record
    stored = {one.token for one in record} | given_again(record, end)
    return [
        *server.problems,
        *end["problems"],
        *_missing("kept on the device and never stored", set(end.get("owed", ())) - stored),
        *_missing("forgotten by its page and not stored", set(end.get("forgotten", ())) - stored),
        *_missing(
            "stored twice", (token for token, count in Counter(one.token for one in record).items() if count > 1)
        ),
        *out_of_order(record),
        *fenced(record),
        *wrong_state(server),
    ]


def given_again(record: Sequence[Event], end: dict[str, Any]) -> set[int]:
    """Acts that something on the way has refused, and that a later one about the same thing replaces."""
    last: dict[Thing, int] = {}
    for one in record:
        last[one.thing] = max(one.token, last.get(one.thing, 0))
    things = {int(token): (kind, question) for token, (kind, question) in end.get("things", {}).items()}
    return {token for token in end.get("refused", ()) if last.get(things[token], 0) > token}


def _missing(words: str, tokens: Iterable[int]) -> list[str]:
    found = sorted(tokens)
    return [f"{words}: {', '.join(f'op{token}' for token in found[:5])} ({len(found)} acts)"] if found else []


def out_of_order(record: Sequence[Event]) -> Iterator[str]:
    """The numbers of a page load are those of its acts in the order in which they were done."""
    loads: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for one in record:
        loads[one.load].append((one.number, one.token))
    for load, pairs in loads.items():
        if any(first[1] >= second[1] for first, second in pairwise(sorted(pairs))):
            yield f"the numbers of {load} are not in the order of its acts: {sorted(pairs)}"


def fenced(record: Sequence[Event]) -> Iterator[str]:
    """After a newer launch has written, no older one writes."""
    applied = [one for one in record if one.outcome == "applied"]
    for first, second in pairwise(applied):
        if second.lease < first.lease:
            yield f"op{second.token} of launch {second.lease} is applied after launch {first.lease} has written"


def wrong_state(server: Server) -> Iterator[str]:
    """Of each page load the last act about a thing stands, however late the earlier ones came."""
    last: dict[tuple[Thing, str], int] = {}
    stands: dict[Thing, int] = {}
    for one in server.record:
        if one.outcome == "applied" and one.number > last.get((one.thing, one.load), 0):
            last[one.thing, one.load] = one.number
            stands[one.thing] = one.token
    for thing, token in stands.items():
        if server.state.get(thing) != token:
            yield f"of {' '.join(thing)} op{server.state.get(thing)} stands instead of op{token}"
