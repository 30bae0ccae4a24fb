"""The product in processes of its own: gunicorn and the worker as `lms serve` starts them, forked from one that has
loaded everything, so that a start takes a moment. They can be killed at any instant."""

import contextlib
import multiprocessing
import os
import runpy
import signal
import sys
import time
from collections.abc import Callable, Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from tests import serving
from tests.faults.databases import Place

ROOT = Path(__file__).parents[2]
#: A part that has not started or ended by then never will, in seconds.
PATIENCE = 120
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["lms.app", "lms.worker", "gunicorn.app.wsgiapp", "gunicorn.workers.gthread"])
#: Called in the new process before the product is; it must be a function of a module.
Prepare = Callable[[], None]


class Part:
    """A process group of its own, with its log; `start` may be called again when it is over."""

    def __init__(self, name: str, command: list[str], environment: Mapping[str, str], log: Path) -> None:
        self.name, self.command, self.environment, self.log = name, command, dict(environment), log
        self._process: ForkServerProcess | None = None
        self._struck = False

    def start(self, prepare: Prepare | None = None) -> None:
        self._struck = False
        given = (self.command, self.environment, str(self.log), prepare)
        self._process = CONTEXT.Process(target=_run, args=given, name=self.name, daemon=True)
        self._process.start()

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.is_alive()

    @property
    def pid(self) -> int:
        assert self._process and self._process.pid
        return self._process.pid

    def signal(self, number: int) -> None:
        """To the whole group."""
        if self.alive:
            os.killpg(self.pid, number)

    def strike(self) -> None:
        """SIGKILL for the process and its children at once; whoever supervises it sees to the rest."""
        if self._process is not None:
            self._struck = True
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            if self.alive:  # it may be too young to lead a group, and is alone then
                self._process.kill()

    def kill(self) -> None:
        """For good."""
        if self._process is not None:
            self.strike()
            self.wait()

    def wait(self) -> None:
        assert self._process
        self._process.join(PATIENCE)
        if self._process.is_alive():
            raise AssertionError(f"{self.name} does not end:\n{self.said}")

    @property
    def said(self) -> str:
        return self.log.read_text(errors="replace")[-4000:] if self.log.exists() else ""


def _run(command: list[str], environment: dict[str, str], log: str, prepare: Prepare | None) -> None:
    os.setsid()
    target = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(target, 1)
    os.dup2(target, 2)
    for name in [name for name in os.environ if name.startswith("LMS_")]:
        del os.environ[name]
    os.environ.update(environment)
    os.chdir(ROOT)
    if prepare:
        prepare()
    module, *sys.argv[1:] = command
    runpy.run_module(module, run_name="__main__", alter_sys=True)


class Web(Part):
    """gunicorn on `port`; `workers` as many processes, each with a few threads."""

    def __init__(self, place: Place, port: int, *, workers: int = 1, threads: int = 4, name: str = "web") -> None:
        self.port = port
        command = [
            "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread",
            "--workers", str(workers), "--threads", str(threads), "--preload", "--keep-alive", "5",
            "--graceful-timeout", "20", "--log-level", "warning", "--no-control-socket",
        ]  # fmt: skip
        super().__init__(name, command, place.environment, place.folder / f"{name}.log")

    def start(self, prepare: Prepare | None = None) -> None:
        super().start(prepare)
        self.wait_until_it_answers()

    def wait_until_it_answers(self) -> None:
        give_up = time.monotonic() + PATIENCE
        while self.alive and time.monotonic() < give_up:
            if serving.answers(f"http://127.0.0.1:{self.port}/healthz"):
                return
            time.sleep(0.01)
        if not self._struck:
            raise AssertionError(f"{self.name} did not start:\n{self.said}")

    def kill(self) -> None:
        super().kill()
        serving.wait_until_closed(self.port)


class Worker(Part):
    """The process that drains the outbox."""

    def __init__(self, place: Place, name: str = "worker") -> None:
        super().__init__(name, ["lms.worker"], place.environment, place.folder / f"{name}.log")
