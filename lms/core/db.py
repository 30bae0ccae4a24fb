"""SQLite and PostgreSQL behind one small set of types and three kinds of session."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Integer, MetaData, String, create_engine
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from lms.core import pooled, sqlite
from lms.core.waiting import WatchedPool


class UtcDateTime(TypeDecorator[datetime]):
    """Times with a zone go in, UTC comes out, on both databases; a time without a zone is a bug."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
BigId = BigInteger().with_variant(Integer(), "sqlite")
#: Sorted byte by byte on both databases, so that keyset paging sees one order; filled by `sort_key`.
SortKey = String(200).with_variant(String(200, collation="C"), "postgresql")

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """All tables. Text, JSON, ids and times have one type each."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: UtcDateTime(), dict[str, Any]: Json, list[Any]: Json}


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def dumps(value: Any) -> str:
    """JSON as it is stored: every script readable, no spaces."""
    return _ENCODER.encode(value)


#: What PostgreSQL says of a write to a server that only follows another.
TAKES_NO_WRITES = "25006"
#: What a database raises that is away or busy; SQLite's own error comes from the statement that begins.
FAILURES = (SQLAlchemyError, sqlite3.Error)


class Database:
    """One engine and its sessions. `reading` never writes, `writing` commits once, `snapshot` sees one moment."""

    def __init__(self, url: str, *, pool_size: int = 10, echo: bool = False, copy: str = "") -> None:
        """`copy` is the address of a replica for reports; `lms.core.replica` decides when it may be read."""
        # Errors go to the log, and what was to be stored stays out of it: names, answers, hashes of passwords.
        options: dict[str, Any] = {
            "json_serializer": dumps,
            "echo": echo,
            "pool_size": pool_size,
            "poolclass": WatchedPool,
            "hide_parameters": True,
        }
        if url.startswith("postgresql"):
            options |= {"max_overflow": 5, "pool_timeout": 10, "connect_args": {"connect_timeout": 5}}
        else:
            options |= {"connect_args": {"factory": sqlite.Connection}}
        self.engine: Engine = create_engine(url, **options)
        self.dialect = self.engine.dialect.name
        #: The queue of SQLite's writers, which also knows how they fare.
        self.turns = sqlite.prepare(self.engine) if self.dialect == "sqlite" else None
        if self.dialect == "postgresql":
            pooled.prepare(self.engine)
            _leave_standbys(self.engine)
        self._writer = self.engine.execution_options(sqlite_begin="IMMEDIATE")
        self.copy = Database(copy, pool_size=1) if copy else None
        self._pages = self.engine
        if self.dialect == "postgresql":
            self._pages = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    def page_session(self) -> Session:
        """A session for requests that change nothing and read a few rows; the caller closes it.

        On PostgreSQL each statement sees what is committed when it begins, in a transaction (READ COMMITTED) or without
        one; without, two round trips are saved. Rows that are streamed need `reading` or `snapshot`.
        """
        return Session(self._pages, autoflush=False)

    def read_session(self) -> Session:
        """A session that reads within one transaction; the caller closes it."""
        return Session(self.engine, autoflush=False)

    def write_session(self) -> Session:
        """A session that takes SQLite's write lock at BEGIN, so that it never fails half way; the caller commits."""
        return Session(self._writer)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self.read_session() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with self.write_session() as session:
            try:
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """One unchanging view for long exports: REPEATABLE READ on PostgreSQL; SQLite's WAL gives it to any reader."""
        engine = self.engine
        if self.dialect == "postgresql":
            engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with Session(engine, autoflush=False) as session:
            yield session

    def tidy(self) -> None:
        """For whoever has nothing else to do: SQLite's write-ahead log is emptied, if no reader holds it."""
        if self.turns is not None:
            with closing(self.engine.raw_connection()) as connection:
                connection.driver_connection.tidy()  # type: ignore[union-attr]

    def close(self) -> None:
        self.engine.dispose()
        if self.copy is not None:
            self.copy.close()


def _leave_standbys(engine: Engine) -> None:
    """A server that takes no writes has become a standby: its connections are as good as lost, and others are made."""
    known = engine.dialect.is_disconnect

    def is_disconnect(error: Any, connection: Any, cursor: Any) -> bool:
        return getattr(error, "sqlstate", None) == TAKES_NO_WRITES or known(error, connection, cursor)

    engine.dialect.is_disconnect = is_disconnect  # type: ignore[method-assign]
