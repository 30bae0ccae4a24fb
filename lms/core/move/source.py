"""The SQLite file that is moved: held alone, and looked through for what PostgreSQL would refuse."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    Integer,
    MetaData,
    Numeric,
    Row,
    String,
    Table,
    create_engine,
    event,
    select,
)
from sqlalchemy import tuple_ as tuple_of
from sqlalchemy.exc import OperationalError, StatementError
from sqlalchemy.pool import StaticPool

from lms.core.db import dumps
from lms.core.errors import SettingError
from lms.core.move.canonical import Sum, key_of, text_of

#: How long another program that is just ending is waited for, in milliseconds.
PATIENCE = 2_000
#: So many faults are named; a person mends the first ones first.
MOST_NAMED = 20


class Refused(SettingError):
    """Nothing was copied, or nothing more; one sentence says why and what to do."""


@contextmanager
def alone(path: Path) -> Iterator[Connection]:
    """The file, with everybody else kept out until the end. Raises Refused when somebody has it open."""
    engine = create_engine(f"sqlite:///{path}", poolclass=StaticPool, json_serializer=dumps, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout={PATIENCE}")
        # Before anything is read: then even a program that has the file open and does nothing is in the way.
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.connection.dbapi_connection.execute("BEGIN EXCLUSIVE")

    try:
        with engine.connect() as connection:
            try:
                connection.exec_driver_sql("SELECT count(*) FROM sqlite_master")
            except (sqlite3.OperationalError, OperationalError) as error:
                if "locked" not in str(error):
                    raise Refused(f"{path} cannot be read: {getattr(error, 'orig', error)}.") from None
                raise Refused(
                    f"Another program has {path} open. Stop the product (web server and worker) and whatever else "
                    "reads the file, then run the command again."
                ) from None
            yield connection
            connection.rollback()
    finally:
        engine.dispose()


def rows(connection: Connection, table: Table, after: list[Any] | None = None) -> Iterator[Row[Any]]:
    """All rows in the order of their key, from the one after `after` on."""
    key = list(table.primary_key.columns)
    wanted = select(*table.columns).order_by(*key)
    if after is not None:
        wanted = wanted.where(tuple_of(*key) > tuple_of(*after))
    yield from connection.execute(wanted, execution_options={"yield_per": 500})


def look_through(connection: Connection, metadata: MetaData) -> dict[str, Sum]:
    """The sum of each table. Raises Refused that names, by table and key, what PostgreSQL cannot hold."""
    faults: list[str] = []
    sums = {table.name: _of_table(connection, table, faults) for table in metadata.sorted_tables}
    for child, number, parent, _constraint in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        faults.append(f"{child} row {number}: refers to a row of {parent} that is not there")
    if faults:
        more = f"\n  and {len(faults) - MOST_NAMED} more" if len(faults) > MOST_NAMED else ""
        raise Refused(
            "PostgreSQL cannot hold all values. Nothing was copied. Correct these first:\n  "
            + "\n  ".join(faults[:MOST_NAMED])
            + more
        )
    return sums


def _of_table(connection: Connection, table: Table, faults: list[str]) -> Sum:
    found, last = Sum(), None
    columns = list(table.columns)
    try:
        for row in rows(connection, table):
            last = key_of(table, row)
            wrong = [
                f"{column.name} {why}"
                for column, value in zip(columns, row, strict=True)
                if (why := _why(column, value))
            ]
            if wrong:
                faults.append(f"{table.name} {dumps(last)}: {', '.join(wrong)}")
            else:
                found.add(text_of(columns, row))
    except (OperationalError, StatementError, ArithmeticError, ValueError, TypeError) as error:
        place = f"after {dumps(last)}" if last is not None else "first row"
        faults.append(
            f"{table.name} {place}: cannot be read ({str(getattr(error, 'orig', None) or error).splitlines()[0]})"
        )
    return found


def _why(column: Any, value: Any) -> str:
    """Why PostgreSQL would refuse the value, or an empty text."""
    kind = column.type
    if value is None:
        return "" if column.nullable else "is empty"
    if isinstance(kind, JSON):
        return _why_json(value)
    if isinstance(kind, String):
        if not isinstance(value, str):
            return "is no text"
        longest = getattr(kind, "length", None)
        return _why_text(value) or (f"is longer than {longest} characters" if longest and len(value) > longest else "")
    if isinstance(kind, Integer):
        bits = 63 if isinstance(kind, BigInteger) else 31
        return "" if isinstance(value, int) and -(2**bits) <= value < 2**bits else "is no whole number that fits"
    if isinstance(kind, Numeric):
        return "" if abs(value) < 10 ** ((kind.precision or 0) - (kind.scale or 0)) else "is too large a number"
    return ""


def _why_text(value: str) -> str:
    if "\0" in value:
        return "holds a NUL character"
    try:
        value.encode()
    except UnicodeEncodeError:
        return "holds half of a character"
    return ""


def _why_json(value: Any) -> str:
    if isinstance(value, str):
        return _why_text(value)
    if isinstance(value, dict):
        return next((why for pair in value.items() for one in pair if (why := _why_json(one))), "")
    if isinstance(value, list):
        return next((why for one in value if (why := _why_json(one))), "")
    return "holds a number that is none" if value != value or value in (float("inf"), float("-inf")) else ""
