"""A small HTTP/1.1 client on asyncio streams: keep-alive, cookies, gzip asked for, loopback only."""

import asyncio
import gzip
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

#: A reply that has not come by then never will, in seconds.
PATIENCE = 30


@dataclass(slots=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    def text(self) -> str:
        zipped = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if zipped else self.body).decode()


@dataclass(frozen=True, slots=True)
class Request:
    """`person` is whose cookies are sent; None for nobody's. `host` is asked for by name, and the page is from there;
    empty: the server's own. `token` goes along as a bearer token. `form`: the body is that of a form, else JSON.
    `heard` is told the reply when it has the `expected` status."""

    path: str
    person: int | None = None
    body: bytes | None = None
    host: str = ""
    token: str = ""
    form: bool = False
    expected: int = 200
    heard: Callable[[Reply], None] | None = None


@dataclass(slots=True)
class Browser:
    """`cookies` by person; a server that renews one replaces it, as in a browser."""

    port: int
    cookies: dict[int, dict[str, str]] = field(default_factory=dict)

    def encoded(self, request: Request) -> bytes:
        host = request.host or f"localhost:{self.port}"
        lines = [
            f"{'GET' if request.body is None else 'POST'} {request.path} HTTP/1.1",
            f"Host: {host}",
            "User-Agent: Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile",
            "Accept: text/html,application/xhtml+xml"
            if request.body is None or request.form
            else "Accept: application/json",
            "Accept-Encoding: gzip, deflate, br",
            "Accept-Language: en",
        ]
        kept = self.cookies.get(request.person or 0)
        if kept:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in kept.items()))
        if request.token:
            lines.append(f"Authorization: Bearer {request.token}")
        if request.body is not None:
            lines += [
                f"Origin: http://{host}",
                f"Content-Type: application/{'x-www-form-urlencoded' if request.form else 'json'}",
                f"Content-Length: {len(request.body)}",
            ]
        return "\r\n".join([*lines, "", ""]).encode() + (request.body or b"")

    def keep(self, request: Request, header: str) -> None:
        name, _, value = header.partition(";")[0].partition("=")
        if request.person is not None:
            self.cookies.setdefault(request.person, {})[name.strip()] = value.strip()


class Line:
    """One connection, opened again when the server has closed it."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, request: Request) -> Reply:
        begun = time.perf_counter()
        async with asyncio.timeout(PATIENCE):
            reader, writer = await self._opened()
            writer.write(self.browser.encoded(request))
            status, headers = await self._head(reader, request)
            body = await reader.readexactly(int(headers.get("content-length", 0)))
        if headers.get("connection", "").lower() == "close":
            self.close()
        return Reply(status, headers, body, time.perf_counter() - begun)

    async def _opened(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams is None or self._streams[0].at_eof():
            self._streams = await asyncio.open_connection("127.0.0.1", self.browser.port)
        return self._streams

    async def _head(self, reader: asyncio.StreamReader, request: Request) -> tuple[int, dict[str, str]]:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            if name.lower() == "set-cookie":
                self.browser.keep(request, value)
            headers[name.lower()] = value.strip()
        if headers.get("transfer-encoding"):
            raise RuntimeError("the server answered in chunks, which no page of the load test does")
        return int(lines[0].split()[1]), headers

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def run(browser: Browser, requests: Iterator[Request], lines: int, seconds: float) -> list[tuple[Request, Reply]]:
    """Send all of them over `lines` connections at once, or as many as fit into the time."""
    until, done = time.monotonic() + seconds, []

    async def work() -> None:
        line = Line(browser)
        try:
            for request in requests:
                reply = await line.send(request)
                done.append((request, reply))
                if request.heard and reply.status == request.expected:
                    request.heard(reply)
                if time.monotonic() > until:
                    return
        finally:
            line.close()

    async with asyncio.TaskGroup() as group:
        for _ in range(lines):
            group.create_task(work())
    return done
