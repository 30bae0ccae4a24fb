"""Starting: one clear sentence for what is wrong, a quick second start, and an end that ends everything."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lms.cli import serve
from lms.core import config, migrate
from lms.core.db import Database
from lms.core.errors import SettingError
from tests import serving
from tests.people import make_user

SECRET = "tests only: 0123456789 abcdefghijklmnop"
#: Seconds: a busy machine takes long to start a Python.
PATIENCE = 180
LMS = str(Path(sys.executable).with_name("lms"))


def _environment(folder: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    return kept | {"LMS_DATA_DIR": str(folder), "LMS_LOG_LEVEL": "WARNING", "LMS_WEB_WORKERS": "1"} | more


def _lms(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [LMS, *arguments]
    return subprocess.run(command, env=_environment(folder, **more), capture_output=True, text=True, timeout=PATIENCE)


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_a_busy_port_is_one_sentence(tmp_path: Path, busy_port: int) -> None:
    done = _lms(tmp_path, "serve", "--demo", "--bind", f"127.0.0.1:{busy_port}")
    assert (done.returncode, "is in use by another program" in done.stderr, "Traceback" in done.stderr) == (
        2,
        True,
        False,
    )


def test_an_unwritable_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = _lms(tmp_path / "file" / "data", "serve", "--demo")
    assert (done.returncode, "cannot be written" in done.stderr, "Traceback" in done.stderr) == (2, True, False)


def test_a_bad_setting_is_one_sentence(tmp_path: Path) -> None:
    done = _lms(tmp_path, "serve", "--demo", LMS_WEB_THREADS="lots")
    assert (done.returncode, "LMS_WEB_THREADS" in done.stderr, "Traceback" in done.stderr) == (2, True, False)


def test_a_database_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    url = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    done = _lms(tmp_path, "serve", "--demo", "--bind", "127.0.0.1:0", LMS_DATABASE_URL=url)
    assert (done.returncode, "does not answer" in done.stderr, "Traceback" in done.stderr) == (2, True, False)


def test_production_refuses_demonstration_people(tmp_path: Path) -> None:
    settings = config.load({}, mode="test", data_dir=str(tmp_path), secret_key=SECRET)
    db = Database(settings.database_url)
    migrate.upgrade(db)
    with db.writing() as session:
        make_user(session, "Alice", is_demo=True)
    db.close()
    with pytest.raises(SettingError, match="demonstration accounts"):
        serve.prepare(settings)


@pytest.fixture
def held_port() -> Iterator[socket.socket]:
    with serving.hold_port() as held:
        yield held


def _children(pid: int) -> list[int]:
    return [int(number) for number in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_it_serves_and_an_interrupt_ends_web_server_and_worker(tmp_path: Path, held_port: socket.socket) -> None:
    (tmp_path / "content").mkdir()
    address = f"127.0.0.1:{serving.number(held_port)}"
    command = [LMS, "serve", "--demo", "--bind", address]
    environment = _environment(tmp_path / "data", LMS_CONTENT_PATH=str(tmp_path / "content"))
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert serving.wait_for(f"http://{address}/readyz", process)
        children = _children(process.pid)
        process.send_signal(signal.SIGINT)
        code = process.wait(PATIENCE)
    finally:
        process.kill()
        process.wait()
    alive = [number for number in children if Path(f"/proc/{number}").exists()]
    assert (len(children), code, alive) == (2, 0, [])


def test_unchanged_content_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = config.load({}, mode="demo", data_dir=str(tmp_path / "data"), content_path=str(tmp_path))
    serve.prepare(settings)
    monkeypatch.setattr("lms.cli.content.publish_all", None)
    serve.prepare(settings)
