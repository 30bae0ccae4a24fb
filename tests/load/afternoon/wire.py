"""One line of a browser: HTTP/1.1 over a socket that asyncio watches. It costs the client a tenth of a millisecond a
request, because the client shares the machine with the server that it measures."""

import asyncio
import gzip
import socket
from collections.abc import Callable

LATE = "no reply in time"
PIECE = 262_144
END = b"\r\n\r\n"


class Reply:
    """`status` 0: no whole reply has come, and `why` says what came instead. `bytes` is what came over the line."""

    __slots__ = ("body", "bytes", "head", "status", "why")

    def __init__(self, status: int, head: bytes = b"", body: bytes = b"", size: int = 0, why: str = "") -> None:
        self.status, self.head, self.body, self.bytes, self.why = status, head, body, size, why

    def header(self, name: bytes) -> str:
        """The first of this name; `name` in lower case."""
        begun = self.head.lower().find(b"\r\n" + name + b":")
        if begun < 0:
            return ""
        begun += len(name) + 3
        end = self.head.find(b"\r\n", begun)
        return self.head[begun : end if end >= 0 else None].strip().decode("latin-1")

    def text(self) -> str:
        zipped = self.header(b"content-encoding") == "gzip"
        return (gzip.decompress(self.body) if zipped else self.body).decode()

    @property
    def cookies(self) -> list[tuple[str, str]]:
        if b"et-cookie:" not in self.head.lower():
            return []
        found = [line.partition(b":") for line in self.head.split(b"\r\n")]
        pairs = [
            value.partition(b";")[0].decode("latin-1") for name, _, value in found if name.lower() == b"set-cookie"
        ]
        return [(name.strip(), value.strip()) for name, _, value in (pair.partition("=") for pair in pairs)]


class Line:
    """`ended` is told when the other side closes a line on which nothing is asked."""

    __slots__ = (
        "_body_at",
        "_buffer",
        "_discards",
        "_done",
        "_left",
        "_out",
        "_size",
        "_socket",
        "_timer",
        "loop",
        "used",
    )

    def __init__(self, loop: asyncio.AbstractEventLoop, address: tuple[str, int]) -> None:
        self.loop = loop
        self.used = 0
        self._buffer, self._out = bytearray(), b""
        self._done: Callable[[Reply], None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._socket: socket.socket | None = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.connect_ex(address)
        loop.add_reader(self._socket, self._read)

    @property
    def open(self) -> bool:
        return self._socket is not None

    def send(self, data: bytes, done: Callable[[Reply], None], patience: float, *, discards: bool = False) -> None:
        """`done` is called once, at the latest after `patience` seconds. `discards`: the body is only counted."""
        assert self._socket is not None and self._done is None
        self._done, self._out, self._discards = done, data, discards
        self._buffer.clear()
        self._body_at = self._size = 0
        self._left = -1
        self._timer = self.loop.call_later(patience, self._fail, LATE)
        if self.used:
            self._write()
        else:
            self.loop.add_writer(self._socket, self._write)  # once it is connected
        self.used += 1

    def _write(self) -> None:
        if self._socket is None:
            return
        try:
            sent = self._socket.send(self._out)
        except BlockingIOError:
            self.loop.add_writer(self._socket, self._write)
            return
        except OSError as error:
            self._fail(type(error).__name__)
            return
        self._out = self._out[sent:]
        if self._out:
            self.loop.add_writer(self._socket, self._write)
        else:
            self.loop.remove_writer(self._socket)

    def _read(self) -> None:
        assert self._socket is not None
        try:
            data = self._socket.recv(PIECE)
        except BlockingIOError:
            return
        except OSError as error:
            self._fail(type(error).__name__)
            return
        if not data:
            self._fail("closed")
            return
        self._size += len(data)
        self._buffer += data
        if not self._body_at and not self._head():
            return
        self._take()

    def _head(self) -> bool:
        end = self._buffer.find(END)
        if end < 0:
            return False
        self._body_at = end + 4
        head = bytes(self._buffer[:end]).lower()
        if int(head[9:12]) in (204, 304):
            self._left = 0
        elif (at := head.find(b"\r\ncontent-length:")) >= 0:
            stop = head.find(b"\r\n", at + 2)
            self._left = int(head[at + 17 : stop if stop >= 0 else None])
        return True

    def _take(self) -> None:
        if self._left < 0:
            if self._buffer.endswith(b"0\r\n\r\n"):  # in chunks, whose last one is empty
                self._finish(_unchunked(self._buffer, self._body_at))
            return
        if self._discards:
            self._left -= len(self._buffer) - self._body_at
            del self._buffer[self._body_at :]
            if self._left <= 0:
                self._finish(b"")
        elif len(self._buffer) - self._body_at >= self._left:
            self._finish(bytes(self._buffer[self._body_at :]))

    def _finish(self, body: bytes) -> None:
        head = bytes(self._buffer[: self._body_at - 4])
        reply = Reply(int(head[9:12]), head, body, self._size)
        if reply.header(b"connection").lower() == "close":
            self.close()
        self._answer(reply)

    def _fail(self, why: str) -> None:
        self.close()
        if self._done is not None:
            self._answer(Reply(0, size=self._size, why=why))

    def _answer(self, reply: Reply) -> None:
        done, self._done = self._done, None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if done is not None:
            done(reply)

    def close(self) -> None:
        if self._socket is not None:
            self.loop.remove_reader(self._socket)
            self.loop.remove_writer(self._socket)
            self._socket.close()
            self._socket = None


def _unchunked(data: bytearray, at: int) -> bytes:
    parts = []
    while at < len(data):
        end = data.find(b"\r\n", at)
        size = int(bytes(data[at:end]).partition(b";")[0], 16)
        if not size:
            break
        parts.append(bytes(data[end + 2 : end + 2 + size]))
        at = end + size + 4
    return b"".join(parts)
