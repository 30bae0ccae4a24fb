"""PostgreSQL behind a pooler such as pgbouncer, which may hand out another server for each transaction."""

from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine


def prepare(engine: Engine) -> None:
    """Behind a pooler nothing is prepared: a statement that one server has prepared, the next has not.

    Nobody has to set it: a pooler tells its clients a process that is not the one that works for them.
    """

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            worker = cursor.execute("SELECT pg_backend_pid()").fetchone()[0]
        connection.rollback()
        if worker != connection.info.backend_pid:
            connection.prepare_threshold = None
