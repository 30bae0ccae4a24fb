"""How gunicorn runs the product, whoever starts it: `gunicorn --config python:lms.web.gunicorn wsgi:app`."""

import contextlib
import os
from typing import Any

from lms.core.draining import READY, is_leaving

#: Threads, and a main loop that slow clients cannot hold up.
worker_class = "lms.web.listener.Worker"
#: Loaded once, shared by all workers: half the time to start, and less memory.
preload_app = True
#: Longer than the proxy in front keeps an idle connection, so that it is never we who close one that it just uses.
keepalive = 10
loglevel = "warning"
control_socket_disable = True


def pre_request(_worker: Any, request: Any) -> None:
    """Who is about to end closes each connection with its next answer: what comes after goes to others."""
    if is_leaving():
        request.force_close()


def post_worker_init(_worker: Any) -> None:
    """Tells a supervisor that waits for it, once, that requests are taken now."""
    number = os.environ.get(READY, "")
    if number.isdecimal():
        with contextlib.suppress(OSError):
            os.write(int(number), b"1")
