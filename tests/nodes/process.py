"""A part of the product as a service manager runs it: `lms serve`, with its socket held open from outside."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests import serving

LMS = str(Path(sys.executable).with_name("lms"))
#: A part that has not started or ended by then never will, in seconds.
PATIENCE = 180
#: Hands a socket over as systemd does: as descriptor 3, with the number of the process, which only it knows.
HANDING = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(sys.argv[2], sys.argv[2:])
"""


class Part:
    """One process and its children. `start` may be called again when it is over."""

    def __init__(self, name: str, command: list[str], environment: Mapping[str, str], folder: Path) -> None:
        self.name, self.command, self.environment = name, command, dict(environment)
        self.log = folder / f"{name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = self._popen(self.command)

    def _popen(self, command: list[str], **options: object) -> subprocess.Popen[bytes]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
        with self.log.open("ab") as log:
            return subprocess.Popen(  # type: ignore[call-overload]
                command, env={**kept, **self.environment}, stdout=log, stderr=log, start_new_session=True, **options
            )

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def pids(self) -> list[int]:
        """The process and all that it has started."""
        found = [self.process.pid] if self.alive and self.process else []
        for pid in found:
            with contextlib.suppress(OSError):
                found += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        return found

    def tell(self, number: int) -> None:
        if self.alive and self.process:
            self.process.send_signal(number)

    def ended(self) -> int:
        """Wait for its end; returns its exit code."""
        assert self.process
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        """The process and its children at once."""
        for pid in self.pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if self.process is not None:
            self.process.wait()

    @property
    def said(self) -> str:
        return self.log.read_text(errors="replace")[-4000:] if self.log.exists() else ""


class Web(Part):
    """A web node. Its socket is opened here, as systemd does, and stays open while it is restarted."""

    def __init__(self, name: str, environment: Mapping[str, str], folder: Path) -> None:
        super().__init__(name, [LMS, "serve", "--only", "web"], environment, folder)
        self.door = socket.create_server(("127.0.0.1", 0), backlog=2048)
        self.port: int = self.door.getsockname()[1]

    def start(self) -> None:
        number = self.door.fileno()
        self.process = self._popen([sys.executable, "-c", HANDING, str(number), *self.command], pass_fds=[number])

    def wait_until_ready(self) -> None:
        assert self.process
        if not serving.wait_for(f"http://127.0.0.1:{self.port}/readyz", self.process):
            raise AssertionError(f"{self.name} did not start:\n{self.said}")

    def close(self) -> None:
        self.kill()
        self.door.close()


class Worker(Part):
    def __init__(self, name: str, environment: Mapping[str, str], folder: Path) -> None:
        super().__init__(name, [LMS, "serve", "--only", "worker"], environment, folder)
