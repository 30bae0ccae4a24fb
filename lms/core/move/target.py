"""The PostgreSQL database that is filled: empty at first, then with a table that says how far the copy has come."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.types.json import Jsonb
from sqlalchemy import JSON, Connection, MetaData, Row, Table, func, inspect, select, text

from lms.core import migrate
from lms.core.db import Database, dumps
from lms.core.move.source import Refused

PROGRESS = "database_move"
#: Held while a copy runs: two at once would do everything twice.
LOCK = 7_243_002
#: A part of a table that is copied and committed at once.
MOST_ROWS, MOST_BYTES = 5_000, 8_000_000


@contextmanager
def held(db: Database) -> Iterator[None]:
    """Nobody else copies into this database meanwhile."""
    with db.engine.connect() as connection:
        if not connection.execute(text(f"SELECT pg_try_advisory_lock({LOCK})")).scalar():
            raise Refused("Another move into this database is running. Wait until it has ended.")
        connection.commit()
        try:
            yield
        finally:
            connection.rollback()
            connection.execute(text(f"SELECT pg_advisory_unlock({LOCK})"))
            connection.commit()


def prepare(db: Database, metadata: MetaData, fingerprint: str) -> bool:
    """Make the schema and begin; True when a copy of the same source goes on. Raises Refused for any other content."""
    names = set(inspect(db.engine).get_table_names())
    if PROGRESS in names:
        _check_same(db, fingerprint)
        return True
    if not names:
        migrate.upgrade(db)
    elif unknown := sorted(names - set(metadata.tables) - {"alembic_version"}):
        raise Refused(f"The target holds a table of something else ({unknown[0]}). Give an empty database.")
    elif not migrate.is_current(db):
        raise Refused("The target has an older schema. Give an empty database.")
    with db.engine.begin() as connection:
        for table in metadata.sorted_tables:
            if connection.execute(select(1).select_from(table).limit(1)).first():
                raise Refused(f"The target already holds data ({table.name}). Give an empty database.")
        connection.execute(
            text(f"CREATE TABLE {PROGRESS} (name text PRIMARY KEY, last jsonb, done boolean NOT NULL, about text)")
        )
        connection.execute(
            text(f"INSERT INTO {PROGRESS} (name, done, about) VALUES ('', false, :about)"), {"about": fingerprint}
        )
    return False


def _check_same(db: Database, fingerprint: str) -> None:
    with db.engine.connect() as connection:
        begun = connection.execute(text(f"SELECT about FROM {PROGRESS} WHERE name = ''")).scalar()
    if begun != fingerprint:
        raise Refused(
            "A move into this database was begun from another state of the source: it was written to since, or it is "
            "another file. Make the target empty (drop and create the database) and run the command again."
        )


def progress(connection: Connection, table: Table) -> tuple[list[Any] | None, bool]:
    """The last key that was copied, and whether all were."""
    row = connection.execute(
        text(f"SELECT last, done FROM {PROGRESS} WHERE name = :name"), {"name": table.name}
    ).first()
    return (row.last, row.done) if row else (None, False)


def keep(connection: Connection, table: Table, last: list[Any] | None, *, done: bool) -> None:
    """In the transaction of the rows themselves: they and this are there together or not at all."""
    connection.execute(
        text(
            f"INSERT INTO {PROGRESS} (name, last, done) VALUES (:name, CAST(:last AS jsonb), :done) "
            "ON CONFLICT (name) DO UPDATE SET last = excluded.last, done = excluded.done"
        ),
        {"name": table.name, "last": None if last is None else dumps(last), "done": done},
    )


def store(connection: Connection, table: Table, rows: Iterator[Row[Any]]) -> Row[Any] | None:
    """Copy rows until a part is full; the last one, or None when there were none."""
    columns = list(table.columns)
    places = [number for number, column in enumerate(columns) if isinstance(column.type, JSON)]
    quoted = ", ".join(f'"{column.name}"' for column in columns)
    driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    last, count, size = None, 0, 0
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({quoted}) FROM STDIN') as copy:
        for row in rows:
            values = list(row)
            for place in places:
                if values[place] is not None:
                    written = dumps(values[place])
                    size += len(written)
                    values[place] = Jsonb(values[place], dumps=lambda _value, written=written: written)
            copy.write_row(values)
            last, count = row, count + 1
            size += sum(len(one) for one in values if isinstance(one, str))
            if count >= MOST_ROWS or size >= MOST_BYTES:
                break
    return last


def set_sequences(db: Database, metadata: MetaData) -> None:
    """The next id comes after the greatest that was copied."""
    with db.engine.begin() as connection:
        for table in metadata.sorted_tables:
            column = table.autoincrement_column
            if column is None:
                continue
            sequence = connection.execute(select(func.pg_get_serial_sequence(table.name, column.name))).scalar()
            if sequence:
                greatest = connection.execute(select(func.max(column))).scalar()
                connection.execute(select(func.setval(sequence, greatest or 1, greatest is not None)))


def finish(db: Database) -> None:
    """Forget the progress, and let the planner know what it has."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
        connection.execute(text(f"DROP TABLE IF EXISTS {PROGRESS}"))
