"""An S3-compatible store in a process of its own, and a line to it that can be cut."""

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import suppress

from tests import serving

BUCKET = "lms"


class Store:
    """`start` may be called again after `stop`, on the same port; it holds its objects in memory only.

    `guarded`: once its bucket is made, it looks at keys, as every real store does, and knows none.
    """

    def __init__(self, *, guarded: bool = False) -> None:
        self._guarded = guarded
        self._held = serving.hold_port()
        self.port = serving.number(self._held)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def url(self, port: int = 0, bucket: str = BUCKET) -> str:
        return f"s3://{bucket}/files?endpoint=http://127.0.0.1:{port or self.port}"

    def start(self) -> None:
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]
        environment = os.environ | ({"INITIAL_NO_AUTH_ACTION_COUNT": "1"} if self._guarded else {})
        self._process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        give_up = time.monotonic() + serving.PATIENCE
        while not serving.listens(self.port) and self._process.poll() is None and time.monotonic() < give_up:
            time.sleep(0.05)
        self._ask("PUT", f"/{BUCKET}")

    def _ask(self, method: str, path: str, body: bytes = b"") -> None:
        request = urllib.request.Request(self.endpoint + path, body, method=method)
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60).close()

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def close(self) -> None:
        self.stop()
        self._held.close()


class Line:
    """Between a client and the store. `cut_after`: so many more bytes go up, then every connection is cut."""

    def __init__(self, target: int) -> None:
        self.cut_after: int | None = None
        self._target = target
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._door.accept()
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with suppress(OSError), client, socket.create_connection(("127.0.0.1", self._target)) as store:
            threading.Thread(target=_pass_on, args=(store, client), daemon=True).start()
            while data := client.recv(65_536):
                if self.cut_after is not None:
                    self.cut_after -= len(data)
                    if self.cut_after < 0:
                        return
                store.sendall(data)

    def close(self) -> None:
        self._door.close()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
