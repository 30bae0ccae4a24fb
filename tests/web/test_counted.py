"""What people do is counted when it is kept, once."""

import subprocess
import sys

import pytest

#: In a process of its own, because what a process counts cannot be told apart by test.
SCRIPT = """
import sys, tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from lms.accounts import passwords
from lms.accounts.models import User
from lms.app import create_app
from lms.certificates import service as certificates
from lms.core import config, metrics, migrate
from lms.core.db import Database
from lms.web.metrics import folders
from tests.certificates.finished import NOON, complete_tiny
from tests.client import Client
from tests.people import make_people

folder = Path(sys.argv[1])
settings = config.load({}, mode="test", data_dir=str(folder), secret_key="tests only: 0123456789 abcdefghijklmnop",
                       log_level="ERROR", metrics_token="tests-only-0123456789")
db = Database(f"sqlite:///{folder / 'lms.db'}")
migrate.upgrade(db)
client = Client(create_app(settings, db))
with db.writing() as session:
    people = make_people(session)
    for one in (people.alice, people.charlie):
        session.get(User, one.id).password_hash = passwords.hash_password("right horse battery")
    registration = complete_tiny(session, people.alice, folder / "blobs")
    certificates.issue(session, registration, NOON)
for password in ["wrong"] * 6 + ["right horse battery"]:
    client.post("/sign-in", {"name": "alice", "password": password}, csrf=False)
client.post("/sign-in", {"name": "charlie", "password": "right horse battery"}, csrf=False)
client.post("/sign-in", {"name": "bob", "password": "wrong"}, csrf=False)
sys.stdout.buffer.write(metrics.written(folders(client.app.extensions["lms"]), []))
"""


@pytest.fixture(scope="module")
def counts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    folder = str(tmp_path_factory.mktemp("counted"))
    done = subprocess.run([sys.executable, "-c", SCRIPT, folder], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    rows = (line.rpartition(" ") for line in done.stdout.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in rows}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lms_completions_total", 1),
        ("lms_certificates_total", 1),
        ('lms_sign_ins_total{result="ok"}', 1),
        ('lms_sign_ins_total{result="refused"}', 6),
        ('lms_sign_ins_total{result="held"}', 2),
    ],
)
def test_counted_once(counts: dict[str, float], name: str, value: float) -> None:
    assert counts[name] == value


def test_events_are_those_of_the_record(counts: dict[str, float]) -> None:
    assert counts['lms_events_total{outcome="applied"}'] > 0
    assert counts["lms_audit_events_total"] > 0
