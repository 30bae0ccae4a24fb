"""A loopback server that serves a page with a journal and answers its batches as a test tells it to."""

import itertools
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.web_ui.conftest import STATIC, environment

PAGE = """
{% from "macros/save.html" import action_bar %}<!doctype html><html lang="en"><title>Stub</title>
<script>
  window.states = [];
  addEventListener('DOMContentLoaded', () => {
    const given = Object.fromEntries(new URLSearchParams(location.search));
    const onState = (state, { count }) => states.push(`${state} ${count}`);
    const pageLoad = given.load || 'load-SERVED';
    const options = { url: '/operations', pageLoad, person: given.person, scope: given.scope, onState };
    window.journal = new Journal({ ...options, lease: Number(given.lease) });
  });
</script>
<script src="/scripts" defer></script>
<form data-sign-out data-unsent="Not all is sent." action="/signed-out"><button>Sign out</button></form>
{{ action_bar(state="none") }}
"""
#: Seconds.
PATIENCE = 90
Answer = Callable[["Stub", dict[str, Any]], tuple[int, Any]]


def store(stub: "Stub", batch: dict[str, Any], **more: Any) -> tuple[int, Any]:
    """As our server: each number once, acknowledged up to the first that is missing."""
    for op in batch["ops"]:
        stub.stored.setdefault((batch["page_load"], op["n"]), op)
    numbers = {n for load, n in stub.stored if load == batch["page_load"]}
    acked = next(n for n in range(len(numbers) + 1) if n + 1 not in numbers)
    missing = [n for n in range(acked + 1, max(numbers)) if n not in numbers]
    return 200, {"acked": acked, "missing": missing, "saved_at_text": "14:02", "late": [], "refused": [], **more}


def failing(status: int, reply: Any = None) -> Answer:
    return lambda _stub, _batch: (status, reply or {"error": "x"})


def lost(stub: "Stub", batch: dict[str, Any]) -> tuple[int, Any]:
    """Stored, but the line breaks before the answer."""
    store(stub, batch)
    return 0, None


class Stub:
    """`answers` are used up one by one, then `usually` answers. `held` keeps answers back until it is set.

    A page whose address names no page load gets one of its own each time it is served: load-1, load-2, …
    """

    def __init__(self) -> None:
        self.stored: dict[tuple[str, int], dict[str, Any]] = {}
        self.batches: list[dict[str, Any]] = []
        self.answers: list[Answer] = []
        self.usually: Answer = store
        self.held = threading.Event()
        self.held.set()
        self.at_once = self.most_at_once = 0
        self.changed = threading.Condition()
        self.page = environment().from_string(PAGE).render().encode()
        self.served = itertools.count(1)

    def __enter__(self) -> "Stub":
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Handler,), {"stub": self}))
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.held.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.server.server_port}"

    @property
    def elsewhere(self) -> str:
        """A page without a journal. A browser gives a closing tab half a second to say farewell, which a busy machine
        may not have; a page that makes room for another of its site says it for certain."""
        return f"{self.origin}/elsewhere"

    def url(self, load: str = "load-1", person: int = 7, scope: str = "attempt:1", lease: int = 1) -> str:
        return f"{self.origin}/page?load={load}&person={person}&scope={scope}&lease={lease}"

    def receive(self, batch: dict[str, Any]) -> tuple[int, Any]:
        with self.changed:
            self.batches.append(batch)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            self.changed.notify_all()
        self.held.wait(PATIENCE)
        with self.changed:
            status, reply = (self.answers.pop(0) if self.answers else self.usually)(self, batch)
            self.at_once -= 1
            self.changed.notify_all()
        return status, reply

    def wait(self, met: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(met, PATIENCE), f"stored: {sorted(self.stored)}, batches: {self.batches}"

    def numbers(self, load: str = "load-1") -> list[int]:
        return sorted(n for one, n in self.stored if one == load)

    def sent(self) -> list[tuple[str, list[int]]]:
        return [(batch["page_load"], [op["n"] for op in batch["ops"]]) for batch in self.batches]


class Handler(BaseHTTPRequestHandler):
    stub: Stub
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/scripts":
            scripts = [(STATIC / name).read_bytes() for name in ("ui.js", "journal.js")]
            self._send(200, "text/javascript; charset=utf-8", b"\n".join(scripts))
        elif path == "/elsewhere":
            self._send(200, "text/html; charset=utf-8", b"<!doctype html><title>Elsewhere</title>")
        elif path == "/page":
            page = self.stub.page.replace(b"SERVED", b"%d" % next(self.stub.served))
            self._send(200, "text/html; charset=utf-8", page)
        else:
            self._send(200, "text/html; charset=utf-8", b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        batch = json.loads(body) | {"bytes": len(body)}
        status, reply = self.stub.receive(batch)
        if not status:
            self.close_connection = True
        elif isinstance(reply, bytes):
            self._send(status, "text/html", reply)
        else:
            self._send(status, "application/json", json.dumps(reply).encode(), reply.get("retry_after"))

    def _send(self, status: int, kind: str, body: bytes, retry_after: int | None = None) -> None:
        try:
            self.send_response(status)
            if retry_after:
                self.send_header("Retry-After", str(retry_after))
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)
        except ConnectionError:
            self.close_connection = True  # the page has gone

    def log_message(self, *_args: object) -> None:
        pass


def query(url: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query)
