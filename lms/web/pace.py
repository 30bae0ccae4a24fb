"""How fast one person may send, and how many requests at a time: far more than any page does, and refused before a
database is asked."""

import time
from collections import Counter, OrderedDict
from collections.abc import Hashable
from threading import Lock

from flask import Flask, g, request
from flask import session as cookie

from lms.core.errors import TooMany
from lms.web.context import context, settings
from lms.web.transaction import SAFE

#: Requests that store something, of one person or one package in one process: so many a second for as long as it
#: likes, after so many at once. A page waits a fifth of a second for more before it sends.
A_SECOND, AT_ONCE = 50.0, 500.0
RETRY_AFTER = 5
MOST = 20_000


class Pace:
    """For each key when it will have been paid for all it has sent; forgotten are those that sent longest ago."""

    def __init__(self, a_second: float, at_once: float, together: int = 1_000, most: int = MOST) -> None:
        self._together = together
        self._under_way: Counter[Hashable] = Counter()
        self._cost, self._credit, self._most = 1 / a_second, at_once / a_second, most
        self._until: OrderedDict[Hashable, float] = OrderedDict()
        self._lock = Lock()

    def allows(self, key: Hashable, now: float) -> bool:
        """Count one request, if it may be; what is refused is not counted."""
        with self._lock:
            until = max(self._until.pop(key, now), now)
            allowed = until - now <= self._credit - self._cost and self._under_way[key] < self._together
            self._until[key] = until + self._cost if allowed else until
            if len(self._until) > self._most:
                self._until.popitem(last=False)
            if allowed:
                self._under_way[key] += 1
            elif not self._under_way[key]:
                del self._under_way[key]
            return allowed

    def done(self, key: Hashable) -> None:
        with self._lock:
            self._under_way[key] -= 1
            if self._under_way[key] <= 0:
                del self._under_way[key]


def keep(key: Hashable) -> None:
    """Raises TooMany."""
    pace = _pace()
    if not pace.allows(key, time.monotonic()):
        raise TooMany(retry_after=RETRY_AFTER)
    g.under_way = pace, key


def _pace() -> Pace:
    """One person holds half of the threads at most."""
    known = context().extra
    together = max(2, settings().web_threads // 2)
    return known.get("pace") or known.setdefault("pace", Pace(A_SECOND, AT_ONCE, together))


def done(_error: BaseException | None) -> None:
    """At the end of each request, whatever came of it."""
    if under_way := g.pop("under_way", None):
        pace, key = under_way
        pace.done(key)


def _keep_person() -> None:
    if request.method not in SAFE and (token := cookie.get("_user_id")):
        keep(token)


def init(app: Flask) -> None:
    """Of who is signed in; before the body is taken in."""
    app.before_request(_keep_person)
