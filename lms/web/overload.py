"""More than can be answered: who has waited too long is told so at once, and when to come again."""

import random
import time

from flask import Flask, request

from lms.core.errors import Busy
from lms.web import pace
from lms.web.context import settings
from lms.web.transaction import SAFE

#: What the listener says of a request: for how many seconds it has stood in line, and that its body found no room.
WAITED, NO_ROOM = "cleanroom.waited", "cleanroom.no_room"
#: The page of a journal gives up after 15 seconds; what it sent is answered before, or not worth answering.
SAVES, VIEWS = 12.0, 8.0
#: Clocks that differ by more say nothing, in seconds.
MOST_BELIEVED = 600.0


def _refuse_late() -> None:
    waited = max(request.environ.get(WAITED, 0.0), _since_proxy())
    if waited > (VIEWS if request.method in SAFE else SAVES) or request.environ.get(NO_ROOM):
        raise Busy(retry_after=random.randint(5, 15))  # else all of them come again at the same moment


def _since_proxy() -> float:
    """For how long a proxy in front has waited with this request, if it says when it had all of it."""
    said = request.environ.get("HTTP_X_REQUEST_START", "")
    if not said or not settings().trusted_proxies:
        return 0.0
    try:
        waited = time.time() - float(said.removeprefix("t="))
    except ValueError:
        return 0.0
    return waited if waited < MOST_BELIEVED else 0.0


def init(app: Flask) -> None:
    app.before_request(_refuse_late)
    app.teardown_appcontext(pace.done)
