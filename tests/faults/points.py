"""Every step of a save at which a process can die: before and after each statement, around the commit, in the reply.

`install` runs in the product's own process before the product does, and adds nothing but these points: a request whose
header names an act (`ACT`), or a job, passes them one after the other. At the one that the plan names, the process
kills itself, or its whole group, once in the life of the plan. Without a number the plan only tells which there are.
"""

import itertools
import os
import re
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import sharedctypes
from pathlib import Path
from typing import Any

from gunicorn import util
from gunicorn.workers.gthread import ThreadWorker
from sqlalchemy import Engine, event

from lms.core import jobs, mail
from tests.faults.line import ACT
from tests.faults.product import CONTEXT

_VERB = re.compile(r"\s*(\w+)\s+(?:INTO\s+|[^;]*?\bFROM\s+)?(\w+)?", re.DOTALL | re.IGNORECASE)
_here = threading.local()
_runs = itertools.count()
Target = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Plan:
    """`act` empty: all acts. `at` below 0: tell the points and go on. `told` is the file that names what was passed."""

    act: str
    at: int
    group: bool
    told: Path
    armed: Any

    @property
    def hit(self) -> bool:
        return not self.armed.value and self.told.exists()

    @property
    def hit_at(self) -> datetime:
        """A little after, because files are dated by a coarser clock."""
        return datetime.fromtimestamp(self.told.stat().st_mtime + 0.1, UTC)


def plan(told: Path, act: str = "", at: int = -1, *, group: bool = False) -> Plan:
    armed: sharedctypes.Synchronized[int] = CONTEXT.Value("i", 1)
    return Plan(act, at, group, told, armed)


def told(chosen: Plan) -> list[list[Target]]:
    """(act, number, name of the point) of each request or job, in the order in which they were passed."""
    runs: dict[str, list[Target]] = {}
    for line in chosen.told.read_text().splitlines() if chosen.told.exists() else ():
        run, act, number, name = line.split("\t")
        runs.setdefault(run, []).append((act, int(number), name))
    return list(runs.values())


def install(chosen: Plan) -> None:
    def point(name: str) -> None:
        act = getattr(_here, "act", "")
        if not act or chosen.act not in ("", act):
            return
        _here.passed = number = getattr(_here, "passed", -1) + 1
        if chosen.at < 0:
            _tell(chosen, f"{_here.run}\t{act}\t{number}\t{name}\n")
        elif number == chosen.at and _mine(chosen):
            _tell(chosen, f"{_here.run}\t{act}\t{number}\t{name}\n")
            if chosen.group:
                os.killpg(0, signal.SIGKILL)
            os.kill(os.getpid(), signal.SIGKILL)

    _around_requests(point)
    _around_statements(point)
    _around_jobs(point)


def _mine(chosen: Plan) -> bool:
    with chosen.armed.get_lock():
        mine, chosen.armed.value = bool(chosen.armed.value), 0
    return mine


def _tell(chosen: Plan, line: str) -> None:
    target = os.open(chosen.told, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.write(target, line.encode())
    os.close(target)


def _begin(act: str) -> None:
    _here.act, _here.passed, _here.run = act, -1, f"{os.getpid()}-{next(_runs)}"


def _around_requests(point: Callable[[str], None]) -> None:
    handle, write = ThreadWorker.handle_request, util.write

    def handled(self: ThreadWorker, request: Any, connection: Any) -> Any:
        _begin(dict(request.headers).get(ACT.upper(), ""))
        point("heard")
        try:
            answer = handle(self, request, connection)
            point("replied")
            return answer
        finally:
            _begin("")

    def written(sock: Any, data: bytes, chunked: bool = False) -> None:
        point("before a part of the reply")
        half = 0 if chunked else len(data) // 2
        if half:
            write(sock, data[:half])
            point("in the middle of a part of the reply")
        write(sock, data[half:], chunked)

    ThreadWorker.handle_request = handled
    util.write = written


def _around_statements(point: Callable[[str], None]) -> None:
    @event.listens_for(Engine, "begin")
    def begin(_connection: Any) -> None:
        point("begin")

    @event.listens_for(Engine, "before_cursor_execute")
    def before(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        point(f"before {_short(statement)}")

    @event.listens_for(Engine, "after_cursor_execute")
    def after(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        point(f"after {_short(statement)}")

    @event.listens_for(Engine, "engine_connect")
    def connected(connection: Any) -> None:
        dialect = connection.dialect
        if not hasattr(dialect, "commit_without_points"):
            dialect.commit_without_points = dialect.do_commit

            def commit(driver: Any) -> None:
                point("before the commit")
                dialect.commit_without_points(driver)
                point("after the commit")

            dialect.do_commit = commit


def _short(statement: str) -> str:
    found = _VERB.match(statement)
    return " ".join(part for part in found.groups() if part) if found else "?"


def _around_jobs(point: Callable[[str], None]) -> None:
    claim, send = jobs.claim, mail.FileMailer.send
    run_one = jobs.run_one

    def claimed(*given: Any) -> Any:
        found = claim(*given)
        if found is not None:
            _begin(f"job {found.name}")
            point("claimed")
        return found

    def sent(self: Any, *given: str) -> None:
        point("before the mail")
        send(self, *given)
        point("after the mail")

    def ran(*given: Any) -> bool:
        try:
            return run_one(*given)
        finally:
            point("done")
            _begin("")

    jobs.claim, jobs.run_one, mail.FileMailer.send = claimed, ran, sent  # type: ignore[method-assign]
