"""`lms serve`: one command that runs web server and worker, and ends both."""

import hashlib
import importlib
import os
from pathlib import Path

import click
from sqlalchemy.exc import OperationalError

from lms.accounts import queries
from lms.cli import supervise
from lms.core import config, migrate, stores
from lms.core.clock import now
from lms.core.config import Settings
from lms.core.db import Database
from lms.core.errors import SettingError
from lms.core.storage import StoreAway

ROOT = Path(__file__).resolve().parents[2]


@click.command()
@click.option(
    "--demo",
    "as_demo",
    is_flag=True,
    help="Demonstration: demo accounts and trainees, an embedded database. Never for real data.",
)
@click.option("--bind", metavar="HOST:PORT", help="Address to listen on (LMS_BIND).")
@click.option("--only", type=click.Choice(["web", "worker"]), help="Run one of the two alone, on one of several nodes.")
def serve(as_demo: bool, bind: str | None, only: str | None) -> None:
    """Run the web server and the worker until Ctrl-C."""
    handed_over = supervise.handed_over() if only != "worker" else None
    _tell_children(as_demo, bind)
    settings = config.load()
    # Web server and worker start in other folders: what is relative here is told them whole.
    os.environ["LMS_DATA_DIR"] = str(settings.data_dir)
    os.environ["LMS_CONTENT_PATH"] = os.pathsep.join(str(path.absolute()) for path in settings.content_path)
    config.make_data_dir(settings.data_dir, probe=True)
    door = None if only == "worker" else handed_over or supervise.listening(settings.bind, settings.demo)
    prepare(settings)
    _try_out_store(settings)
    click.echo(f"Cleanroom is at {settings.base_url} (Ctrl-C ends it)")

    def commands() -> list[list[str]]:
        return ([supervise.web(settings, door)] if door else []) + ([supervise.worker()] if only != "web" else [])

    supervise.supervise(commands, door, settings, kept=handed_over is not None)


def _tell_children(as_demo: bool, bind: str | None) -> None:
    """Web server and worker read the environment; what the command line says goes there."""
    if as_demo:
        os.environ["LMS_MODE"] = "demo"
    if bind:
        os.environ["LMS_BIND"] = bind
    if as_demo and "LMS_BIND" in os.environ:
        os.environ.setdefault("LMS_BASE_URL", f"http://localhost:{os.environ['LMS_BIND'].strip().rpartition(':')[2]}")


def _try_out_store(settings: Settings) -> None:
    """A key that is refused stops the start; a store that is away does not: records can be saved meanwhile."""
    try:
        stores.try_out(settings)
    except StoreAway as error:
        click.echo(
            f"The store of LMS_BLOBS_URL does not answer, files will be missing until it does: {error}", err=True
        )


def prepare(settings: Settings) -> None:
    """Bring the database to the newest schema, publish what has changed, and fill a new demonstration."""
    db = Database(settings.database_url)
    try:
        if migrate.is_behind(db):
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
