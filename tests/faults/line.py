"""One trainee's connection: plain HTTP/1.1 with keep-alive, opened again when it has been closed."""

import http.client
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

#: The header that names what a request is about; the product does not know it.
ACT = "X-Fault-Act"
#: As long as the product's own page waits for a reply, in seconds.
LINE = 15


@dataclass(frozen=True, slots=True)
class Reply:
    """`status` 0: no whole reply has come, and `text` says why. `retry_after` None: the server has not said."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""

    @property
    def retry_after(self) -> float | None:
        said = self.headers.get("retry-after", "")
        return float(said) if said.isdecimal() else None

    @property
    def body(self) -> dict[str, Any]:
        """The JSON of the reply; empty when it is none."""
        try:
            found = json.loads(self.text)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def said(self) -> str:
        """What the trainee's page makes of it: the status and the reason."""
        return f"{self.status} {self.body.get('error', '')}".strip() if self.status else "0 no reply"


class Line:
    """`host` is whom it asks for by name, `port` where it connects to on loopback."""

    def __init__(self, port: int, host: str, cookie: str = "") -> None:
        self.port, self.host, self.cookie = port, host, cookie
        #: What the next request is about, for the points at which a process may die.
        self.act = ""
        self._open: http.client.HTTPConnection | None = None

    def get(self, path: str) -> Reply:
        return self._send("GET", path, None, {"Accept": "text/html"})

    def form(self, path: str, **fields: str) -> Reply:
        headers = {"Accept": "text/html", "Content-Type": "application/x-www-form-urlencoded"}
        return self._send("POST", path, urlencode(fields).encode(), headers)

    def post(self, path: str, given: dict[str, Any], token: str = "", *, heard: bool = True) -> Reply:
        """`heard` False: the line is cut as soon as all is sent, so that the reply is lost."""
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return self._send("POST", path, json.dumps(given).encode(), headers, heard=heard)

    def _send(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str], *, heard: bool = True
    ) -> Reply:
        headers = {"Host": self.host, "Origin": f"http://{self.host}", **headers}
        if self.cookie:
            headers["Cookie"] = self.cookie
        if self.act:
            headers[ACT] = self.act
        if self._open is None:
            self._open = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LINE)
        try:
            self._open.request(method, path, body, headers)
            if not heard:
                self.close()
                return Reply(0, text="the line was cut")
            answer = self._open.getresponse()
            found = Reply(
                answer.status,
                {name.lower(): value for name, value in answer.getheaders()},
                answer.read().decode("utf-8", "replace"),
            )
        except (OSError, http.client.HTTPException) as error:
            self.close()
            return Reply(0, text=f"{type(error).__name__}: {error}")
        if found.headers.get("connection", "").lower() == "close":
            self.close()
        return found

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None
