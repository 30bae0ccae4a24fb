"""How gunicorn runs the product, whoever starts it: `gunicorn --config python:lms.web.gunicorn wsgi:app`."""

from typing import Any

from lms.core.draining import is_draining

worker_class = "gthread"
#: Loaded once, shared by all workers: half the time to start, and less memory.
preload_app = True
#: Longer than the proxy in front keeps an idle connection, so that it is never we who close one that it just uses.
keepalive = 10
loglevel = "warning"
control_socket_disable = True


def pre_request(_worker: Any, request: Any) -> None:
    """A node that drains closes each connection with its next answer: what comes after goes to another node."""
    if is_draining():
        request.force_close()
