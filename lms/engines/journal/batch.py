"""What goes into a decision and what comes out of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lms.engines.journal.numbers import Acknowledgement
from lms.engines.journal.operation import Operation

NO_TIME = timedelta(0)


@dataclass(frozen=True)
class Row:
    """The row that the operations guard: its lease, its revision, and until when it takes them.

    `lease` is the highest number given out, `written_lease` that of the newest launch that has changed state (0: none).
    `known` is a mark of what stands now, for pages that say what they have shown.
    """

    lease: int = 0
    revision: int = 0
    written_lease: int = 0
    deadline: datetime | None = None
    accept_late: timedelta = NO_TIME
    closed: bool = False
    known: str = ""


@dataclass(frozen=True)
class Batch:
    """What a page sends. `lease` is the one its launch holds, None where none is taken (reading a lesson).

    `revision` is the newest that the page knows, `sent_at` the time by its own clock; neither decides anything. `known`
    is the mark of what the page has shown, "" when it does not say.
    """

    operations: Sequence[Any]
    received_at: datetime
    lease: int | None = None
    revision: int | None = None
    sent_at: datetime | None = None
    known: str = ""


@dataclass(frozen=True)
class Decision:
    """`stored`: the caller adds it to the record now. `applies`: it may change state.

    `out_of_order`: a later number of the page load came first and must not be overwritten. `clock_ahead`: the device
    dates it after its own receipt.
    """

    operation: Operation
    verdict: str
    reason: str = ""
    stored: bool = False
    applies: bool = False
    out_of_order: bool = False
    clock_ahead: bool = False


@dataclass(frozen=True)
class Plan:
    """`revision` and `written_lease` are the row's after the batch. `refusal` is why the whole batch is refused, or "".

    `fenced`: this page must turn read-only. `stale`: others have changed the state since the page last heard. `skew`
    is the device's clock minus the server's.
    """

    decisions: tuple[Decision, ...]
    acknowledgement: Acknowledgement
    revision: int
    written_lease: int
    fenced: bool = False
    stale: bool = False
    skew: timedelta | None = None
    refusal: str = ""

    @property
    def applied(self) -> tuple[Operation, ...]:
        """In the order in which to apply them."""
        return tuple(decision.operation for decision in self.decisions if decision.applies)
