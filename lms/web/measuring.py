"""Counting and timing every request, outside of all else that answers it."""

import contextlib
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from flask import has_request_context, request

from lms.core import metrics
from lms.core.pulse import Pulse

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
#: Endpoints whose success is an acknowledgement, and of what.
BATCHES = {
    "lessons.operations": "lesson",
    "quizzes.operations": "quiz",
    "quizzes.save_question": "quiz",
    "runtime.operations": "package",
}
#: By blueprint; what is not here is the staff's. Static files, health and metrics are nobody's.
KINDS = {
    "learning": "page", "lessons": "page", "quizzes": "page", "certificates": "page", "check": "page",
    "runtime": "package", "files": "package", "shell": "package", "player": "package", "probe": "package",
    "accounts": "sign-in",
}  # fmt: skip
NOBODYS = frozenset(("health", "metrics", ""))


def kind_of(endpoint: str) -> str | None:
    """The kind under which `pulse` counts an endpoint; None for what is not counted there."""
    if endpoint in BATCHES:
        return "save"
    blueprint = endpoint.partition(".")[0]
    return None if blueprint in NOBODYS else KINDS.get(blueprint, "staff")


def where() -> str:
    """What is being answered here, for the log of slow queries."""
    return (request.endpoint or "") if has_request_context() else ""


class Proxies:
    """Leaves a file for `lms doctor` when requests name other proxies than the setting says; once a process."""

    def __init__(self, folder: Path, trusted: int) -> None:
        self._folder, self._trusted, self._told = folder, trusted, False
        for name in ("seen-proxy", "seen-few-proxies"):
            with contextlib.suppress(OSError):
                (folder / name).unlink(missing_ok=True)

    def look(self, named: str) -> None:
        """`named`: X-Forwarded-For as it came, to which each proxy adds a value."""
        if self._told or (self._trusted and named.count(",") + 1 >= self._trusted):
            return
        self._told = True
        with contextlib.suppress(OSError):
            (self._folder / ("seen-few-proxies" if self._trusted else "seen-proxy")).touch()


def measured(app: Wsgi, pulse: Pulse, proxies: Proxies) -> Wsgi:
    """`app`, watched. The time ends when the answer is ready, not when a slow line has taken all of it."""
    kinds: dict[str, str | None] = {}

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        began, status = time.perf_counter(), "500"

        def started(line: str, *given: Any) -> Any:
            nonlocal status
            status = line[:3]
            return start(line, *given)

        if named := environ.get("HTTP_X_FORWARDED_FOR"):
            proxies.look(named)
        metrics.count("lms_requests_in_flight")
        try:
            return app(environ, started)
        finally:
            took = time.perf_counter() - began
            endpoint = environ.get("lms.endpoint", "")  # static files have none
            if endpoint not in kinds:
                kinds[endpoint] = kind_of(endpoint)
            if kinds[endpoint]:
                pulse.beat(kinds[endpoint], took, int(status))
            _keep(endpoint or "none", status, took)

    return answer


def _keep(endpoint: str, status: str, took: float) -> None:
    if not metrics.is_on():
        return
    metrics.count("lms_requests_in_flight", amount=-1)
    metrics.count("lms_requests_total", endpoint, status)
    metrics.observe("lms_request_seconds", took, endpoint)
    if status == "200" and endpoint in BATCHES:
        metrics.count("lms_batches_total", BATCHES[endpoint])
