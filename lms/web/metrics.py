"""`/metrics`: for who shows the token, in the text format of Prometheus."""

import hmac
from collections.abc import Iterator
from pathlib import Path

from flask import Blueprint, Response, abort, request

from lms.core import metrics, node, ready
from lms.core.clock import now
from lms.web.access import public
from lms.web.context import Context, context, settings

blueprint = Blueprint("metrics", __name__)
TYPE = "text/plain; version=0.0.4; charset=utf-8"
Fact = tuple[str, tuple[str, ...], float]


@blueprint.get("/metrics")
@public
def show() -> Response:
    """Without a token in the settings there is nothing here."""
    token, given = settings().metrics_token, request.headers.get("Authorization", "")
    if not token:
        abort(404)
    if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return Response("Show LMS_METRICS_TOKEN as a bearer token.\n", 401, {"WWW-Authenticate": "Bearer"})
    here = context()
    return Response(metrics.written(folders(here), list(_facts(here))), content_type=TYPE)


def folders(here: Context) -> tuple[Path, Path]:
    """Where the web processes and the worker of this node keep what they count."""
    data_dir, bind = here.settings.data_dir, here.settings.bind
    return metrics.folder_of(data_dir, metrics.part_of(bind)), metrics.folder_of(data_dir, "worker")


def _facts(here: Context) -> Iterator[Fact]:
    moment = now()
    yield "lms_build_info", (node.RELEASE, node.PYTHON, here.db.dialect), 1
    found = ready.look(here.extra["bounded"], here.settings.data_dir, here.storage)
    yield "lms_ready", (), found.ready
    for kind, sizes in node.processes(folders(here)).memory.items():
        yield "lms_processes", (kind,), len(sizes)
        yield "lms_memory_bytes", (kind,), sum(sizes)
        yield "lms_memory_largest_bytes", (kind,), max(sizes)
    yield "lms_database_connections_limit", (), connections(here)
    asked = here.extra["bounded"].ask(node.ask, ready.PATIENCE)
    if "jobs" in asked:
        yield "lms_jobs_waiting", (), asked["jobs"].due
        yield "lms_jobs_oldest_seconds", (), asked["jobs"].oldest
        yield "lms_jobs_dead", (), asked["jobs"].dead
    if "workers" in asked:
        yield "lms_workers", (), sum(one.alive(moment) for one in asked["workers"])
        if (seen := node.seen_seconds(asked["workers"], moment)) is not None:
            yield "lms_worker_seen_seconds", (), seen
    yield from _disk_facts(here)
    if (made := node.last_backup(here.settings.data_dir)) is not None:
        yield "lms_backup_age_seconds", (), (moment - made).total_seconds()


def connections(here: Context) -> int:
    """The most that one web process takes: those of its pool, and one for health."""
    return here.settings.web_threads + 2 + 5 + 1


def _disk_facts(here: Context) -> Iterator[Fact]:
    free, size = node.disk(here.settings.data_dir)
    yield "lms_disk_free_bytes", (), free
    yield "lms_disk_bytes", (), size
    turns = getattr(here.db, "turns", None)
    if turns is None:
        return
    log = Path(str(here.db.engine.url.database) + "-wal")
    yield "lms_sqlite_log_bytes", (), log.stat().st_size if log.exists() else 0
    uses = turns.uses()
    last = uses[-2] if len(uses) > 1 else None
    yield "lms_sqlite_writer_busy_ratio", (), last.share if last else 0
    yield "lms_sqlite_writer_wait_seconds", (), last.longest if last else 0
