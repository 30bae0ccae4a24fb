"""A loopback server that plays the content host: the shipped shell, and a small course that a test can make fail."""

import json
import tempfile
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lms.engines.scorm.definition import Activity
from lms.engines.scorm.handover import Learner, begin, begin_12
from lms.engines.scorm.report import Initial
from lms.engines.scorm.runtime import Session, to_json
from lms.web import assets
from tests.browser.stub import PATIENCE
from tests.web_ui.conftest import environment

ALICE = Learner("alice-7", "Kim, Alice")
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'"
)
NAVIGATION = ("continue", "previous", "exit", "exitAll", "abandon", "abandonAll", "suspendAll")
#: A SCO that does what its test tells it: `sco.api` is what the standard's search finds.
SCO = """<!doctype html><html lang="en"><meta charset="utf-8"><title>TITLE</title>
<meta name="viewport" content="width=device-width"><h1>TITLE</h1><p>BODY</p>
<script>
  const search = (win) => {
    for (let n = 0; win && n < 500; n += 1, win = win.parent) {
      if (win.API_1484_11 || win.API) return win.API_1484_11 || win.API;
      if (win.parent === win) return null;
    }
    return null;
  };
  window.api = search(window) || (window.opener && search(window.opener));
</script>SCRIPT"""
TERMINATES = "<script>api.Initialize(''); addEventListener('pagehide', () => { LAST api.Terminate(''); });</script>"
Reply = tuple[int, Any]


class Course:
    """Three parts one after the other. What is stored stays; the newest take holds the lease."""

    def __init__(self, standard: str = "2004", parts: int = 3) -> None:
        self.standard, self.parts = standard, parts
        self.launches = 0
        self.place: int | None = 0
        self.ended = False
        self.kind, self.unscripted = "sco", "opened"
        self.hide: list[str] = []
        self.message = ""
        self.more: dict[str, Any] = {}
        self.stored: dict[tuple[str, int], dict[str, Any]] = {}
        self.lease_of: dict[str, int] = {}
        self.resumed: dict[str, str] = {}

    def take(self) -> dict[str, Any]:
        self.launches += 1
        load = f"load-{self.launches}"
        self.lease_of[load] = self.launches
        first = {"page_load": load, "lease": self.launches, "revision": 1, "standard": f"scorm-{self.standard}"}
        return first | {"title": "Course", "back": "/course", "person": "p", "scope": "s"} | self.delivery() | self.more

    def delivery(self) -> dict[str, Any]:
        made = None if self.place is None or self.ended else self._part(self.place)
        return {"delivery": made, "ended": self.ended, "exception": "", "message": self.message} | self.standing()

    def standing(self) -> dict[str, Any]:
        here = self.place
        last = self.parts - 1
        nav = dict.fromkeys(NAVIGATION, not self.ended)
        nav |= {"continue": not self.ended and here != last, "previous": not self.ended and bool(here)}
        entries = [("ORG", "Working in Grade C", 0)]
        entries += [(f"ITEM-{n}", f"Part {n + 1}", 1) for n in range(self.parts)]
        outline = [
            {
                "id": item, "title": title, "depth": depth, "leaf": bool(depth), "current": item == f"ITEM-{here}",
                "status": "in-progress" if item in ("ORG", f"ITEM-{here}") else "not-started",
                "choosable": bool(depth) and not self.ended and item != "ITEM-2",
            }
            for item, title, depth in entries
        ]  # fmt: skip
        valid = {name: str(on).lower() for name, on in nav.items()} | {"choice": {"ITEM-1": "true"}, "jump": {}}
        return {"nav": nav, "outline": outline, "valid": valid}

    def _part(self, place: int) -> dict[str, Any]:
        return {
            "key": f"sco-{place + 1}", "item": f"ITEM-{place}", "attempt": 1, "title": f"Part {place + 1}",
            "href": f"/f/token/part-{place + 1}.html", "kind": self.kind, "session": to_json(self._session()),
            "unscripted": self.unscripted, "hide": self.hide,
        }  # fmt: skip

    def _session(self) -> Session:
        if self.standard == "1.2":
            return begin_12(ALICE, Activity("a"))
        return begin(ALICE, Initial((), None, None, "", "", "", ()))

    def operations(self, batch: dict[str, Any]) -> dict[str, Any]:
        load = batch["page_load"]
        older = self.lease_of.get(load, 0) < self.launches
        reply: dict[str, Any] = {"saved_at_text": "14:02", "late": [], "refused": []}
        for op in batch["ops"]:
            if (load, op["n"]) in self.stored:
                continue
            self.stored[load, op["n"]] = op
            if not older:
                reply |= self._navigated(op)
        numbers = {n for one, n in self.stored if one == load}
        acked = next(n for n in range(len(numbers) + 1) if n + 1 not in numbers)
        missing = [n for n in range(acked + 1, max(numbers, default=0)) if n not in numbers]
        return reply | {"acked": acked, "missing": missing} | ({"older": True} if older else {})

    def _navigated(self, op: dict[str, Any]) -> dict[str, Any]:
        request, target = op["body"].get("request"), op["body"].get("target")
        if op["kind"] == "end" and not op["body"].get("taken"):
            request = self._wish(op["body"]["k"])
        if not request:
            return {}
        if request == "choice":
            self.place = int(target.removeprefix("ITEM-"))
        elif request in ("continue", "previous") and self.place is not None:
            self.place += 1 if request == "continue" else -1
        else:
            self.ended = True
        return self.delivery()

    def _wish(self, key: str) -> str:
        sets = [op["body"] for op in self.acts("set") if op["body"]["k"] == key]
        return next((one["v"] for one in reversed(sets) if one["e"] == "adl.nav.request"), "")

    def acts(self, kind: str = "") -> list[dict[str, Any]]:
        return [op for _, op in sorted(self.stored.items()) if not kind or op["kind"] == kind]


class PlayerStub:
    """`fail` names a path and the status that it gets until it is taken out; 0 breaks the line. The reply to a batch
    with an act of a kind in `lost` gets lost, once, after the batch has been stored."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.scripts: dict[str, str] = {}
        self.fail: dict[str, int] = {}
        self.lost: set[str] = set()
        self.codes = {"code"}
        self.tokens: list[str] = []
        self.traces: list[list[Any]] = []
        self.batches: list[dict[str, Any]] = []
        self.changed = threading.Condition()
        self.folder = Path(tempfile.mkdtemp())
        names = assets.build(self.folder / "static")
        made = environment()
        made.globals["asset"] = lambda name: f"/static/{names[name]}"
        self.page = made.get_template("player/shell.html").render(title="Working in Grade C", back="/course").encode()

    def __enter__(self) -> "PlayerStub":
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Handler,), {"stub": self}))
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    @property
    def origin(self) -> str:
        return f"http://abc.localhost:{self.server.server_port}"

    @property
    def url(self) -> str:
        """As the LMS's Start leads to it."""
        self.codes.add("code")
        return f"{self.origin}/#code"

    def wait(self, met: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(met, PATIENCE), f"stored: {self.course.acts()}"

    def file(self, path: str) -> bytes:
        name = path.rsplit("/", 1)[-1].removesuffix(".html")
        title = name.replace("-", " ").capitalize()
        return SCO.replace("TITLE", title).replace("SCRIPT", self.scripts.get(name, "")).encode()

    def post(self, path: str, body: dict[str, Any], token: str) -> Reply:
        with self.changed:
            try:
                return self._post(path, body, token)
            finally:
                self.changed.notify_all()

    def _post(self, path: str, body: dict[str, Any], token: str) -> Reply:
        if path in self.fail:
            return self.fail[path], {"error": "expired", "url": "/course?again"}
        if path == "/x/exchange":
            if body["code"] not in self.codes:
                return 401, {"error": "code", "back": "/course"}
            self.codes.discard(body["code"])
            return 200, {"token": self._token(), "person": "p", "scope": "s"}
        if token not in self.tokens:
            return 401, {"error": "expired", "url": "/course?again"}
        if path == "/x/take":
            return 200, self.course.take()
        if path == "/x/trace":
            self.traces.append(body["calls"])
            return 204, None
        self.batches.append(body)
        reply = self.course.operations(body)
        lost = self.lost & {op["kind"] for op in body["ops"]}
        self.lost -= lost
        return 0 if lost else 200, reply

    def _token(self) -> str:
        self.tokens.append(f"token-{len(self.tokens) + 1}")
        return self.tokens[-1]


class Handler(BaseHTTPRequestHandler):
    stub: PlayerStub
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        static = self.stub.folder / path.lstrip("/")
        if path == "/":
            self._send(200, "text/html; charset=utf-8", self.stub.page, {"Content-Security-Policy": CSP})
        elif path.startswith("/static/") and static.is_file():
            kinds = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
            self._send(200, kinds[static.suffix], static.read_bytes())
        elif path.startswith("/f/"):
            self._send(200, "text/html; charset=utf-8", self.stub.file(path))
        else:
            self._send(200, "text/html; charset=utf-8", b"<!doctype html><title>The course page</title>")

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"]))
        token = (self.headers["Authorization"] or "").removeprefix("Bearer ")
        status, reply = self.stub.post(self.path, json.loads(text) | {"bytes": len(text)}, token)
        if status:
            self._send(status, "application/json", b"" if reply is None else json.dumps(reply).encode())
        else:
            self.close_connection = True

    def _send(self, status: int, kind: str, body: bytes, more: dict[str, str] | None = None) -> None:
        try:
            self.send_response(status)
            headers = {"Content-Type": kind, "Cache-Control": "no-store"} | (more or {})
            headers |= {} if status == 204 else {"Content-Length": str(len(body))}
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        except ConnectionError:
            self.close_connection = True

    def log_message(self, *_args: object) -> None:
        pass
