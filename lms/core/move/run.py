"""The move itself: look through, copy, compare."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, MetaData, Table

from lms.core import migrate
from lms.core.db import Database
from lms.core.move import compare, source, target
from lms.core.move.canonical import fingerprint, key_of
from lms.core.move.source import Refused

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Moved:
    """Rows by table, all of them found in the target by count and hash."""

    rows: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.rows.values())


def move(path: Path, db: Database, metadata: MetaData, tell: Tell) -> Moved:
    """Copy the SQLite file at `path` into the PostgreSQL database `db`. The file is not changed.

    May be killed at any point: called again, it goes on after the last part that was committed. Raises Refused with
    one sentence when source or target are not as they must be, or when they differ at the end.
    """
    if db.dialect != "postgresql":
        raise Refused("The target of --to is a PostgreSQL database: postgresql+psycopg://user@host/name.")
    if not path.exists():
        raise Refused(f"There is no SQLite database at {path}.")
    _check_schema(path)
    with source.alone(path) as origin, target.held(db):
        tell("Looking through the source ...")
        wanted = source.look_through(origin, metadata)
        if target.prepare(db, metadata, fingerprint(wanted)):
            tell("Going on with a move that was begun before.")
        for table in metadata.sorted_tables:
            _copy(origin, db, table)
            tell(f"{table.name}: {wanted[table.name].rows} rows")
        target.set_sequences(db, metadata)
        tell("Comparing counts and hashes ...")
        wrong = compare.differences(origin, db, metadata, wanted, compare.sums_of(db, metadata))
        if wrong:
            raise Refused("Source and target differ. Do not use the target.\n  " + "\n  ".join(wrong))
    target.finish(db)
    return Moved({name: one.rows for name, one in wanted.items()})


def _check_schema(path: Path) -> None:
    own = Database(f"sqlite:///{path}", pool_size=1)
    try:
        if not migrate.is_current(own):
            raise Refused("The source has another schema than this release. Run lms db upgrade on it first.")
    finally:
        own.close()


def _copy(origin: Connection, db: Database, table: Table) -> None:
    """In parts; each is there with the note of how far it goes, or not at all."""
    with db.engine.connect() as connection:
        last, done = target.progress(connection, table)
        if done:
            return
        rows = source.rows(origin, table, last)
        while (row := target.store(connection, table, rows)) is not None:
            last = key_of(table, row)
            target.keep(connection, table, last, done=False)
            connection.commit()
        target.keep(connection, table, last, done=True)
        connection.commit()
