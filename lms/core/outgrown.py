"""Has SQLite become too small for this site? Judged by how its one writer fared in the last day.

Below a share of about 0.6 a writer waits about as long as a write takes; above it waits grow without measure, and a
peak that is a little higher than the last is answered with 503.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from lms.core.db import Database
from lms.core.turns import SPAN, Use

#: The share of five minutes in which somebody wrote, that leaves no room.
BUSY = 0.6
#: One writer in so many that waited for more than a second.
ONE_IN = 1000


@dataclass(frozen=True, slots=True)
class Fared:
    """The last day of SQLite's writer. `reasons` are sentences; with any of them the database is outgrown."""

    busiest: Use | None
    turns: int
    slow: int
    gave_up: int
    longest: float
    reasons: tuple[str, ...]

    @property
    def outgrown(self) -> bool:
        return bool(self.reasons)


def judge(db: Database) -> Fared | None:
    """None on PostgreSQL. Reads no table and takes no lock, so it may be asked as often as one likes."""
    if db.turns is None:
        return None
    uses = db.turns.uses()
    busiest = max(uses, key=lambda one: one.share, default=None)
    turns, slow, gave_up = (sum(getattr(one, name) for one in uses) for name in ("turns", "slow", "gave_up"))
    longest = max((one.longest for one in uses), default=0.0)
    reasons = []
    if busiest and busiest.share > BUSY:
        reasons.append(
            f"In the {SPAN // 60} minutes from {datetime.fromtimestamp(busiest.begins, UTC):%Y-%m-%d %H:%M} UTC "
            f"somebody wrote {busiest.share:.0%} of the time; above {BUSY:.0%} waits grow fast."
        )
    if slow * ONE_IN > turns:
        reasons.append(f"In the last day {slow} of {turns} writers waited for more than a second.")
    if gave_up:
        reasons.append(f"In the last day {gave_up} writers gave up after waiting, and were answered 503.")
    return Fared(busiest, turns, slow, gave_up, longest, tuple(reasons))
