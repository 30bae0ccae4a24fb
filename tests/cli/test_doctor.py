"""`lms doctor`: one line each, and an exit code that a script can trust."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lms.core import migrate
from lms.core.db import Database

ROOT = Path(__file__).parents[2]


def _doctor(folder: Path, *options: str, **settings: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    given = {"LMS_MODE": "demo", "LMS_DATA_DIR": str(folder), "LMS_BASE_URL": "http://localhost:1"} | settings
    command = [sys.executable, "-c", "from lms.cli import main; main()", "doctor", *options]
    return subprocess.run(command, cwd=ROOT, env=kept | given, capture_output=True, text=True, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    db = Database(f"sqlite:///{tmp_path / 'lms.db'}")
    migrate.upgrade(db)
    db.close()
    return tmp_path


def test_a_problem_is_a_line_with_its_remedy_and_ends_with_one(folder: Path) -> None:
    done = _doctor(folder)
    lines = done.stdout.splitlines()
    assert done.returncode == 1
    assert any(line.startswith("problem  worker-missing: ") and "Start it: lms serve" in line for line in lines)
    assert any(line.startswith("ok       schema: ") for line in lines)
    assert {line.split()[0] for line in lines} == {"ok", "warning", "problem"}


def test_as_json(folder: Path) -> None:
    said = json.loads(_doctor(folder, "--json").stdout)
    assert said["problem"] is True and "schema" in said["ok"]
    one = next(one for one in said["findings"] if one["code"] == "worker-missing")
    assert (one["level"], one["area"]) == ("problem", "worker") and one["do"]


def test_a_wrong_setting_is_the_first_finding(folder: Path) -> None:
    done = _doctor(folder, LMS_WEB_WORKERS="many")
    assert (done.returncode, done.stdout.startswith("problem  setting-wrong: ")) == (1, True)
    assert "LMS_WEB_WORKERS" in done.stdout


def test_it_leaves_no_trace_of_its_own_in_the_data(folder: Path) -> None:
    before = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    _doctor(folder)
    after = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    assert {path.name for path in after - before} <= {"secret-key", "lms.db-turn", "lms.db-wal", "lms.db-shm"}
