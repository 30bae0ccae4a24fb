"""`lms serve`: one command that runs web server and worker, and ends both."""

import errno
import hashlib
import importlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import click
from sqlalchemy.exc import OperationalError

from lms.accounts import queries
from lms.core import config, migrate
from lms.core.clock import now
from lms.core.config import Settings
from lms.core.db import Database
from lms.core.errors import SettingError

ROOT = Path(__file__).resolve().parents[2]
#: How long the web server may finish requests that are under way, in seconds.
GRACE = 20


@click.command()
@click.option(
    "--demo",
    "as_demo",
    is_flag=True,
    help="Demonstration: demo accounts and trainees, an embedded database. Never for real data.",
)
@click.option("--bind", metavar="HOST:PORT", help="Address to listen on (LMS_BIND).")
def serve(as_demo: bool, bind: str | None) -> None:
    """Run the web server and the worker until Ctrl-C."""
    _tell_children(as_demo, bind)
    settings = config.load()
    # Web server and worker start in other folders: what is relative here is told them whole.
    os.environ["LMS_DATA_DIR"] = str(settings.data_dir)
    os.environ["LMS_CONTENT_PATH"] = os.pathsep.join(str(path.absolute()) for path in settings.content_path)
    config.make_data_dir(settings.data_dir, probe=True)
    _check_port(settings.bind, settings.demo)
    prepare(settings)
    click.echo(f"Cleanroom is at {settings.base_url} (Ctrl-C ends it)")
    supervise(_commands(settings))


def _tell_children(as_demo: bool, bind: str | None) -> None:
    """Web server and worker read the environment; what the command line says goes there."""
    if as_demo:
        os.environ["LMS_MODE"] = "demo"
    if bind:
        os.environ["LMS_BIND"] = bind
    if as_demo and "LMS_BIND" in os.environ:
        os.environ.setdefault("LMS_BASE_URL", f"http://localhost:{os.environ['LMS_BIND'].strip().rpartition(':')[2]}")


def prepare(settings: Settings) -> None:
    """Bring the database to the newest schema, publish what has changed, and fill a new demonstration."""
    db = Database(settings.database_url)
    try:
        if not migrate.is_current(db):
            click.echo("Bringing the database up to date ...")
            migrate.upgrade(db)
        if settings.demo:
            _demonstrate(settings, db)
        elif _has_demo_people(db):
            raise SettingError(
                "This database holds demonstration accounts. Set LMS_DATABASE_URL or LMS_DATA_DIR to another one, "
                "or start it with --demo."
            )
    except OperationalError as error:
        raise SettingError(
            f"The database of LMS_DATABASE_URL does not answer: {str(error.orig).strip().splitlines()[0]}"
        ) from None
    finally:
        db.close()


def _has_demo_people(db: Database) -> bool:
    """Their passwords are public, and their records would stand among real ones."""
    with db.reading() as session:
        return queries.has_demo_people(session)


def _demonstrate(settings: Settings, db: Database) -> None:
    """A demonstration publishes by itself; in production a person does, with `lms sync` or at the desk.

    What publishes and fills takes a second to load, and reading a course another: a start that has neither to do has
    neither to wait for.
    """
    seen, state = settings.data_dir / "content-seen", _state_of_content(settings)
    if not (seen.exists() and seen.read_text() == state):
        click.echo("Publishing modules/ and quizzes/ ...")
        content = importlib.import_module("lms.cli.content")
        if content.publish_all(settings, db, settings.content_path, click.echo):
            seen.write_text(state)
    if not _has_demo_people(db):
        importlib.import_module("lms.cli.demo").fill(db, click.echo, now())


def _state_of_content(settings: Settings) -> str:
    """Changes when a file of the content folders does, or the program that renders them."""
    digest = hashlib.sha256(settings.database_url.encode())
    folders = [root / kind for root in settings.content_path for kind in ("modules", "quizzes")]
    for folder in [*folders, ROOT / "lms" / "engines"]:
        for path in sorted(one for one in folder.rglob("*") if one.is_file() and one.suffix != ".pyc"):
            facts = path.stat()
            digest.update(f"{path}|{facts.st_size}|{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _check_port(bind: str, as_demo: bool) -> None:
    host, _, port = bind.rpartition(":")
    try:
        with socket.create_server(
            (host.strip("[]"), int(port)), family=socket.AF_INET6 if "[" in host else socket.AF_INET
        ):
            pass
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            # Who looks at a demonstration typed `make run`, which takes the address from the environment.
            again = f"LMS_BIND={host}:8001 make run" if as_demo else f"lms serve --bind {host}:8001"
            raise SettingError(
                f"Port {port} is in use by another program. Stop it, or choose another: {again}"
            ) from None
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        raise SettingError(f"Cannot listen on {bind} ({reason}). Set LMS_BIND to an address of this machine.") from None


def _commands(settings: Settings) -> list[list[str]]:
    web = [
        sys.executable, "-m", "gunicorn", "wsgi:app",
        "--chdir", str(ROOT),
        "--bind", settings.bind,
        "--worker-class", "gthread",
        "--workers", str(settings.web_workers),
        "--threads", str(settings.web_threads),
        "--preload",  # loaded once, shared by all workers: half the time to start, and less memory
        "--keep-alive", "5",
        "--graceful-timeout", str(GRACE),
        "--log-level", "warning",
        "--no-control-socket",
    ]  # fmt: skip
    return [web, [sys.executable, "-m", "lms.worker"]]


def supervise(commands: list[list[str]]) -> None:
    """Run the commands until one ends or we are told to stop, then end the rest. Ending by itself is a failure."""
    children = [subprocess.Popen(command, start_new_session=True) for command in commands]
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    while not stopping and all(child.poll() is None for child in children):
        time.sleep(0.2)
    ended = [child for child in children if child.poll() is not None]
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(GRACE + 5)
        except subprocess.TimeoutExpired:
            child.kill()
    if not stopping:
        sys.exit(next((child.returncode for child in ended if child.returncode), 1))
