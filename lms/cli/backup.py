"""`lms backup`, `lms restore`."""

import os
import signal
import sys
import threading
from pathlib import Path

import click

from lms.backup import folder as folders
from lms.backup import keys as keeping
from lms.backup import make, sqlite
from lms.backup import restore as restoring
from lms.backup import source as sources
from lms.backup.follow import Followed, follow
from lms.backup.make import Made
from lms.backup.manifest import Head, fingerprint
from lms.backup.restore import Restored
from lms.cli.context import storage
from lms.core import config, node
from lms.core.clock import now
from lms.core.config import Settings
from lms.core.db import Database
from lms.core.errors import SettingError
from lms.core.storage import DiskStorage

Place = click.Path(path_type=Path)


@click.command()
@click.argument("file", metavar="[FILE|FOLDER]", type=Place, required=False)
@click.option(
    "--follow", "followed", metavar="FOLDER", type=Place, help="Keep FOLDER up to date until Ctrl-C (SQLite)."
)
@click.option(
    "--every", default=10.0, show_default=True, type=click.FloatRange(0.2, 20), help="Seconds, with --follow."
)
@click.option("--keys", metavar="FILE2", type=Place, help="Write the secret key there; it is never in FILE itself.")
@click.option(
    "--blobs/--no-blobs",
    default=None,
    help="With the files of courses, or a list of them only. Without either: with them when they are on this machine.",
)
def backup(file: Path | None, followed: Path | None, every: float, keys: Path | None, blobs: bool | None) -> None:
    """Write the database and the files of courses into one FILE, while the product serves.

    In a FOLDER, the file's name says when it was made.
    """
    if (file is None) == (followed is None):
        raise click.UsageError("Name either a FILE, or a FOLDER with --follow.")
    settings = config.load()
    moment = now()
    if keys:
        keeping.write(keys, settings.secret_key, moment)
    db = Database(settings.database_url, pool_size=2)
    try:
        if followed is not None:
            _follow(settings, db, followed.absolute(), every, blobs)
            return
        assert file is not None
        made = make.backup(db, storage(settings), file, moment, secret_key=settings.secret_key, blobs=blobs)
    finally:
        db.close()
    if not made.backup.manifest.lost:
        node.remember_backup(settings.data_dir, moment)
    _tell_made(made, keys)


def _follow(settings: Settings, db: Database, folder: Path, every: float, blobs: bool | None) -> None:
    if db.dialect != "sqlite":
        raise SettingError("--follow is for SQLite. How PostgreSQL loses no more than a minute is in docs/backup.md.")
    stored = storage(settings)
    included = isinstance(stored, DiskStorage) if blobs is None else blobs
    what = Followed(sqlite.path_of(db), stored if included else None, folder, settings.data_dir, settings.secret_key)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    follow(what, stop, every, now, click.echo)


def _tell_made(made: Made, keys: Path | None) -> None:
    head, held = made.backup.head, made.backup.manifest
    files = f"{held.blobs} files" if head.blobs else f"a list of {held.blobs} files, without the files themselves"
    click.echo(f"{made.path}: {made.size / 1e6:.1f} MB, {sum(held.rows.values())} rows, {files}. Schema {head.schema}.")
    click.echo(
        f"The secret key is in {keys}: keep it apart from the backup."
        if keys
        else "The secret key is not in it. Keep LMS_SECRET_KEY elsewhere, or write it with --keys."
    )
    if held.lost:
        click.echo(
            f"Error: {len(held.lost)} files that the database names are missing or damaged, and are not in the backup: "
            f"{', '.join(held.lost[:3])}{' ...' if len(held.lost) > 3 else ''}",
            err=True,
        )
        sys.exit(1)


@click.command()
@click.argument("file", metavar="FILE|FOLDER", type=click.Path(exists=True, path_type=Path))
@click.option("--keys", metavar="FILE2", type=click.Path(exists=True, path_type=Path), help="What --keys has written.")
@click.option("--replace", is_flag=True, help="Move what is there aside. Nothing is deleted.")
@click.option("--anyway", is_flag=True, help="Put it in place although something is wrong; still ends with 1.")
def restore(file: Path, keys: Path | None, replace: bool, anyway: bool) -> None:
    """Put a backup into an empty data folder and an empty database, and try it out first.

    Every hash is checked before anything is touched. Then the audit log is verified, every file of the database is
    read, and a lesson and a package are opened.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was begun is taken back
    settings = _settings(keys)
    config.make_data_dir(settings.data_dir)
    click.echo(f"Reading {file} ...")
    source = folders.opened(file) if file.is_dir() else sources.opened(file)
    done = restoring.restore(settings, storage(settings), source, now(), replace=replace, anyway=anyway, say=click.echo)
    if keys and settings.demo:
        keeping.keep(settings.data_dir, settings.secret_key, now())
    _tell_restored(source.head, done)
    _tell_key(settings, source.head, keys)
    if done.wrong:
        click.echo(f"Error: restored, but {'; '.join(done.wrong)}.", err=True)
        sys.exit(1)


def _settings(keys: Path | None) -> Settings:
    if keys is None:
        return config.load()
    kept, here = keeping.read(keys), os.environ.get("LMS_SECRET_KEY", "")
    if here and here != kept:
        raise SettingError(f"LMS_SECRET_KEY is another key than that in {keys}. Set that one, or leave out --keys.")
    return config.load(secret_key=kept)


def _tell_restored(head: Head, done: Restored) -> None:
    click.echo(f"Restored: the state of {head.made_at}{', brought up to date' if done.migrated else ''}.")
    click.echo(f"{done.events} audit events verified, {done.files} files verified ({done.added} were put in place).")
    for one in done.opened:
        click.echo(f"Opened: {one}." if "not started" not in one and "no course" not in one else f"Note: {one}.")
    if done.aside:
        click.echo(done.aside)


def _tell_key(settings: Settings, head: Head, keys: Path | None) -> None:
    if fingerprint(settings.secret_key) != head.key:
        click.echo(
            "Note: LMS_SECRET_KEY is not that of the backup. Everybody signs in again, and what devices have not sent "
            "yet of packages stays on them."
        )
    elif keys and not os.environ.get("LMS_SECRET_KEY") and not settings.demo:
        click.echo(f"Before you start the product, set LMS_SECRET_KEY to the key in {keys}.")
