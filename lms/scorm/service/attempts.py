"""Attempts at activities: the run-time data of each, read and written whole."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from lms.core import upsert
from lms.core.statements import Statement
from lms.engines.scorm import runtime
from lms.engines.scorm.runtime import ENDED
from lms.scorm.queries import ATTEMPT_COLUMNS, ATTEMPTS

_ROW = ATTEMPTS.c
_ONE = Statement(
    select(*ATTEMPT_COLUMNS).where(
        _ROW.registration_id == bindparam("registration_id"),
        _ROW.activity_key == bindparam("key"),
        _ROW.number == bindparam("of_number"),
    )
)
_LATEST = Statement(
    select(*ATTEMPT_COLUMNS)
    .where(_ROW.registration_id == bindparam("registration_id"), _ROW.activity_key == bindparam("key"))
    .order_by(_ROW.number.desc())
    .limit(1)
)
_WRITE = Statement(
    update(ATTEMPTS)
    .where(
        _ROW.registration_id == bindparam("registration"),
        _ROW.activity_key == bindparam("key"),
        _ROW.number == bindparam("of_number"),
    )
    .values(
        phase=bindparam("phase"),
        data=bindparam("data"),
        told=bindparam("told"),
        changed_at=bindparam("changed_at"),
        ended_at=bindparam("ended_at"),
    )
)


@dataclass(slots=True)
class Attempt:
    """`told` is what the SCO has set since it was launched. `unrecorded`: sequencing does not know yet that the session
    has ended. `unjudged`: something that a result depends on was set and not committed yet."""

    key: str
    number: int
    session: runtime.Session
    told: list[str]
    unrecorded: bool = False
    unjudged: bool = False
    changed: bool = False


def of_row(row: Any) -> Attempt | None:
    """From ATTEMPT_COLUMNS; None where an outer join found nothing."""
    if row is None or row.data is None:
        return None
    data = row.data
    return Attempt(
        row.activity_key,
        row.number,
        runtime.from_json(data),
        list(row.told),
        data.get("unrecorded", False),
        data.get("unjudged", False),
    )


def find(session: Session, registration_id: int, key: str, number: int) -> Attempt | None:
    given = {"registration_id": registration_id, "key": key, "of_number": number}
    return of_row(_ONE.first(session, given))


def latest(session: Session, registration_id: int, key: str) -> Attempt | None:
    return of_row(_LATEST.first(session, {"registration_id": registration_id, "key": key}))


def write(session: Session, registration_id: int, attempt: Attempt, now: datetime) -> None:
    given = {
        "registration": registration_id,
        "key": attempt.key,
        "of_number": attempt.number,
        "phase": attempt.session.phase,
        "data": _data(attempt),
        "told": attempt.told,
        "changed_at": now,
        "ended_at": now if attempt.session.phase == ENDED else None,
    }
    _WRITE.run(session, [given])
    attempt.changed = False


def begin(session: Session, registration_id: int, attempt: Attempt, now: datetime) -> None:
    """A new attempt, or a new session of one that goes on."""
    columns = {"phase": attempt.session.phase, "data": _data(attempt), "told": attempt.told, "changed_at": now}
    given = upsert.insert(session, ATTEMPTS).values(
        registration_id=registration_id, activity_key=attempt.key, number=attempt.number, began_at=now, **columns
    )
    changes = {name: given.excluded[name] for name in columns} | {"ended_at": None}
    session.execute(
        given.on_conflict_do_update(index_elements=["registration_id", "activity_key", "number"], set_=changes)
    )
    attempt.changed = False


def _data(attempt: Attempt) -> dict[str, Any]:
    data = runtime.to_json(attempt.session) | {"valid": None}
    flags = {"unrecorded": attempt.unrecorded, "unjudged": attempt.unjudged}
    return data | {name: True for name, raised in flags.items() if raised}
