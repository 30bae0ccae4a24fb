"""Doors that this process knows to be closed: whoever knocks there again costs no look into the database.

The database alone decides when a door closes; see `throttle`. Here it is only remembered, for as long as it was said.
"""

from datetime import datetime, timedelta
from threading import Lock

from lms.core.recent import Recent

MOST = 20_000
SWEPT = timedelta(minutes=1)


class Doors:
    def __init__(self) -> None:
        self._until: Recent[str, datetime] = Recent(MOST)
        self._lock = Lock()
        self._swept: datetime | None = None

    def close(self, key: str, seconds: int, now: datetime) -> None:
        self._until.put(key, now + timedelta(seconds=seconds))

    def wait(self, keys: tuple[str, ...], now: datetime) -> int:
        """Seconds until the last of them that is closed opens, 0 when none is."""
        found = [until for key in keys if (until := self._until.get(key)) and until > now]
        return max(1, round((max(found) - now).total_seconds())) if found else 0

    def to_be_swept(self, now: datetime) -> bool:
        """True for one caller a minute."""
        with self._lock:
            if self._swept and now - self._swept < SWEPT:
                return False
            self._swept = now
            return True
