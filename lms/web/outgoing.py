"""The sending side of a connection: what the line does not take at once is kept, and sent as the client reads on."""

import errno
import os
import selectors
import socket
from collections import deque
from typing import Any

#: More than this is kept of no answer: its thread waits then, but not for ever.
MOST_KEPT = 2_000_000
#: How long it waits for a client that reads nothing, in seconds.
STALLED = 20.0
#: Sent to one client before the others get their turn.
TURN = 262_144


class Part:
    """A stretch of an open file."""

    def __init__(self, number: int, at: int, count: int) -> None:
        self.number, self.at, self.count = number, at, count


class Outgoing:
    """Stands for the socket in gunicorn's eyes. It never blocks; only `sendall` does, of an answer without end."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._parts: deque[memoryview | Part] = deque()
        #: Bytes that are still to go.
        self.left = 0
        self._kept = 0
        self.fileno = sock.fileno
        self.recv = sock.recv
        self.send = sock.send
        self.getpeername = sock.getpeername
        self.getsockname = sock.getsockname

    def sendall(self, data: bytes) -> None:
        sent = 0
        if not self._parts:
            try:
                sent = self._sock.send(data)
            except BlockingIOError:
                sent = 0
        if sent < len(data):
            self._parts.append(memoryview(data)[sent:])
            self.left += len(data) - sent
            self._kept += len(data) - sent
        while self._kept > MOST_KEPT:
            self._wait()
            self.flush()

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> None:
        count = os.fstat(file.fileno()).st_size - offset if count is None else count
        self._parts.append(Part(os.dup(file.fileno()), offset, count))
        self.left += count
        self.flush()

    def flush(self) -> bool:
        """Send what the line takes now; True when nothing is left. Raises OSError when the client has gone."""
        room = TURN
        while self._parts and room > 0:
            part = self._parts[0]
            try:
                sent = self._send_file(part, room) if isinstance(part, Part) else self._send_bytes(part)
            except BlockingIOError:
                return False
            room -= sent
            self.left -= sent
        return not self._parts

    def _send_bytes(self, part: memoryview) -> int:
        sent = self._sock.send(part)
        self._kept -= sent
        if sent == len(part):
            self._parts.popleft()
        else:
            self._parts[0] = part[sent:]
        return sent

    def _send_file(self, part: Part, room: int) -> int:
        sent = os.sendfile(self._sock.fileno(), part.number, part.at, min(part.count, room)) if part.count else 0
        if not sent and part.count:
            raise ConnectionAbortedError("the file has become shorter")
        part.at += sent
        part.count -= sent
        if not part.count:
            os.close(part.number)
            self._parts.popleft()
        return sent

    def _wait(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._sock, selectors.EVENT_WRITE)
            if not selector.select(STALLED):
                raise BrokenPipeError(errno.EPIPE, "the client reads nothing")

    def end(self) -> None:
        """Say that no more comes."""
        self._sock.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        for part in self._parts:
            if isinstance(part, Part):
                os.close(part.number)
        self._parts.clear()
        self._sock.close()

    def gettimeout(self) -> float:
        return 0.0

    def setblocking(self, _flag: bool) -> None:
        """It never blocks."""

    settimeout = setblocking

    def shutdown(self, _how: int) -> None:
        """gunicorn would linger on an answer that broke off; here the main loop does."""
        raise OSError("the main loop closes")
