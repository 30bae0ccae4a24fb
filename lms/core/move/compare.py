"""Is the target what the source is? Counts and hashes of every table, and where they differ, which rows."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, MetaData, Table, select
from sqlalchemy import tuple_ as tuple_of

from lms.core.db import Database, dumps
from lms.core.move import source
from lms.core.move.canonical import Sum, key_of, text_of

#: So many keys of a table that differs are named.
MOST_NAMED = 5
AT_ONCE = 500


def sums_of(db: Database, metadata: MetaData) -> dict[str, Sum]:
    """Of the target, from one moment."""
    found: dict[str, Sum] = {}
    with db.snapshot() as session:
        for table in metadata.sorted_tables:
            columns, one = list(table.columns), Sum()
            for row in session.execute(select(*columns), execution_options={"yield_per": AT_ONCE}):
                one.add(text_of(columns, row))
            found[table.name] = one
    return found


def differences(
    origin: Connection, db: Database, metadata: MetaData, wanted: dict[str, Sum], found: dict[str, Sum]
) -> list[str]:
    """A sentence for each table that is not the same."""
    return [
        _about(origin, db, table, wanted[table.name], found[table.name])
        for table in metadata.sorted_tables
        if (wanted[table.name].rows, wanted[table.name].digest) != (found[table.name].rows, found[table.name].digest)
    ]


def _about(origin: Connection, db: Database, table: Table, wanted: Sum, found: Sum) -> str:
    keys = []
    with db.engine.connect() as connection:
        for key in _different(origin, connection, table):
            keys.append(dumps(key))
            if len(keys) == MOST_NAMED:
                break
    counts = f"{wanted.rows} rows in the source, {found.rows} in the target"
    return f"{table.name}: {counts}; " + (f"different: {', '.join(keys)}" if keys else "the target holds more rows")


def _different(origin: Connection, target: Connection, table: Table) -> Iterator[list[Any]]:
    """Keys of rows of the source that the target lacks or has otherwise."""
    columns, key = list(table.columns), list(table.primary_key.columns)
    part: dict[str, tuple[list[Any], str]] = {}
    for row in source.rows(origin, table):
        own = key_of(table, row)
        part[dumps(own)] = own, text_of(columns, row)
        if len(part) == AT_ONCE:
            yield from _of_part(target, columns, key, table, part)
            part = {}
    yield from _of_part(target, columns, key, table, part)


def _of_part(
    target: Connection, columns: list[Any], key: list[Any], table: Table, part: dict[str, tuple[list[Any], str]]
) -> Iterator[list[Any]]:
    if not part:
        return
    there = select(*columns).where(tuple_of(*key).in_([own for own, _text in part.values()]))
    have = {dumps(key_of(table, row)): text_of(columns, row) for row in target.execute(there)}
    for name, (own, written) in part.items():
        if have.get(name) != written:
            yield own
