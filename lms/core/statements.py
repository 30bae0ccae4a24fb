"""Statements of the pages and saves that are asked for most, compiled once and handed straight to the driver.

SQLAlchemy builds the SQL, knows the types of each database and owns the connection and its transaction. What is left
out is what it does at each execution: looking the statement up, an execution context, a cursor's metadata and a result
object, together some twenty times what SQLite takes for a read by key.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import Select
from sqlalchemy.types import TypeEngine

Process = Callable[[Any], Any]


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


@dataclass(slots=True)
class Statement:
    """A SELECT whose values have the same number each time: no list for IN. Rows are named tuples."""

    select: Select[Any]
    _plans: dict[str, Plan] = field(default_factory=dict)
    _row: Any = None

    def __post_init__(self) -> None:
        self._row = namedtuple("Row", [column.key for column in self.select.selected_columns])._make

    def first(self, session: Session, values: Mapping[str, Any]) -> Any | None:
        """The first row, or None. Say LIMIT 1 where there may be more."""
        rows = self.all(session, values)
        return rows[0] if rows else None

    def all(self, session: Session, values: Mapping[str, Any]) -> list[Any]:
        """All rows. Raises what SQLAlchemy raises when the database refuses or is away."""
        if session.new or session.dirty or session.deleted:
            session.flush()
        connection = session.connection()
        dialect = connection.dialect
        plan = self._plans.get(dialect.name)
        if plan is None:
            plan = self._plans[dialect.name] = _planned(self.select, dialect)
        found = _run(connection, plan, plan.bound(values))
        if plan.coming_out:
            found = [_processed(row, plan.coming_out) for row in found]
        return list(map(self._row, found))


def _planned(statement: Select[Any], dialect: Dialect) -> Plan:
    compiled = statement.compile(dialect=dialect)
    going_in = {
        name: process
        for name, bind in compiled.binds.items()
        if (process := bind.type.dialect_impl(dialect).bind_processor(dialect)) is not None
    }
    fixed = {name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required}
    order = list(compiled.positiontup) if compiled.positional and compiled.positiontup is not None else None
    return Plan(str(compiled), order, fixed, going_in, [column.type for column in statement.selected_columns])


def _run(connection: Connection, plan: Plan, values: Any) -> list[Any]:
    driver: Any = connection.connection.dbapi_connection
    cursor = driver.cursor()
    watched = connection.engine._has_events or connection._has_events  # statements are counted, and slow ones logged
    if watched:
        connection.dispatch.before_cursor_execute(connection, cursor, plan.sql, values, None, False)
    try:
        cursor.execute(plan.sql, values)
        found = cursor.fetchall()
    except connection.dialect.loaded_dbapi.Error as error:
        raise _told(connection, cursor, plan.sql, error) from error
    if watched:
        connection.dispatch.after_cursor_execute(connection, cursor, plan.sql, values, None, False)
    if plan.coming_out is None:
        plan.coming_out = _coming_out(plan, connection.dialect, cursor.description)
    cursor.close()
    return found


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
    """The driver's error as SQLAlchemy tells it; a connection that has died is not given out again."""
    dialect = connection.dialect
    died = dialect.is_disconnect(error, connection.connection.dbapi_connection, cursor)  # type: ignore[arg-type]
    if died:
        connection.invalidate(error)
    return DBAPIError.instance(
        sql, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, connection_invalidated=died, dialect=dialect
    )
