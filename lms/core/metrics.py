"""What an operator counts and times: one table of metrics, kept by prometheus-client in files that processes share.

Nothing is kept until `start` has been called, which needs a token that lets somebody read it. Every label has few
values, all from the code: never a name, an address or a number of a record.
"""

import contextlib
import hashlib
import importlib
import os
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

#: Files of processes that have ended are swept at the next start; those that live are left alone.
SHARED_MEMORY = "/dev/shm"
#: A folder of a site that nobody has served for so long is removed, in seconds.
FORGOTTEN = 24 * 3600
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.5, 5.0, 10.0)
LONG = (0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0)


@dataclass(frozen=True, slots=True)
class Metric:
    """`labels` in the order in which values are given. `read`: computed when somebody asks, from what is true then."""

    kind: str
    about: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = SECONDS
    read: bool = False


def _now(about: str, *labels: str) -> Metric:
    return Metric("gauge", about, labels, read=True)


METRICS: dict[str, Metric] = {
    "lms_requests_total": Metric("counter", "Requests answered.", ("endpoint", "status")),
    "lms_request_seconds": Metric("histogram", "Time until the answer was ready.", ("endpoint",)),
    "lms_requests_in_flight": Metric("gauge", "Requests being answered now."),
    "lms_batches_total": Metric("counter", "Batches of operations acknowledged.", ("activity",)),
    "lms_events_total": Metric("counter", "Learning events committed: applied, late or refused.", ("outcome",)),
    "lms_sign_ins_total": Metric("counter", "Tries to sign in: ok, refused, or held up by a closed door.", ("result",)),
    "lms_completions_total": Metric("counter", "Courses completed."),
    "lms_certificates_total": Metric("counter", "Certificates issued."),
    "lms_audit_events_total": Metric("counter", "Audit events committed."),
    "lms_database_errors_total": Metric("counter", "Failures of the database: away, refused or other.", ("kind",)),
    "lms_database_connections_in_use": Metric("gauge", "Connections that work has taken from the pools."),
    "lms_database_connections_waiting": Metric("gauge", "Threads that wait for a connection of a pool."),
    "lms_slow_queries_total": Metric("counter", "Statements slower than LMS_SLOW_QUERY_MS."),
    "lms_storage_errors_total": Metric("counter", "Files that could not be kept or read.", ("act",)),
    "lms_jobs_total": Metric("counter", "Jobs tried by the worker: done or failed.", ("job", "result")),
    "lms_job_seconds": Metric("histogram", "Time that one try of a job took.", ("job",), LONG),
    "lms_build_info": _now("1; the labels say what runs.", "version", "python", "database"),
    "lms_ready": _now("1 when /readyz would say 200."),
    "lms_processes": _now("Processes of this node.", "kind"),
    "lms_memory_bytes": _now("Resident memory of these processes together.", "kind"),
    "lms_memory_largest_bytes": _now("Resident memory of the largest of them.", "kind"),
    "lms_database_connections_limit": _now("The most connections that one process may take."),
    "lms_jobs_waiting": _now("Jobs that are due and not done."),
    "lms_jobs_oldest_seconds": _now("How long the oldest of them has been due."),
    "lms_jobs_dead": _now("Jobs that have stopped after all their tries."),
    "lms_workers": _now("Workers seen within a minute."),
    "lms_worker_seen_seconds": _now("Time since any worker was seen."),
    "lms_sqlite_writer_busy_ratio": _now("Of the last whole five minutes, the part in which somebody wrote."),
    "lms_sqlite_writer_wait_seconds": _now("The longest wait for SQLite's writer in these five minutes."),
    "lms_sqlite_log_bytes": _now("Size of SQLite's write-ahead log."),
    "lms_disk_free_bytes": _now("Free room where the data folder lies."),
    "lms_disk_bytes": _now("Size of that disk."),
    "lms_backup_age_seconds": _now("Time since the last backup that this node knows of."),
}  # fmt: skip

_made: dict[str, Any] = {}
_children: dict[tuple[str, ...], Any] = {}


def folder_of(data_dir: Path, part: str) -> Path:
    """Where the processes of one part of this node (`web-8000`, `worker`) share their files: in memory where there is
    any to share, because a file in a mapped page must never meet a full disk; else in the data folder."""
    mark = hashlib.sha256(f"{socket.gethostname()}|{data_dir}".encode()).hexdigest()[:12]
    for base in (Path(os.environ.get("CLEANROOM_SHARED_MEMORY", SHARED_MEMORY)), data_dir / "cache"):
        place = base / f"cleanroom-{os.geteuid()}-{mark}"
        with contextlib.suppress(OSError):
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            if place.stat().st_uid == os.geteuid() and not place.is_symlink():
                (place / part).mkdir(mode=0o700, exist_ok=True)
                return place / part
    return data_dir / "cache"


def part_of(bind: str) -> str:
    return f"web-{bind.rpartition(':')[2]}"


def sweep(folder: Path) -> None:
    """Remove what processes have left that are no more. Called at a start, when all counts begin anew anyway."""
    _sweep_one(folder)
    site = folder.parent
    for other in site.parent.glob(f"cleanroom-{os.geteuid()}-*"):
        if other != site and time.time() - other.stat().st_mtime > FORGOTTEN:
            for part in other.iterdir():
                _sweep_one(part)
                with contextlib.suppress(OSError):  # a process still lives there
                    part.rmdir()
            with contextlib.suppress(OSError):
                other.rmdir()


def _sweep_one(folder: Path) -> None:
    for file in folder.glob("*_*.*"):
        if not alive(pid_of(file)):
            file.unlink(missing_ok=True)
    if not any(folder.glob("*_*.*")):
        for file in folder.glob("seen-*"):
            file.unlink(missing_ok=True)


def pid_of(file: Path) -> int:
    number = file.stem.rpartition("_")[2]
    return int(number) if number.isdecimal() else 0


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return pid > 0


def start(folder: Path) -> None:
    """Begin to keep. Once in a process, before it forks: prometheus-client decides at its import where values live."""
    if _made:
        return
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    library = importlib.import_module("prometheus_client")
    registry = library.CollectorRegistry(auto_describe=False)
    for name, one in METRICS.items():
        if one.read:
            continue
        given: dict[str, Any] = {"labelnames": one.labels, "registry": registry}
        if one.kind == "counter":
            _made[name] = library.Counter(name, one.about, **given)
        elif one.kind == "gauge":
            _made[name] = library.Gauge(name, one.about, multiprocess_mode="livesum", **given)
        else:
            _made[name] = library.Histogram(name, one.about, buckets=one.buckets, **given)


def is_on() -> bool:
    return bool(_made)


def _child(key: tuple[str, ...]) -> Any:
    found = _children.get(key)
    if found is None:
        made = _made[key[0]]
        found = _children[key] = made.labels(*key[1:]) if len(key) > 1 else made
    return found


def count(name: str, *values: str, amount: int = 1) -> None:
    """Add to a counter, or with a gauge to what is now; `values` are those of its labels."""
    if _made:
        _child((name, *values)).inc(amount)


def observe(name: str, seconds: float, *values: str) -> None:
    if _made:
        _child((name, *values)).observe(seconds)


def tally(session: Session, name: str, *values: str, amount: int = 1) -> None:
    """Count when the session commits: what is rolled back has not happened."""
    if _made:
        session.info.setdefault("tally", []).append((name, values, amount))


@event.listens_for(Session, "after_commit")
def _committed(session: Session) -> None:
    if _made:
        for name, values, amount in session.info.pop("tally", ()):
            count(name, *values, amount=amount)


@event.listens_for(Session, "after_rollback")
def _rolled_back(session: Session) -> None:
    if _made:
        session.info.pop("tally", None)


def written(folders: Sequence[Path], facts: Sequence[tuple[str, tuple[str, ...], float]]) -> bytes:
    """All of it in the text format: what the processes of these folders keep, and `facts` (name, labels, value)."""
    library = importlib.import_module("prometheus_client")
    multi = importlib.import_module("prometheus_client.multiprocess")
    kept = [file for folder in folders for file in folder.glob("[cgh]*_*.db") if not _is_left(file)]
    families = list(multi.MultiProcessCollector.merge([str(file) for file in kept]))
    named: dict[str, Any] = {}
    for name, values, value in facts:
        one = METRICS[name]
        core = named.setdefault(name, library.metrics_core.GaugeMetricFamily(name, one.about, labels=one.labels))
        core.add_metric(values, value)
    return library.generate_latest(_Given([*families, *named.values()]))


def _is_left(file: Path) -> bool:
    """A gauge of what is now says nothing of a process that is no more; what it has counted stays counted."""
    return file.name.startswith("gauge_live") and not alive(pid_of(file))


class _Given:
    """What prometheus-client takes for a registry."""

    def __init__(self, families: list[Any]) -> None:
        self._families = families

    def collect(self) -> list[Any]:
        return self._families
