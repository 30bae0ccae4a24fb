"""The flight recorder of a launch: each call of the content with its answer, and what the server stored of it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from lms.reports.verdict import Call, Facts, Verdict, verdict
from lms.scorm import recorder
from lms.scorm.recorder import LaunchRow, Stretch

#: Calls that change something, by the operation that tells the server of them.
OPERATIONS = {
    "Initialize": "init",
    "LMSInitialize": "init",
    "SetValue": "set",
    "LMSSetValue": "set",
    "Commit": "commit",
    "LMSCommit": "commit",
    "Terminate": "end",
    "LMSFinish": "end",
}
#: In an address of a package's file: who has it may read the package.
FILE_TOKEN = re.compile(r"/f/[^/]*(/|$)")
#: Notes of the page itself stand among the calls, in brackets.
NOTE = "("
#: How far the operation of a call may be looked for behind others.
NEAR = 50
#: Nobody has been heard for so long: a page that is open says something every ten minutes.
SILENT = timedelta(minutes=15)
#: Launches of one list; each is read as a whole for its verdict.
MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a call of the content, an operation of the page, or both. Empty texts where there is none."""

    milliseconds: int | None = None
    method: str = ""
    element: str = ""
    value: str = ""
    result: str = ""
    error: str = ""
    activity: str = ""
    page_load: str = ""
    number: int | None = None
    outcome: str = ""
    reason: str = ""
    received_at: datetime | None = None

    @property
    def stored(self) -> bool | None:
        """None for what is not stored: questions of the content, and calls that were refused at once."""
        if self.number is not None:
            return True
        return False if self.method in OPERATIONS and self.result == "true" else None


@dataclass(frozen=True, slots=True)
class Launch:
    launch: LaunchRow
    page_loads: Sequence[str]
    last_heard: datetime | None
    rows: Sequence[Row]
    verdict: Verdict


def launches(session: Session, registration_id: int, now: datetime) -> list[Launch]:
    """The newest of a registration, with their verdicts."""
    found = recorder.launches(session, registration_id)
    loads = recorder.page_loads(session, registration_id)
    return [_launch(session, one, _of_launch(one, found, loads), loads, now) for one in found[:MOST_SHOWN]]


def launch(session: Session, registration_id: int, launch_id: int, now: datetime) -> Launch | None:
    found = recorder.launches(session, registration_id)
    one = next((one for one in found if one.id == launch_id), None)
    if one is None:
        return None
    loads = recorder.page_loads(session, registration_id)
    return _launch(session, one, _of_launch(one, found, loads), loads, now)


def _of_launch(
    one: LaunchRow, found: Sequence[LaunchRow], loads: dict[str, tuple[datetime, datetime, int]]
) -> list[str]:
    """Its page loads, the oldest first. A launch names its newest; a page that was reloaded had others before it,
    which began between this launch and the next."""
    named = {other.page_load for other in found if other.id != one.id}
    later = min((other.started_at for other in found if other.id > one.id), default=None)
    own = [
        name
        for name, (first, _last, _count) in loads.items()
        if name == one.page_load or (name not in named and first >= one.started_at and (later is None or first < later))
    ]
    return sorted(own, key=lambda name: loads[name][0])


def _launch(session: Session, one: LaunchRow, names: list[str], loads: dict[str, Any], now: datetime) -> Launch:
    operations = recorder.operations(session, one.registration_id, names)
    rows = list(aligned(recorder.stretches(session, one.id), operations))
    heard = max([at for at in (one.heard_at, *(loads[name][1] for name in names)) if at], default=None)
    over = heard is None or now - heard > SILENT
    return Launch(one, names, heard, rows, verdict(_facts(rows, operations, over=over)))


def aligned(stretches: Sequence[Stretch], operations: Sequence[Any]) -> Iterator[Row]:
    """Calls and operations in one order: each call that changed something with the operation that told of it."""
    place = 0
    for stretch in stretches:
        for call in stretch.calls:
            row = _called(call)
            at = _told(row, operations, place)
            if at is None:
                yield row
                continue
            yield from (_operation(one) for one in operations[place:at])
            yield _operation(operations[at], row)
            place = at + 1
    yield from (_operation(one) for one in operations[place:])


def _called(call: list[Any]) -> Row:
    parts = [*call, *[""] * 6]
    milliseconds = parts[0] if isinstance(parts[0], int) else None
    return Row(milliseconds, *(FILE_TOKEN.sub("/f/…/", str(one)) for one in parts[1:6]))


def _told(row: Row, operations: Sequence[Any], place: int) -> int | None:
    kind = OPERATIONS.get(row.method)
    if kind is None or row.result != "true":
        return None
    for at in range(place, min(place + NEAR, len(operations))):
        one = operations[at]
        if one.kind == kind and (kind != "set" or _is_value(row, one.body)):
            return at
    return None


def _is_value(row: Row, body: dict[str, Any]) -> bool:
    """The recorder has the beginning of a value, the history the whole of a short one."""
    if body.get("e") != row.element:
        return False
    return "v" not in body or str(body["v"])[: len(row.value)] == row.value


def _operation(one: Any, row: Row | None = None) -> Row:
    """An operation, with the call that it tells of where the recorder has it."""
    body = one.body
    value = body.get("v", f"{body['length']} characters" if "length" in body else "")
    target = f" {body['target']}" if body.get("target") else ""
    return Row(
        milliseconds=row.milliseconds if row else None,
        method=row.method if row else one.kind,
        element=row.element if row else str(body.get("e") or body.get("request", "")) + target,
        value=row.value if row else str(value),
        result=row.result if row else "",
        error=row.error if row else "",
        activity=one.activity_key,
        page_load=one.page_load,
        number=one.number,
        outcome=one.outcome,
        reason=one.reason,
        received_at=one.received_at,
    )


def _facts(rows: Sequence[Row], operations: Sequence[Any], *, over: bool) -> Facts:
    return Facts(
        calls=[
            Call(one.method, one.element, one.error, one.stored)
            for one in rows
            if (one.result or one.error) and not one.method.startswith(NOTE)
        ],
        refused=[one.reason for one in operations if one.outcome == "refused"],
        missing=_missing(operations),
        older=sum(one.outcome == "late" and one.reason != "fenced-unwritten" for one in operations),
        delay=_delay(operations),
        scripted=not any(one.kind in ("opened", "read") for one in operations),
        over=over,
    )


def _missing(operations: Sequence[Any]) -> list[int]:
    """Numbers that a page load gave out and the server never got, though it got later ones."""
    found: list[int] = []
    for name in dict.fromkeys(one.page_load for one in operations):
        had = {one.number for one in operations if one.page_load == name}
        found += sorted(set(range(1, max(had) + 1)) - had) if max(had) < 1_000_000 else []
    return found


def _delay(operations: Sequence[Any]) -> float:
    """The device's clock may be wrong by any time; how much longer one way took than another it still tells."""
    ways = [(one.received_at - one.occurred_at).total_seconds() for one in operations if one.occurred_at]
    return max(ways) - min(ways) if ways else 0
