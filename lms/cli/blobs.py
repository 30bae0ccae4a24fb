"""`lms blobs`: the files of courses, from a disk to an object store and back, and whether all are there."""

import hashlib
import re
import sys
from collections.abc import Iterator

import click

from lms.catalogue import blobs as rows
from lms.cli.context import opened, storage
from lms.core import config, stores
from lms.core.errors import SettingError
from lms.core.storage import DiskStorage, Storage, StoreAway

PIECE = 4_000_000
NAME = re.compile(r"[0-9a-f]{64}")
#: So many are named; the number says the rest.
MOST_NAMED = 10


@click.group()
def blobs() -> None:
    """Copy the files of courses into an object store, and verify them."""


@blobs.command()
@click.option("--back", is_flag=True, help="From the object store to the disk.")
def copy(back: bool) -> None:
    """Copy LMS_DATA_DIR/blobs into the store of LMS_BLOBS_URL.

    What is there already is skipped, so that it may be broken off and run again. Nothing is deleted. A file that is not
    what its name says is not copied, and the command ends with 1.
    """
    with opened() as (settings, db):
        if not settings.blobs_url:
            raise SettingError("LMS_BLOBS_URL names no object store. Set it for this command.")
        _must_answer(settings)
        disk = DiskStorage(settings.data_dir / "blobs")
        store = storage(settings)
        source, target = (store, disk) if back else (disk, store)
        if back:
            with db.reading() as session:
                names = dict(rows.named(session))
        else:
            names = dict[str, int | None](_on_disk(disk))
    copied, skipped, wrong = 0, 0, []
    with click.progressbar(sorted(names), label="Copying", file=sys.stderr) as shown:
        for digest in shown:
            if _is_there(target, digest, names[digest]):
                skipped += 1
            elif _copied(source, target, digest):
                copied += 1
            else:
                wrong.append(digest)
    click.echo(f"{copied} files copied, {skipped} were there already.")
    _end(wrong, "are missing or not what their names say, and were not copied")


@blobs.command()
def verify() -> None:
    """Read every file that the database names, and compare its hash."""
    with opened() as (settings, db):
        _must_answer(settings)
        store = storage(settings)
        with db.reading() as session:
            names = [digest for digest, _size in rows.named(session)]
    with click.progressbar(names, label="Reading", file=sys.stderr) as shown:
        wrong = [digest for digest in shown if _hash(store, digest) != digest]
    click.echo(f"{len(names) - len(wrong)} of {len(names)} files are whole.")
    _end(wrong, "are missing or damaged")


def _must_answer(settings: config.Settings) -> None:
    try:
        stores.try_out(settings)
    except StoreAway as error:
        raise SettingError(f"The store of LMS_BLOBS_URL does not answer: {error}") from None


def _on_disk(disk: DiskStorage) -> Iterator[tuple[str, int]]:
    for path in disk.root.glob("??/*"):
        if NAME.fullmatch(path.name):
            yield path.name, path.stat().st_size


def _is_there(target: Storage, digest: str, size: int | None) -> bool:
    """Also of the right size, where that is known: what another program has left half is copied again."""
    if size is None:
        return target.has(digest)
    if isinstance(target, DiskStorage):
        path = target.path(digest)
        return path is not None and path.stat().st_size == size
    return target.size(digest) == size  # type: ignore[attr-defined]


def _copied(source: Storage, target: Storage, digest: str) -> bool:
    """Its hash is looked at before the copy, which a store would otherwise have under a wrong name."""
    if _hash(source, digest) != digest:
        return False
    return target.put_parts(_pieces(source, digest))[0] == digest


def _hash(source: Storage, digest: str) -> str:
    found = hashlib.sha256()
    try:
        for piece in _pieces(source, digest):
            found.update(piece)
    except (FileNotFoundError, StoreAway):
        return ""
    return found.hexdigest()


def _pieces(source: Storage, digest: str) -> Iterator[bytes]:
    with getattr(source, "open_there", source.open)(digest) as file:
        while piece := file.read(PIECE):
            yield piece


def _end(wrong: list[str], what: str) -> None:
    if wrong:
        more = " ..." if len(wrong) > MOST_NAMED else ""
        click.echo(f"Error: {len(wrong)} files {what}: {', '.join(wrong[:MOST_NAMED])}{more}", err=True)
        sys.exit(1)
