"""One request's work on a run: what is read late and kept, what changed, and what is written at the end."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.core import ids
from lms.core.actor import Actor
from lms.engines.scorm import runtime
from lms.engines.scorm.handover import shared_values
from lms.engines.scorm.process import Decision
from lms.learning import service as learning
from lms.scorm.queries import RUNS, RunRow
from lms.scorm.service import attempts
from lms.scorm.service import situation as situations
from lms.scorm.service.attempts import Attempt
from lms.scorm.service.situation import Situation

Json = dict[str, Any]
#: Longer values stand in the history as length and hash: the snapshot at the end has them whole.
LONGEST_VALUE = 1_000


@dataclass(slots=True)
class Play:
    """`lease` is that of the page whose operations are at work, `navigated` what the last navigation came to. `judged`
    are attempts whose results are due, `results` those that the learner gave; `relevant`: something was set on which
    validity may depend."""

    session: Session
    actor: Actor
    run: RunRow
    lease: int
    now: datetime
    events: list[Json] = field(default_factory=list)
    navigated: Decision | None = None
    relevant: bool = False
    judged: list[Attempt] = field(default_factory=list)
    results: dict[str, tuple[str, Decimal | None]] = field(default_factory=dict)
    _attempts: dict[tuple[str, int], Attempt | None] = field(default_factory=dict)
    _situation: Situation | None = None
    _changes: Json = field(default_factory=dict)
    _moved: bool = False

    @property
    def registration_id(self) -> int:
        return self.run.registration_id

    def know(self, attempt: Attempt | None, key: str, number: int) -> None:
        """What a statement has read already."""
        self._attempts[key, number] = attempt

    def attempt(self, key: str, number: int) -> Attempt | None:
        if (key, number) not in self._attempts:
            self._attempts[key, number] = attempts.find(self.session, self.registration_id, key, number)
        return self._attempts[key, number]

    def latest(self, key: str) -> Attempt | None:
        """The newest attempt at an activity, as it is in hand, be it written yet or not."""
        found = attempts.latest(self.session, self.registration_id, key)
        return self._attempts.setdefault((key, found.number), found) if found else None

    @property
    def current(self) -> Attempt | None:
        """The attempt at the activity that was delivered last."""
        number = self.run.decision.get("attempt")
        return self.attempt(self.run.current, number) if self.run.current and number else None

    def situation(self, *, lock: bool = True) -> Situation:
        if self._situation is None:
            self._situation = situations.load(self.session, self.registration_id, lock=lock)
        return self._situation

    def change(self, **columns: Any) -> None:
        """Columns of the run, written once at the end."""
        for name, value in columns.items():
            setattr(self.run, name, value)
        self._changes |= columns

    def moved(self) -> None:
        """The state of sequencing has changed."""
        self._moved = True

    def record(
        self, kind: str, body: Json, key: str, number: int | None, *, reason: str = "", outcome: str = "applied"
    ) -> None:
        """An act of the server."""
        self.events.append(
            learning.event_row(
                registration_id=self.registration_id,
                page_load=f"server-{ids.short_id()}",
                number=0,
                activity_key=key,
                kind=kind,
                body=body,
                received_at=self.now,
                actor=self.actor,
                attempt_id=number,
                outcome=outcome,
                reason=reason,
            )
        )

    def judge(self, attempt: Attempt) -> None:
        attempt.unjudged = False
        if attempt not in self.judged:
            self.judged.append(attempt)

    def closed(self, attempt: Attempt) -> None:
        """A session has ended, in whatever way: all its values stand in the history, and what it shares is shared."""
        attempt.changed = True
        self.judge(attempt)
        values = dict(attempt.session.values)
        body = {"k": attempt.key, "a": attempt.number, "values": values}
        self.record("snapshot", body, attempt.key, attempt.number)
        if attempt.session.stores and (shared := shared_values(attempt.session)):
            self.situation().stores |= shared
            self.moved()

    def take_away(self, attempt: Attempt) -> None:
        """The SCO has not terminated itself."""
        if attempt.session.phase == runtime.RUNNING:
            attempt.session.close(finished=False)
            attempt.unrecorded = True
            self.closed(attempt)

    def write(self) -> None:
        """Everything that changed: the history in one statement, each attempt in one, the run in one."""
        learning.append_events(self.session, self.events)
        self.events = []
        for attempt in self._attempts.values():
            if attempt and attempt.changed:
                attempts.write(self.session, self.registration_id, attempt, self.now)
        if self._moved and self._situation:
            self._changes |= situations.store(self.session, self._situation)
            self._moved = False
        if self._changes:
            mine = RUNS.c.registration_id == self.registration_id
            self.session.execute(update(RUNS).where(mine).values(**self._changes))
            self._changes = {}
