"""One request on its way in: its head, then a body whose length the head has told."""

import re
import tempfile
from typing import Any

from gunicorn.http.unreader import Unreader

MOST_HEAD = 32_768
#: Larger bodies wait in a file.
MOST_IN_MEMORY = 65_536
#: Larger bodies come only from who names a sign-in or a package's launch; whether it is a true one is seen later.
MOST_OF_STRANGERS = 2_100_000
PIECE = 65_536
#: Taken from one client before the others get their turn.
PIECES = 8
END = b"\r\n\r\n"
#: Who posts here waits for argon2; see `lms.accounts.hashing`.
HASHING = (b"/sign-in", b"/sign-up", b"/reset/", b"/invite/", b"/profile/password")
#: What watches over the site asks here, also when it is busy.
HEALTH = (b"/healthz", b"/readyz")
#: The headers that decide how long to wait for what.
TELLING = re.compile(rb"\n(content-length|transfer-encoding|expect|authorization|cookie):([^\r\n]*)", re.IGNORECASE)
REASONS = {
    400: "Bad Request",
    408: "Request Timeout",
    411: "Length Required",
    413: "Content Too Large",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}


class Refused(Exception):
    """`application`: it may say so itself, in the words of the person, for it can do without the body."""

    def __init__(self, status: int, *, application: bool = False) -> None:
        super().__init__(status)
        self.status = status
        self.application = application

    def answer(self) -> bytes:
        body = f"{self.status} {REASONS[self.status]}\n"
        return (
            f"HTTP/1.1 {self.status} {REASONS[self.status]}\r\nContent-Type: text/plain\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}"
        ).encode()


class Incoming:
    """`length` is that of the body, None until the head is here. `kind` says where the request stands in line."""

    def __init__(self, early: bytes = b"") -> None:
        self.data = bytearray()
        self.file: Any = None
        self.early = early
        self.length: int | None = None
        self.missing = 0
        self.kind = "view"
        self.named = self.expects = self.given = False
        #: More has come than one request: what follows a body in a file is not kept.
        self.more = False

    @property
    def begun(self) -> bool:
        return bool(self.data)

    @property
    def memory(self) -> int:
        return len(self.data)

    @property
    def on_disk(self) -> int:
        return 0 if self.file is None or self.length is None else self.length - self.missing

    @property
    def wants_file(self) -> bool:
        return self.file is None and self.missing > 0 and (self.length or 0) > MOST_IN_MEMORY

    def read(self, sock: Any) -> bool:
        """Take what is there; True when the request is whole. Raises Refused, or OSError when the client has gone."""
        for _ in range(PIECES):
            piece, self.early = self.early, b""
            if not piece:
                try:
                    piece = sock.recv(PIECE)
                except BlockingIOError:
                    return False
                if not piece:
                    raise ConnectionResetError
            if self._add(piece):
                return True
            if self.wants_file:
                return False
        return False

    def _add(self, piece: bytes) -> bool:
        if self.file is not None:
            self.file.write(piece[: self.missing])
            self.more = len(piece) > self.missing
            self.missing = max(0, self.missing - len(piece))
            return self.missing == 0
        looked = max(0, len(self.data) - 3)
        self.data += piece
        if self.length is not None:
            self.missing -= len(piece)
            return self.missing <= 0
        at = self.data.find(END, looked)
        if at > MOST_HEAD or (at < 0 and len(self.data) > MOST_HEAD):
            raise Refused(431)
        if at < 0:
            return False
        self.length = self._understand(bytes(self.data[:at]))
        self.missing = self.length - (len(self.data) - at - len(END))
        return self.missing <= 0

    def _understand(self, head: bytes) -> int:
        """The length of the body. What waiting needs is read here; gunicorn reads all of it again, and strictly."""
        method, _, rest = head.lstrip(b"\r\n").partition(b" ")
        path = rest[:2_000].partition(b" ")[0].partition(b"?")[0]
        if method == b"POST" and path != b"/x/trace":
            self.kind = "hash" if path.startswith(HASHING) else "save"
        elif path in HEALTH:
            self.kind = "save"
        length = 0
        for name, value in TELLING.findall(head):
            name = name.lower()
            if name == b"content-length":
                value = value.strip()
                if not value.isdigit() or len(value) > 18:
                    raise Refused(400)
                length = int(value)
            elif name == b"transfer-encoding":
                raise Refused(411)  # browsers, and proxies that keep a body before they pass it on, say its length
            elif name == b"expect":
                self.expects = True
            elif name == b"authorization" or b"lms=" in value:
                self.named = True
        return length

    def open_file(self) -> None:
        """From here on the body goes into a file that has no name."""
        begun = (self.length or 0) - self.missing
        self.file = tempfile.TemporaryFile()  # noqa: SIM115  it is closed by who has read it
        self.file.write(self.data[len(self.data) - begun :])
        del self.data[len(self.data) - begun :]

    def give(self) -> tuple[bytes, Any]:
        """(what is in memory, a file of what comes after it or None)."""
        self.given = True
        data, file = bytes(self.data), self.file
        self.data, self.file = bytearray(), None
        return data, file

    def drop(self) -> None:
        _data, file = self.give()
        if file is not None:
            file.close()


class Kept(Unreader):
    """What gunicorn reads: a request that has arrived, and never the line itself."""

    MOST = 1_000_000

    def __init__(self) -> None:
        super().__init__()
        self._file: Any = None

    def fill(self, data: bytes, file: Any) -> None:
        self.unread(data)
        if file is not None:
            file.seek(0)
        self._file = file

    def chunk(self, size_hint: int | None = None) -> bytes:
        if self._file is None:
            return b""
        piece = self._file.read(min(max(size_hint or 0, PIECE), self.MOST))
        if not piece:
            self.empty()
        return piece

    def empty(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
