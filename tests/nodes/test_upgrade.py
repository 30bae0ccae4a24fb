"""deploy/upgrade on real releases: a good one takes over; a broken one, however it is broken, changes nothing."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests import serving
from tests.docs.papers import ROOT

pytestmark = pytest.mark.verify
UPGRADE = ROOT / "deploy" / "upgrade"
#: The release's own source with the packages that are installed here.
LMS = """#!{python}
import sys
sys.path.insert(0, {release!r})
from lms.cli import main
main()
"""
INSTALL = """
import pathlib, sys
release = pathlib.Path.cwd()
program = release / ".venv/bin/lms"
program.parent.mkdir(parents=True)
program.write_text({text!r}.format(python=sys.executable, release=str(release)))
beside = program.with_name("python")
beside.write_text(f'#!/bin/sh\\nPYTHONPATH={release} exec {sys.executable} "$@"\\n')
for one in (program, beside):
    one.chmod(0o755)
"""
#: Stands for the service manager: ends what runs, and starts the current release.
RESTART = """
import os, pathlib, signal, subprocess, sys, time
home = pathlib.Path(sys.argv[1])
number = home / "pid"
if number.exists():
    try:
        os.kill(int(number.read_text()), signal.SIGINT)
        while True:
            os.kill(int(number.read_text()), 0)
            time.sleep(0.05)
    except ProcessLookupError:
        pass
settings = dict(line.split("=", 1) for line in (home / "cleanroom.env").read_text().splitlines())
log = open(home / "service.log", "ab")
program = home / "current/.venv/bin/lms"
first = subprocess.Popen(
    [program, "serve", "--only", "web"], env={**os.environ, **settings},
    cwd=home, stdout=log, stderr=log, start_new_session=True,
)
number.write_text(str(first.pid))
"""


class House:
    """Where releases live, and a source to break."""

    def __init__(self, folder: Path) -> None:
        self.home, self.source = folder / "home", folder / "source"
        self.held = serving.hold_port()
        self.address = f"http://127.0.0.1:{serving.number(self.held)}"
        (self.home / "content").mkdir(parents=True)
        (folder / "backups").mkdir()
        self.backups = folder / "backups"
        for name in ("lms", "migrations"):
            shutil.copytree(ROOT / name, self.source / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", self.source)
        settings = {
            "LMS_DATA_DIR": self.home / "data",
            "LMS_SECRET_KEY": "tests of upgrades: 0123456789 abcdefghijkl",
            "LMS_BASE_URL": self.address.replace("127.0.0.1", "localhost"),
            "LMS_ALLOW_HTTP": "yes",
            "LMS_CONTENT_PATH": self.home / "content",
            "LMS_BIND": self.address.removeprefix("http://"),
            "LMS_WEB_WORKERS": "1",
            "LMS_LOG_LEVEL": "WARNING",
        }
        (self.home / "cleanroom.env").write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        (folder / "install.py").write_text(INSTALL.replace("{text!r}", repr(LMS)))
        (folder / "restart.py").write_text(RESTART)
        self.folder = folder

    def upgrade(self, name: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, UPGRADE, self.source, "--name", name, "--home", self.home, "--user", "",
             "--settings", self.home / "cleanroom.env", "--backups", self.backups, "--address", self.address,
             "--setup", f"{sys.executable} {self.folder / 'install.py'}", "--patience", "60",
             "--restart", f"{sys.executable} {self.folder / 'restart.py'} {self.home}"],
            capture_output=True, text=True, check=False, timeout=600,
        )  # fmt: skip

    def change(self, file: str, old: str, new: str) -> None:
        path = self.source / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    @property
    def release(self) -> str:
        return (self.home / "current").resolve().name

    @property
    def pid(self) -> int:
        return int((self.home / "pid").read_text())

    def close(self) -> None:
        with suppress(FileNotFoundError, ProcessLookupError):
            number = self.pid
            os.kill(number, signal.SIGINT)
            until = time.monotonic() + serving.PATIENCE
            while Path(f"/proc/{number}").exists() and time.monotonic() < until:
                time.sleep(0.05)
        self.held.close()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """With a release that serves."""
    made = House(tmp_path_factory.mktemp("house"))
    first = made.upgrade("first")
    assert (first.returncode, made.release) == (0, "first"), first.stdout + first.stderr
    yield made
    made.close()


def code(house: House) -> None:
    house.change("lms/app.py", "def create_app(", "raise RuntimeError('broken')\n\n\ndef create_app(")


def page(house: House) -> None:
    """It starts and is ready, and no page has a form."""
    house.change("lms/templates/base.html", "<!doctype html>", "<!doctype html>{{ 1 // 0 }}")


def migration(house: House) -> None:
    newest = subprocess.run(
        [sys.executable, "-c", "from lms.core import migrate; print(migrate.known()[0])"],
        cwd=house.source, capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    (house.source / "migrations/versions/2099_01_01_broken.py").write_text(
        f'revision = "broken"\ndown_revision = "{newest}"\n\n\n'
        "def upgrade():\n    from alembic import op\n    op.execute('CREATE TABLE half (id INTEGER)')\n"
        "    op.execute('SELECT * FROM nowhere')\n"
    )


def only_when_in_use(house: House) -> None:
    """It passes the trial, and fails on the port of the product."""
    port = house.address.rpartition(":")[2]
    broken = f"def create_app(settings=None, db=None):\n    import os\n    if '{port}' in os.environ['LMS_BIND']:\n"
    broken += "        raise RuntimeError('broken in use')\n    return _create_app(settings, db)\n\n\ndef _create_app("
    house.change("lms/app.py", "def create_app(", broken)


@pytest.mark.parametrize(
    ("breaks", "step"),
    [
        (code, "Trying the new release failed"),
        (page, "Trying the new release failed"),
        (migration, "Migrating the database failed"),
        (only_when_in_use, "Switching failed"),
    ],
)
def test_a_broken_release_leaves_the_one_before(
    house: House, tmp_path: Path, breaks: Callable[[House], None], step: str
) -> None:
    whole = house.source
    house.source = tmp_path / "source"
    shutil.copytree(whole, house.source)
    try:
        breaks(house)
        before = (house.release, house.pid)
        done = house.upgrade(breaks.__name__)
    finally:
        house.source = whole
    assert (done.returncode, step in done.stderr) == (1, True), done.stdout + done.stderr
    assert house.release == before[0] and serving.answers(f"{house.address}/readyz")
    assert (house.pid == before[1]) == (breaks is not only_when_in_use)


def test_a_good_release_takes_over_and_a_backup_was_made(house: House) -> None:
    done = house.upgrade("good")
    assert (done.returncode, house.release) == (0, "good"), done.stdout + done.stderr
    assert serving.answers(f"{house.address}/readyz") and (house.backups / "before-good.cleanroom").exists()
