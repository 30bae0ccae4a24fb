"""Running web server and worker as children. On SIGHUP others take their place at the same socket without a gap; a node
that ends is first taken out of service, then finishes what is under way."""

import errno
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from lms.core.config import Settings
from lms.core.draining import DRAINING, LEAVING, READY, VARIABLE, Drain
from lms.core.errors import SettingError

#: The first descriptor that systemd hands over.
HANDED = 3
BACKLOG = 2048
#: Seconds in which those who are replaced still answer: longer than a proxy keeps an idle connection to them.
TURN = 6
#: Seconds that those who replace them have to start.
START = 120


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


def python() -> str:
    """That of the release which is current now: the path by which we were called may lead to a newer one by then."""
    beside = Path(sys.argv[0]).absolute().with_name("python")
    return str(beside) if Path(sys.argv[0]).name == "lms" and beside.exists() else sys.executable


def web(settings: Settings, door: socket.socket) -> list[str]:
    return [
        python(), "-m", "gunicorn", "lms.app:create_app()",
        "--config", "python:lms.web.gunicorn",
        "--bind", f"fd://{door.fileno()}",
        "--workers", str(settings.web_workers),
        "--threads", str(settings.web_threads),
        "--graceful-timeout", str(settings.stop_seconds),
    ]  # fmt: skip


def worker() -> list[str]:
    return [python(), "-m", "lms.worker"]


class Told:
    """What signals have asked for: to end after a drain (SIGTERM), or at once (SIGINT, or any second one of these), or
    to put others in the place of the children (SIGHUP)."""

    def __init__(self) -> None:
        self.stop = self.at_once = self.again = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._hear)

    def _hear(self, number: int, _frame: object) -> None:
        if number == signal.SIGHUP:
            self.again = True
        else:
            self.at_once = self.stop or number == signal.SIGINT
            self.stop = True


class Generation:
    """Web server and worker of one start."""

    def __init__(self, commands: Sequence[list[str]], door: socket.socket | None) -> None:
        self.drain = Drain()
        self._ready, ready = os.pipe()
        inherited = [self.drain.descriptor, ready, *([door.fileno()] if door else [])]
        environment = os.environ | {VARIABLE: str(self.drain.descriptor), READY: str(ready)}
        self.children = [
            subprocess.Popen(command, start_new_session=True, pass_fds=inherited, env=environment)
            for command in commands
        ]
        os.close(ready)

    @property
    def all_live(self) -> bool:
        return all(child.poll() is None for child in self.children)

    @property
    def failure(self) -> int:
        return next((child.returncode for child in self.children if child.returncode), 1)

    def is_ready(self, seconds: float) -> bool:
        """Whether a web process has said, within that time, that it takes requests."""
        until = time.monotonic() + seconds
        while self.all_live and time.monotonic() < until:
            if select.select([self._ready], [], [], 0.2)[0]:
                return bool(os.read(self._ready, 1))
        return False

    def end(self, seconds: int) -> None:
        for child in self.children:
            if child.poll() is None:
                child.terminate()
        until = time.monotonic() + seconds
        for child in self.children:
            try:
                child.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self.drain.close()
        os.close(self._ready)


def supervise(
    commands: Callable[[], list[list[str]]], door: socket.socket | None, settings: Settings, *, kept: bool = False
) -> None:
    """Run the commands until one ends or we are told to stop, then end the rest. Ending by itself is a failure.

    `kept`: somebody else holds the door open too, so that whoever knocks meanwhile waits for our successor.
    """
    told = Told()
    now = Generation(commands(), door)
    while not told.stop and now.all_live:
        if told.again:
            told.again = False
            now = _replaced(now, Generation(commands(), door), told, settings, is_web=door is not None)
        time.sleep(0.2)
    if told.stop and not told.at_once and door:
        now.drain.say(DRAINING)
        _wait(settings.drain_seconds, lambda: told.at_once or not now.all_live)
    failed = not told.stop
    code = now.failure if failed else 0
    if door and not kept:
        door.close()  # a refusal is tried elsewhere; a connection that nobody would take is not
    now.end(settings.stop_seconds + 5)
    if failed:
        sys.exit(code)


def _replaced(old: Generation, new: Generation, told: Told, settings: Settings, *, is_web: bool) -> Generation:
    """Who serves from now on: the new ones when they have come up, else still the old ones."""
    up = new.is_ready(START) if is_web else new.all_live
    if not (up and new.all_live):
        print("Those who should take over did not start; nothing has changed.", file=sys.stderr, flush=True)
        new.end(settings.stop_seconds)
        return old
    if is_web:
        old.drain.say(LEAVING)
        _wait(TURN, lambda: told.at_once)
    old.end(settings.stop_seconds + 5)
    return new


def _wait(seconds: float, until: Callable[[], bool]) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not until():
        time.sleep(0.1)
