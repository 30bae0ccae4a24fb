"""Clients that are no good, in bounded numbers and on loopback only. Each holds its connections until it is closed."""

import contextlib
import socket
import threading
from typing import Any

#: A server that does not answer a good client by then does not at all, in seconds.
PATIENCE = 60.0


def connect(port: int, *, room: int = 0) -> socket.socket:
    """`room`: how little the client lets arrive before it reads."""
    sock = socket.socket()
    if room:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
    sock.settimeout(PATIENCE)
    sock.connect(("127.0.0.1", port))
    return sock


class Held:
    """Many connections that say a beginning and then one byte after the other; one that is closed is opened again."""

    def __init__(self, port: int, count: int, beginning: bytes, more: bytes = b"", *, room: int = 0) -> None:
        self.port, self.count, self.beginning, self.more, self.room = port, count, beginning, more, room
        self.closed = 0
        self._stop, self._twice = threading.Event(), threading.Event()
        self._sockets: list[socket.socket] = []
        self._thread = threading.Thread(target=self._hold)

    def __enter__(self) -> "Held":
        self._sockets = [self._open() for _ in range(self.count)]
        self._thread.start()
        self._twice.wait(PATIENCE)
        return self

    def __exit__(self, *_: Any) -> None:
        self._stop.set()
        self._thread.join()
        for sock in self._sockets:
            sock.close()

    def _open(self) -> socket.socket:
        sock = connect(self.port, room=self.room)
        sock.sendall(self.beginning)
        sock.setblocking(False)
        return sock

    def _hold(self) -> None:
        turns = 0
        while not self._stop.wait(0.25):
            turns += 1
            if turns > 2:
                self._twice.set()
            for place, sock in enumerate(self._sockets):
                if self._gone(sock):
                    self.closed += 1
                    sock.close()
                    self._sockets[place] = self._open()

    def _gone(self, sock: socket.socket) -> bool:
        try:
            if self.more:
                sock.send(self.more)
            return not self.room and sock.recv(65_536) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True


def answer(port: int, request: bytes) -> tuple[int, bytes]:
    """(status, all that came) of one request; status 0 when the server closed without a word."""
    with connect(port) as sock:
        with contextlib.suppress(OSError):  # refused before all was sent: the answer may be there all the same
            sock.sendall(request)
        got = b""
        while True:
            try:
                piece = sock.recv(65_536)
            except ConnectionResetError:
                break
            if not piece:
                break
            got += piece
    return (int(got.split(b" ", 2)[1]) if got.startswith(b"HTTP/") else 0), got


def get(port: int, path: str = "/healthz", headers: str = "") -> tuple[int, bytes]:
    return answer(port, f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\n{headers}Connection: close\r\n\r\n".encode())
