"""How fast one person may send: far more than any page does, and refused before a database is asked."""

import time
from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock

from flask import Flask, request
from flask import session as cookie

from lms.core.errors import TooMany
from lms.web.context import context
from lms.web.transaction import SAFE

#: Requests that store something, of one person or one package in one process: so many a second for as long as it
#: likes, after so many at once. A page waits a fifth of a second for more before it sends.
A_SECOND, AT_ONCE = 50.0, 500.0
RETRY_AFTER = 5
MOST = 20_000


class Pace:
    """For each key when it will have been paid for all it has sent; forgotten are those that sent longest ago."""

    def __init__(self, a_second: float, at_once: float, most: int = MOST) -> None:
        self._cost, self._credit, self._most = 1 / a_second, at_once / a_second, most
        self._until: OrderedDict[Hashable, float] = OrderedDict()
        self._lock = Lock()

    def allows(self, key: Hashable, now: float) -> bool:
        """Count one request, if it may be; what is refused is not counted."""
        with self._lock:
            until = max(self._until.pop(key, now), now)
            allowed = until - now <= self._credit - self._cost
            self._until[key] = until + self._cost if allowed else until
            if len(self._until) > self._most:
                self._until.popitem(last=False)
            return allowed


def keep(key: Hashable) -> None:
    """Raises TooMany."""
    known = context().extra
    pace: Pace = known.get("pace") or known.setdefault("pace", Pace(A_SECOND, AT_ONCE))
    if not pace.allows(key, time.monotonic()):
        raise TooMany(retry_after=RETRY_AFTER)


def _keep_person() -> None:
    if request.method not in SAFE and (token := cookie.get("_user_id")):
        keep(token)


def init(app: Flask) -> None:
    """Of who is signed in; before the body is taken in."""
    app.before_request(_keep_person)
