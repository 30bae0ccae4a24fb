"""One moment of the database as a file, together with what it names and how much it holds at that same moment."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from lms.backup import postgres, sqlite
from lms.backup.errors import Refused
from lms.backup.manifest import BLOBS, POSTGRES, SQLITE
from lms.catalogue import blobs
from lms.core.db import Database


@dataclass(frozen=True, slots=True)
class Moment:
    """`named`: a file with a line for each stored file that the database names: its hash, and its size or a dash."""

    file: Path
    part: str
    release: str
    namespace: str
    schema: str
    rows: dict[str, int]
    named: Path


def take(db: Database, folder: Path) -> Moment:
    """Into an empty folder. Raises Refused; the database may be of an earlier release."""
    return _take_postgres(db, folder) if db.dialect == "postgresql" else _take_sqlite(db, folder)


def _take_sqlite(db: Database, folder: Path) -> Moment:
    source, target = sqlite.path_of(db), folder / SQLITE
    if not source.exists():
        raise Refused(f"There is no database at {source}.")
    moment = sqlite.snapshot(source)
    try:
        sqlite.copy(moment, target)
    finally:
        moment.close()
    copied = Database(f"sqlite:///{target}", pool_size=1)
    try:
        with copied.reading() as session:
            schema, rows = _facts(session)
            named = _list(session, folder)
    finally:
        copied.close()
    sqlite.settle(target)
    return Moment(target, SQLITE, sqlite.release(), "", schema, rows, named)


def _take_postgres(db: Database, folder: Path) -> Moment:
    target, namespace = folder / POSTGRES, postgres.current_schema(db)
    with db.snapshot() as session:
        shared = str(session.execute(text("SELECT pg_export_snapshot()")).scalar_one())
        schema, rows = _facts(session)
        named = _list(session, folder)
        postgres.dump(db, shared, namespace, target)
    return Moment(target, POSTGRES, str(postgres.server_release(db)), namespace, schema, rows, named)


def _facts(session: Session) -> tuple[str, dict[str, int]]:
    tables = sorted(inspect(session.connection()).get_table_names())
    if "alembic_version" not in tables:
        raise Refused("The database holds nothing of this product yet: there is nothing to back up.")
    rows = {name: int(session.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()) for name in tables}
    return str(session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()), rows


def _list(session: Session, folder: Path) -> Path:
    path = folder / BLOBS
    with path.open("w", encoding="ascii") as file:
        for digest, size in blobs.named(session):
            file.write(f"{digest} {'-' if size is None else size}\n")
    return path
