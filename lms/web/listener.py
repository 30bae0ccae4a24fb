"""gunicorn's worker with threads, for people on slow lines and for those who only pretend to be.

A thread gets a request when all of it has arrived, and is free again when it has made the answer: receiving and sending
happen in the main loop, each with an end in time and in bytes. Requests that are whole stand in line here, and not in
a queue of the system that nobody sees: those that store something come first, and the application learns how long
each has waited.
"""

import contextlib
import resource
import selectors
import threading
import time
from concurrent.futures import Future
from functools import partial
from typing import Any

from gunicorn import http
from gunicorn.errors import ConfigError
from gunicorn.workers.gthread import TConn, ThreadWorker

from lms.core import config
from lms.web.incoming import MOST_OF_STRANGERS, Incoming, Kept, Refused
from lms.web.line import Line
from lms.web.outgoing import Outgoing
from lms.web.overload import NO_ROOM, WAITED

#: How long the first line and the headers may take, in seconds.
HEAD = 10.0
#: A body, and an answer: so many seconds, and one more for each so many bytes.
PATIENCE, SLOWEST = 20.0, 2_000
#: A body or an answer of which nothing has moved for so long never will, in seconds.
STALLED = 20.0
#: How long a connection is listened to after its last answer, so that the answer is not lost.
FAREWELL = 2.0
#: Bytes that requests on their way in may hold in memory, and in files as multiples of the largest upload.
MOST_MEMORY, MOST_FILES = 32_000_000, 4
#: Only a request that began longer ago is given up for a new one when connections run out, in seconds.
YOUNG = 1.0
#: Connections that are taken at one turn of the loop.
AT_ONCE = 16
READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


class Connection(TConn):
    """A client. `deadline` is when we stop waiting for it; `stays`, whether it may send again after its answer."""

    def __init__(self, cfg: Any, sock: Any, client: Any, server: Any) -> None:
        super().__init__(cfg, Outgoing(sock), client, server)
        self.initialized = True
        self.parser = http.get_parser(cfg, sock, client)
        self.parser.unreader = Kept()
        self.closed = self.stays = False
        self.begin()

    def begin(self, early: bytes = b"") -> None:
        self.incoming = Incoming(early)
        self.refused: Refused | None = None
        self.counted = 0, 0
        self.since = time.monotonic()
        self.deadline = self.latest = self.since + HEAD
        self.whole_at = 0.0


class Worker(ThreadWorker):
    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        super().check_config(cfg, log)
        if cfg.is_ssl:
            raise ConfigError("this worker speaks no TLS: a proxy in front does")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting: dict[Connection, None] = {}
        self.line: Line[Connection] = Line(self.cfg.threads)
        self.memory = self.on_disk = self.largest = 0
        self.looked_at = 0.0
        self.here = threading.local()

    def init_process(self) -> None:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = 4 * self.worker_connections + 200  # a connection, a body, a file that is sent, and what else is open
        if soft < wanted:
            soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        self.worker_connections = min(self.worker_connections, max(20, (soft - 200) // 4))
        self.largest = config.load().max_upload_mb * 1_000_000 + 1_000_000
        super().init_process()

    def load_wsgi(self) -> None:
        super().load_wsgi()
        application = self.wsgi

        def answer(environ: dict[str, Any], start: Any) -> Any:
            environ[WAITED], environ[NO_ROOM] = self.here.waited, self.here.no_room
            return application(environ, start)

        self.wsgi = answer

    # On the way in

    def accept(self, listener: Any) -> None:
        for _ in range(AT_ONCE):
            try:
                sock, client = listener.accept()
            except (BlockingIOError, ConnectionAbortedError):
                return
            except OSError as error:  # too many files are open: the next turn of the loop tries again
                self.log.error("a connection could not be taken: %s", error)
                self.set_accept_enabled(False)
                return
            sock.setblocking(False)
            self.nr_conns += 1
            if self.nr_conns >= self.worker_connections:
                self._make_room()
            self._receive(Connection(self.cfg, sock, client, listener.getsockname()))

    def on_client_socket_readable(self, conn: Connection, client: Any) -> None:
        """A connection that was kept open sends again."""
        if not conn.closed:
            self.poller.unregister(client)
            self.keepalived_conns.remove(conn)
            conn.begin()
            self._receive(conn)

    def _receive(self, conn: Connection, _socket: Any = None) -> None:
        if conn.closed:
            return
        incoming = conn.incoming
        unknown = incoming.length is None
        try:
            whole = incoming.read(conn.sock)
            if not whole and incoming.length is not None:
                self._expect(conn, incoming.length, unknown)
            self._count(conn)
            if self.on_disk > MOST_FILES * self.largest:
                raise Refused(503, application=True)
        except Refused as refusal:
            self._refuse(conn, refusal)
        except OSError:
            self._close(conn)
        else:
            if whole:
                self._hand_on(conn)
            elif conn not in self.waiting:
                self._wait(conn, READ, self._receive)
        if self.memory > MOST_MEMORY:
            self._make_room()

    def _expect(self, conn: Connection, length: int, first: bool) -> None:
        """A body is on its way: how long it may take follows from its length. Raises Refused."""
        now = time.monotonic()
        if first:
            conn.latest = now + PATIENCE + length / SLOWEST
            if length > (self.largest if conn.incoming.named else MOST_OF_STRANGERS):
                raise Refused(413, application=True)
            if conn.incoming.expects:
                conn.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        conn.deadline = min(conn.latest, now + STALLED)
        if conn.incoming.wants_file:
            conn.incoming.open_file()

    def _refuse(self, conn: Connection, refusal: Refused) -> None:
        if refusal.application:
            conn.refused = refusal
            self._hand_on(conn)
        else:
            self._say(conn, refusal)

    def _say(self, conn: Connection, refusal: Refused) -> None:
        """Where the application cannot be asked, because there is no whole request."""
        self._leave(conn)
        self._forget(conn)
        conn.stays = False
        with contextlib.suppress(OSError):
            conn.sock.sendall(refusal.answer())
        self._send_rest(conn)

    # In line

    def _hand_on(self, conn: Connection) -> None:
        self._leave(conn)
        conn.whole_at = time.monotonic()
        self.line.add(conn.incoming.kind, conn)
        self._start()

    def _start(self) -> None:
        while conn := self.line.take():
            data, file = conn.incoming.give()
            self.memory -= conn.counted[0]
            conn.parser.unreader.fill(data, file)
            self.enqueue_req(conn)

    def handle_request(self, req: Any, conn: Connection) -> Any:
        self.here.waited = time.monotonic() - conn.whole_at
        self.here.no_room = conn.refused is not None and conn.refused.status == 503
        if conn.refused or conn.incoming.more:
            req.force_close()
        return super().handle_request(req, conn)

    def finish_request(self, conn: Connection, done: "Future[Any]") -> None:
        self.line.done(conn.incoming.kind)
        self.on_disk -= conn.counted[1]
        conn.counted = 0, 0
        conn.parser.unreader.empty()
        conn.stays = not done.cancelled() and done.exception() is None and done.result() is True
        conn.stays = conn.stays and not conn.refused and not conn.incoming.more
        self._start()
        self._send_rest(conn)

    # On the way out

    def _send_rest(self, conn: Connection, _socket: Any = None) -> None:
        if conn.closed:
            return
        before = conn.sock.left
        try:
            sent = conn.sock.flush()
        except OSError:
            self._close(conn)
            return
        now = time.monotonic()
        if sent:
            self._leave(conn)
            self._go_on(conn)
        elif conn not in self.waiting:
            conn.since, conn.latest = now, now + PATIENCE + before / SLOWEST
            conn.deadline = min(conn.latest, now + STALLED)
            self._wait(conn, WRITE, self._send_rest)
        elif conn.sock.left < before:
            conn.deadline = min(conn.latest, now + STALLED)

    def _go_on(self, conn: Connection) -> None:
        if not conn.stays:
            self._part(conn)
        elif early := conn.parser.unreader.take_buffered():
            conn.begin(early)
            self._receive(conn)
        else:
            conn.set_timeout()
            if not self.alive:
                conn.timeout = min(conn.timeout, time.monotonic() + FAREWELL)
            self.keepalived_conns.append(conn)
            self.poller.register(conn.sock, READ, partial(self.on_client_socket_readable, conn))

    def _part(self, conn: Connection) -> None:
        """Were it closed at once, a client that is still sending could lose the answer."""
        try:
            conn.sock.end()
        except OSError:
            self._close(conn)
            return
        conn.deadline = time.monotonic() + FAREWELL
        self._wait(conn, READ, self._overhear)

    def _overhear(self, conn: Connection, _socket: Any = None) -> None:
        if conn.closed:
            return
        try:
            if conn.sock.recv(65_536):
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self._close(conn)

    # Waiting, and giving up

    def _wait(self, conn: Connection, event: int, then: Any) -> None:
        self.waiting[conn] = None
        self.poller.register(conn.sock, event, partial(then, conn))

    def _leave(self, conn: Connection) -> None:
        if conn in self.waiting:
            del self.waiting[conn]
            self.poller.unregister(conn.sock)

    def _close(self, conn: Connection) -> None:
        self._leave(conn)
        self._forget(conn)
        conn.closed = True
        self.nr_conns -= 1
        conn.close()

    def _count(self, conn: Connection) -> None:
        memory, on_disk = conn.incoming.memory, conn.incoming.on_disk
        self.memory += memory - conn.counted[0]
        self.on_disk += on_disk - conn.counted[1]
        conn.counted = memory, on_disk

    def _forget(self, conn: Connection) -> None:
        """What has arrived of a request that nobody will answer."""
        if not conn.incoming.given:
            conn.incoming.drop()
            self._count(conn)

    def murder_pending(self) -> None:
        """gunicorn calls this at each turn of its loop."""
        now = time.monotonic()
        if now - self.looked_at < 0.5:
            return
        self.looked_at = now
        for conn in list(self.waiting):
            silent = not conn.incoming.begun and not conn.incoming.given
            if not (conn.deadline < now or (silent and not self.alive)):
                continue
            if conn.incoming.begun:
                self._say(conn, Refused(408))
            else:
                self._close(conn)

    def _make_room(self) -> None:
        """Close what can be closed with least harm: a connection that asks for nothing, else the slowest."""
        if self.keepalived_conns:
            idle = self.keepalived_conns.popleft()
            self.poller.unregister(idle.sock)
            self._close(idle)
            return
        slowest = min(self.waiting, key=lambda conn: conn.since, default=None)
        if slowest is not None and time.monotonic() - slowest.since > YOUNG:
            self._close(slowest)
