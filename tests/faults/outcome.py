"""What became of one seed: what is lost, what counts twice, what trainees were told, and whether it went on."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from lms.core.db import Database
from tests.faults import record
from tests.faults.databases import Place, Template
from tests.faults.trainee import Trainee


@dataclass(slots=True)
class Outcome:
    """`messages` counts what trainees were told; `odd` is what nobody should have been told, or what did not happen."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    messages: Counter[str] = field(default_factory=Counter)
    recovered: bool = True
    odd: list[str] = field(default_factory=list)
    acknowledged: int = 0
    note: str = ""
    #: What was meant to happen has happened.
    met: bool = True

    @property
    def safe(self) -> bool:
        return self.recovered and not (self.lost or self.doubled or self.odd)

    @property
    def good(self) -> bool:
        """A run in which nothing was acknowledged, or nothing failed, proves nothing."""
        return self.safe and self.met and self.acknowledged > 0


Fault = Callable[[int, Template], Outcome]


def judged(url: str, trainees: Sequence[Trainee], note: str = "", met: bool = True) -> Outcome:
    """What the trainees have seen, against the database at `url`."""
    db = Database(url)
    try:
        found = record.compare(db, trainees)
    finally:
        db.close()
    return Outcome(
        found.lost,
        found.doubled,
        sum((one.seen.told for one in trainees), Counter()),
        all(one.recovered for one in trainees),
        [text for one in trainees for text in one.seen.odd],
        record.acknowledged(trainees),
        note,
        met,
    )


def trainees_of(place: Place, port: int, seed: int) -> list[Trainee]:
    return [Trainee(place.scene, seat, port, seed) for seat in place.scene.seats]
