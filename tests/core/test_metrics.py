"""Counts of processes that share a folder; what is rolled back is not counted."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lms.core import metrics

#: In a process of its own: prometheus-client decides once where values live.
SCRIPT = """
import os, sys
from pathlib import Path
from lms.core import metrics
from lms.core.db import Database
folder = Path(sys.argv[1])
metrics.count("lms_completions_total")  # before the start: nothing is kept
metrics.start(folder)
metrics.count("lms_sign_ins_total", "ok", amount=2)
child = os.fork()
if child == 0:
    metrics.count("lms_sign_ins_total", "ok", amount=3)
    metrics.count("lms_requests_in_flight", amount=5)
    metrics.observe("lms_request_seconds", 0.02, "learning.mine")
    os._exit(0)
os.waitpid(child, 0)
db = Database(f"sqlite:///{folder / 'x.db'}")
with db.writing() as session:
    metrics.tally(session, "lms_audit_events_total", amount=7)
    session.execute(__import__("sqlalchemy").text("SELECT 1"))
with db.write_session() as session:
    session.execute(__import__("sqlalchemy").text("SELECT 1"))
    metrics.tally(session, "lms_completions_total")
    session.rollback()
metrics.count("lms_requests_in_flight")
sys.stdout.buffer.write(metrics.written([folder], [("lms_ready", (), 1.0)]))
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("metrics")
    done = subprocess.run([sys.executable, "-c", SCRIPT, str(folder)], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    "line",
    [
        'lms_sign_ins_total{result="ok"} 5.0',
        'lms_request_seconds_bucket{endpoint="learning.mine",le="0.025"} 1.0',
        "lms_audit_events_total 7.0",
        "lms_ready 1.0",
    ],
)
def test_all_processes_together(written: list[str], line: str) -> None:
    assert line in written


def test_what_is_rolled_back_has_not_happened(written: list[str]) -> None:
    assert "lms_completions_total 0.0" in written


def test_what_is_now_says_nothing_of_a_process_that_has_ended(written: list[str]) -> None:
    assert "lms_requests_in_flight 1.0" in written


def test_a_start_sweeps_what_the_dead_have_left(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    for pid in (dead.pid, os.getpid()):
        (tmp_path / f"counter_{pid}.db").touch()
    metrics.sweep(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == [f"counter_{os.getpid()}.db"]


@pytest.mark.parametrize(("age", "left"), [(2 * metrics.FORGOTTEN, False), (60, True)])
def test_a_start_forgets_sites_that_nobody_serves(tmp_path: Path, age: int, left: bool) -> None:
    own, other = (tmp_path / f"cleanroom-{os.geteuid()}-{name}" for name in ("own", "other"))
    for site in (own, other):
        (site / "web-8000").mkdir(parents=True)
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    (other / "web-8000" / f"pulse_{dead.pid}.bin").touch()
    os.utime(other, (time.time() - age,) * 2)
    metrics.sweep(own / "web-8000")
    assert other.exists() == left


def test_no_label_is_a_person_or_a_record() -> None:
    of_the_code = {"endpoint", "status", "activity", "outcome", "result", "kind", "act", "job"}
    of_the_build = {"version", "python", "database"}
    assert {label for one in metrics.METRICS.values() for label in one.labels} == of_the_code | of_the_build
