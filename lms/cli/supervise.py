"""Running web server and worker as children: one socket, which outlives neither a stop nor, when systemd holds it, a
restart; a node that ends is first taken out of service, then finishes what is under way."""

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from lms.core.config import Settings
from lms.core.draining import VARIABLE, Drain
from lms.core.errors import SettingError

ROOT = Path(__file__).resolve().parents[2]
#: The first descriptor that systemd hands over.
HANDED = 3
BACKLOG = 2048


def handed_over() -> socket.socket | None:
    """The listening socket that systemd has opened for us, if it has: it stays open while we are restarted."""
    if os.environ.get("LISTEN_PID") != str(os.getpid()) or os.environ.get("LISTEN_FDS", "0") == "0":
        return None
    for name in ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"):
        os.environ.pop(name, None)
    return socket.socket(fileno=HANDED)


def listening(bind: str, as_demo: bool) -> socket.socket:
    """A socket on LMS_BIND. Raises SettingError with what to do."""
    host, _, port = bind.rpartition(":")
    family = socket.AF_INET6 if "[" in host else socket.AF_INET
    try:
        return socket.create_server((host.strip("[]"), int(port)), family=family, backlog=BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            # Who looks at a demonstration typed `make run`, which takes the address from the environment.
            again = f"LMS_BIND={host}:8001 make run" if as_demo else f"lms serve --bind {host}:8001"
            raise SettingError(
                f"Port {port} is in use by another program. Stop it, or choose another: {again}"
            ) from None
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        raise SettingError(f"Cannot listen on {bind} ({reason}). Set LMS_BIND to an address of this machine.") from None


def web(settings: Settings, door: socket.socket) -> list[str]:
    return [
        sys.executable, "-m", "gunicorn", "wsgi:app",
        "--chdir", str(ROOT),
        "--config", "python:lms.web.gunicorn",
        "--bind", f"fd://{door.fileno()}",
        "--workers", str(settings.web_workers),
        "--threads", str(settings.web_threads),
        "--graceful-timeout", str(settings.stop_seconds),
    ]  # fmt: skip


def worker() -> list[str]:
    return [sys.executable, "-m", "lms.worker"]


class Stop:
    """What we were told: nothing yet, to end after a drain (SIGTERM), or at once (SIGINT, or any second signal)."""

    def __init__(self) -> None:
        self.wanted = False
        self.at_once = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._hear)

    def _hear(self, number: int, _frame: object) -> None:
        self.at_once = self.wanted or number == signal.SIGINT
        self.wanted = True


def supervise(
    commands: Sequence[list[str]], door: socket.socket | None, settings: Settings, *, kept: bool = False
) -> None:
    """Run the commands until one ends or we are told to stop, then end the rest. Ending by itself is a failure.

    `kept`: somebody else holds the door open too, so that whoever knocks meanwhile waits for our successor.
    """
    drain, stop = Drain(), Stop()
    inherited = [drain.descriptor, *([door.fileno()] if door else [])]
    environment = os.environ | {VARIABLE: str(drain.descriptor)}
    children = [
        subprocess.Popen(command, start_new_session=True, pass_fds=inherited, env=environment) for command in commands
    ]
    while not stop.wanted and _all_live(children):
        time.sleep(0.2)
    if stop.wanted and not stop.at_once and door:
        _drain(drain, stop, children, settings.drain_seconds)
    ended = [child for child in children if child.poll() is not None]
    if door and not kept:
        door.close()  # a refusal is tried elsewhere; a connection that nobody would take is not
    _end(children, settings.stop_seconds + 5)
    if not stop.wanted:
        sys.exit(next((child.returncode for child in ended if child.returncode), 1))


def _all_live(children: Sequence[subprocess.Popen[bytes]]) -> bool:
    return all(child.poll() is None for child in children)


def _drain(drain: Drain, stop: Stop, children: Sequence[subprocess.Popen[bytes]], seconds: int) -> None:
    drain.begin()
    until = time.monotonic() + seconds
    while time.monotonic() < until and not stop.at_once and _all_live(children):
        time.sleep(0.1)


def _end(children: Sequence[subprocess.Popen[bytes]], seconds: int) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    until = time.monotonic() + seconds
    for child in children:
        try:
            child.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
