"""How much memory and time exporting the grades of a whole programme takes, and how long a page of its gradebook.

The scene is built once for all formats, by the database itself; of each export, CPU is what the process used.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.app import create_app
from lms.catalogue import queries as catalogue
from lms.catalogue.models import CourseVersion
from lms.core import config
from lms.core.db import Database
from lms.core.storage import DiskStorage
from tests import many
from tests.client import Client
from tests.courses import publish_tiny
from tests.load import databases
from tests.people import make_user

COURSE = "tiny-course"
ACTIVITIES = [f"activity-{number:02}" for number in range(1, 41)]
FORMATS = ("csv", "xlsx", "json")
FEW = 10
#: Ends by saying the most memory that the process has ever had, as Linux counts it since the program began.
PEAK = (
    "\nprint(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')), file=sys.stderr)"
)
COMMAND = "import sys, lms.cli; lms.cli.main(sys.argv[1:], standalone_mode=False)"
#: What every export has done before its first row: import the command, open the database.
BASELINE = """import sys, lms.cli.grades
from lms.core import config
from lms.core.db import Database
with Database(config.load().database_url, pool_size=1).snapshot() as session: session.connection()"""


def main(trainees: int) -> None:
    with tempfile.TemporaryDirectory(prefix="lms-load-") as name:
        folder = Path(name)
        with databases.sqlite(folder) as fresh:
            environment = {"LMS_MODE": "demo", "LMS_DATA_DIR": name, "LMS_DATABASE_URL": fresh.url}
            client = _course(folder, fresh.url)
            pages = [(FEW, _page_ms(client))]
            _grow(client.db, FEW + 1, trainees)
            pages.append((trainees, _page_ms(client)))
            print(f"{trainees} trainees x {len(ACTIVITIES)} activities on SQLite")
            print("gradebook page: " + ", ".join(f"{took:.0f} ms of {count} trainees" for count, took in pages))
            _exports(folder, environment)


def _course(folder: Path, url: str) -> Client:
    """A course of 40 lessons, a few trainees, and an instructor who has signed in."""
    settings = config.load({}, mode="test", data_dir=str(folder), database_url=url, log_level="ERROR")
    client = Client(create_app(settings))
    with client.db.writing() as session:
        version = publish_tiny(session, DiskStorage(folder / "blobs")).version_id
        _stretch(session, version)
        instructor = make_user(session, "Instructor", ("instructor",)).id
    catalogue.forget()
    _grow(client.db, 1, FEW)
    client.sign_in(instructor)
    return client


def _stretch(session: Session, version_id: int) -> None:
    """No such version could be published, but its outline is all that gradebook and export read."""
    outline: dict[str, Any] = catalogue.outline(session, version_id).data
    lesson = next(one for one in outline["activities"].values() if one["kind"] == "lesson")
    module = outline["modules"][0] | {"activities": ACTIVITIES}
    activities = {key: lesson | {"module": module["id"], "requires": []} for key in ACTIVITIES}
    stretched = outline | {"modules": [module], "activities": activities}
    session.execute(update(CourseVersion).where(CourseVersion.id == version_id).values(outline=stretched))


def _grow(db: Database, first: int, last: int) -> None:
    with db.writing() as session:
        course = catalogue.course_by_key(session, COURSE)
        assert course and course.current_version_id
        many.fill(session, course.id, course.current_version_id, ACTIVITIES, first, last)


def _page_ms(client: Client) -> float:
    """The second of two, as everybody but the first of the day sees it."""
    for _turn in range(2):
        begun = time.perf_counter()
        reply = client.get(f"/gradebook/{COURSE}")
        took = (time.perf_counter() - begun) * 1000
        assert reply.status_code == 200
    return took


def _exports(folder: Path, environment: dict[str, str]) -> None:
    idle = run(BASELINE, [], environment)
    print(f"a process that imports the command and opens the database: {idle.peak_mb:.0f} MB, {idle.cpu:.1f} s CPU")
    for form in FORMATS:
        target = folder / f"grades.{form}"
        arguments = ["grades", "export", COURSE, "--format", form, "--output", str(target)]
        took, size = run(COMMAND, arguments, environment), target.stat().st_size / 1e6
        print(
            f"{form}: {took.peak_mb - idle.peak_mb:.0f} MB more, {took.cpu - idle.cpu:.1f} s CPU more,"
            f" {took.seconds:.1f} s in all, {size:.1f} MB written",
            flush=True,
        )


@dataclass(frozen=True, slots=True)
class Run:
    """A process of its own from beginning to end: its peak resident memory, its CPU, the time that went by."""

    peak_mb: float
    cpu: float
    seconds: float


def run(program: str, arguments: list[str], environment: dict[str, str]) -> Run:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    begun, used = time.perf_counter(), _children_cpu()
    command = [sys.executable, "-c", program + PEAK, *arguments]
    done = subprocess.run(
        command, env=kept | environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    peak = int(done.stderr.split()[-1]) * 1024 / 1e6
    return Run(peak, _children_cpu() - used, time.perf_counter() - begun)


def _children_cpu() -> float:
    """CPU seconds of all child processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
