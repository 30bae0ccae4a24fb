"""How the database really did what the product asked for: plans of the statements as they were sent.

PostgreSQL tells each plan as it runs (auto_explain), with the rows and blocks that it touched, also of statements
inside triggers and foreign keys. SQLite tells the text of each statement with its values, and is asked for the plan.
"""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event

from lms.core.db import Database

STATEMENT = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b", re.IGNORECASE)
LIBRARY = (
    "LOAD 'auto_explain'",
    "SET auto_explain.log_min_duration = 0",
    "SET auto_explain.log_analyze = on",
    "SET auto_explain.log_buffers = on",
    "SET auto_explain.log_timing = off",
    "SET auto_explain.log_nested_statements = on",
    "SET auto_explain.log_format = json",
    "SET auto_explain.log_level = notice",
    "SET client_min_messages = notice",
)


@dataclass(frozen=True, slots=True)
class Plan:
    """`scanned`: tables that were read from end to end. `rows` that were looked at, `blocks` of 8 kB that were touched;
    both 0 on SQLite, which does not count."""

    statement: str
    scanned: tuple[str, ...]
    rows: int
    blocks: int


class Recorder:
    """Attach before the first connection is made."""

    def __init__(self, db: Database, *, never_scan: bool = False) -> None:
        self._plans: list[Plan] | None = None
        self._texts: list[str] = []
        self._db = db
        db.engine.dispose()
        attach = self._postgresql if db.dialect == "postgresql" else self._sqlite
        settings = [*LIBRARY, "SET enable_seqscan = off"] if never_scan else LIBRARY
        event.listen(db.engine, "connect", lambda connection, _record: attach(connection, settings))

    @contextmanager
    def recorded(self) -> Iterator[list[Plan]]:
        """The plans of everything that is asked meanwhile, as a list that is whole at the end."""
        self._plans, self._texts = found, _ = [], []
        try:
            yield found
        finally:
            self._plans = None
        found += self._explained(self._texts)

    def _postgresql(self, connection: Any, settings: Any) -> None:
        with connection.cursor() as cursor:
            for one in settings:
                cursor.execute(one)
        connection.commit()
        connection.add_notice_handler(self._hear)

    def _hear(self, notice: Any) -> None:
        said = notice.message_primary or ""
        if self._plans is not None and "plan:" in said:
            told = json.loads(said.partition("plan:")[2])
            self._plans.append(_of_postgresql(told))

    def _sqlite(self, connection: Any, _settings: Any) -> None:
        connection.set_trace_callback(lambda said: self._texts.append(said) if self._plans is not None else None)

    def _explained(self, texts: list[str]) -> list[Plan]:
        if self._db.dialect == "postgresql":
            return []
        connection = sqlite3.connect(str(self._db.engine.url.database))
        try:
            return [_of_sqlite(connection, one) for one in texts if STATEMENT.match(one)]
        finally:
            connection.close()


def _of_postgresql(told: dict[str, Any]) -> Plan:
    nodes = list(_nodes(told["Plan"]))
    scanned = tuple(one["Relation Name"] for one in nodes if one["Node Type"] == "Seq Scan" and one["Actual Loops"])
    rows = sum(
        (one.get("Actual Rows", 0) + one.get("Rows Removed by Filter", 0) + one.get("Rows Removed by Index Recheck", 0))
        * one.get("Actual Loops", 0)
        for one in nodes
        if "Scan" in one["Node Type"]
    )
    top = told["Plan"]
    return Plan(told["Query Text"], scanned, rows, top.get("Shared Hit Blocks", 0) + top.get("Shared Read Blocks", 0))


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for one in plan.get("Plans", ()):
        yield from _nodes(one)


def _of_sqlite(connection: sqlite3.Connection, statement: str) -> Plan:
    steps = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
    scanned = [found[1] for one in steps if (found := re.match(r"SCAN (?!CONSTANT)(\w+)", one))]
    return Plan(statement, tuple(scanned), 0, 0)
