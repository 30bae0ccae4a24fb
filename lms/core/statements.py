"""Statements of the pages and saves that are asked for most, compiled once and handed straight to the driver.

SQLAlchemy builds the SQL, knows the types of each database and owns the connection and its transaction. What is left
out is what it does at each execution: looking the statement up, an execution context, a cursor's metadata and a result
object, together some twenty times what SQLite takes for a read by key.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Delete, Dialect, Insert, Select, Update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

Process = Callable[[Any], Any]
Built = Select[Any] | CompoundSelect[Any] | Insert | Update | Delete


@dataclass(slots=True)
class Plan:
    """The text of a statement for one database, how its values go in and how its columns come out."""

    sql: str
    #: The order of values where they go by place; None where they go by name.
    order: list[str] | None
    fixed: dict[str, Any]
    going_in: dict[str, Process]
    types: list[TypeEngine[Any]]
    #: (place, what makes a value of it); known once the driver has told its types.
    coming_out: list[tuple[int, Process]] | None = None

    def bound(self, values: Mapping[str, Any]) -> Any:
        given = {**self.fixed, **values} if self.fixed else dict(values)
        for name, process in self.going_in.items():
            given[name] = process(given[name])
        return [given[name] for name in self.order] if self.order is not None else given


class Statement:
    """A statement with the same number of values each time: no list for IN. Rows are named tuples.

    What is inserted or set is named by `bindparam`.
    """

    __slots__ = ("_columns", "_plans", "_row", "built")

    def __init__(self, built: Built) -> None:
        self.built = built
        self._columns = list(built.exported_columns)
        self._row = namedtuple("Row", [column.key for column in self._columns])._make  # type: ignore[misc]
        self._plans: dict[str, Plan] = {}

    def first(self, session: Session, values: Mapping[str, Any]) -> Any | None:
        """The first row, or None. Say LIMIT 1 where there may be more."""
        rows = self.all(session, values)
        return rows[0] if rows else None

    def all(self, session: Session, values: Mapping[str, Any]) -> list[Any]:
        """All rows. Raises what SQLAlchemy raises when the database refuses or is away."""
        connection, plan = self._ready(session)
        found = _run(connection, plan, plan.bound(values), many=False)
        if plan.coming_out:
            found = [_processed(row, plan.coming_out) for row in found]
        return list(map(self._row, found))

    def run(self, session: Session, values: Sequence[Mapping[str, Any]]) -> None:
        """Once for each of the values, which the driver sends together; for what returns no rows."""
        connection, plan = self._ready(session)
        bound = [plan.bound(one) for one in values]
        _run(connection, plan, bound[0] if len(bound) == 1 else bound, many=len(bound) > 1)

    def _ready(self, session: Session) -> tuple[Connection, Plan]:
        session.flush()
        connection = _connection(session)
        plan = self._plans.get(connection.dialect.name)
        if plan is None:
            plan = self._plans[connection.dialect.name] = _planned(self.built, self._columns, connection.dialect)
        return connection, plan


def _connection(session: Session) -> Connection:
    """The connection of the session's transaction, remembered as long as that lasts."""
    transaction = session.get_transaction()
    known, connection = session.info.get("statements", (None, None))
    if transaction is None or transaction is not known or not transaction.is_active:
        connection = session.connection()
        session.info["statements"] = session.get_transaction(), connection
    return connection


def _planned(statement: Built, columns: Sequence[Any], dialect: Dialect) -> Plan:
    compiled: Any = statement.compile(dialect=dialect)
    going_in = {
        name: process
        for name, bind in compiled.binds.items()
        if (process := bind.type.dialect_impl(dialect).bind_processor(dialect)) is not None
    }
    fixed = {name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required}
    order = list(compiled.positiontup) if compiled.positional and compiled.positiontup is not None else None
    return Plan(str(compiled), order, fixed, going_in, [column.type for column in columns])


def _run(connection: Connection, plan: Plan, values: Any, *, many: bool) -> list[Any]:
    driver: Any = connection.connection.dbapi_connection
    cursor = driver.cursor()
    told = connection.dispatch  # whoever counts statements listens
    if told.before_cursor_execute:
        told.before_cursor_execute(connection, cursor, plan.sql, values, None, many)
    try:
        _perform(connection.dialect, cursor, plan.sql, values, many)
        found = cursor.fetchall() if plan.types else []
    except connection.dialect.loaded_dbapi.Error as error:
        raise _told(connection, cursor, plan.sql, error) from error
    if told.after_cursor_execute:
        told.after_cursor_execute(connection, cursor, plan.sql, values, None, many)
    if plan.coming_out is None and plan.types:
        plan.coming_out = _coming_out(plan, connection.dialect, cursor.description)
    cursor.close()
    return found


def _perform(dialect: Dialect, cursor: Any, sql: str, values: Any, many: bool) -> None:
    """As SQLAlchemy does: whoever times statements performs them."""
    for performed in dialect.dispatch.do_executemany if many else dialect.dispatch.do_execute:
        if performed(cursor, sql, values, None):
            return
    (cursor.executemany if many else cursor.execute)(sql, values)


def _coming_out(plan: Plan, dialect: Dialect, description: Any) -> list[tuple[int, Process]]:
    processes = (
        kind.dialect_impl(dialect).result_processor(dialect, column[1])
        for kind, column in zip(plan.types, description, strict=True)
    )
    return [(place, process) for place, process in enumerate(processes) if process is not None]


def _processed(row: Any, coming_out: list[tuple[int, Process]]) -> list[Any]:
    made = list(row)
    for place, process in coming_out:
        made[place] = process(made[place])
    return made


def _told(connection: Connection, cursor: Any, sql: str, error: Exception) -> BaseException:
    """The driver's error as SQLAlchemy tells it. Where a connection has died, no older one is given out again."""
    dialect = connection.dialect
    died = dialect.is_disconnect(error, connection.connection.dbapi_connection, cursor)  # type: ignore[arg-type]
    if died:
        connection.engine.pool._invalidate(connection.connection, error, _checkin=False)
        connection.invalidate(error)
    return DBAPIError.instance(
        sql, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, connection_invalidated=died, dialect=dialect
    )
